import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useStore } from "./context.js";
import { Icon } from "./icons.js";
import { listAddress } from "./route.js";
import { chosenTheme, setTheme, THEMES, type Theme } from "./theme.js";

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};

function ThemeButton(): JSX.Element {
  const [theme, choose] = useState(chosenTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const label = `Colours: ${THEME_NAMES[theme]}. Change to: ${THEME_NAMES[next]}`;
  return (
    <button
      class="quiet"
      type="button"
      title={label}
      aria-label={label}
      onClick={() => {
        setTheme(next);
        choose(next);
      }}
    >
      <Icon name={theme} />
    </button>
  );
}

const LINK_TEXTS = { connecting: "Connecting", open: "Live", lost: "Connection lost" } as const;

/** The page's head: the title, the live connection, the colours. */
export function Header(): JSX.Element {
  const service = useStore((state) => state.service);
  const link = useStore((state) => state.link.state);
  const needsToken = useStore((state) => state.token !== "ok");
  return (
    <header class="head">
      <a class="brand" href={listAddress()}>
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M5 19c4-5 7-5 11 0s7 5 11 0" />
          <path class="faint" d="M5 25c4-5 7-5 11 0s7 5 11 0" />
          <circle cx="16" cy="9" r="3.5" />
        </svg>
        <span>{service?.title ?? "Streams"}</span>
      </a>
      {service?.role === "standby" && <span class="badge planned">Standby</span>}
      <span class="spring" />
      {!needsToken && (
        <span class={`link ${link}`} role="status">
          {LINK_TEXTS[link]}
        </span>
      )}
      <ThemeButton />
    </header>
  );
}
