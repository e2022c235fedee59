// Light and dark: by the system, or as the reader chose.
const KEY = "sparktide.theme";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Storage is not available in some private windows. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export function chosenTheme(): Theme {
  const kept = storage()?.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

/** Sets the theme, and keeps it for the next visit. */
export function setTheme(theme: Theme): void {
  if (theme === "system") {
    storage()?.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  } else {
    storage()?.setItem(KEY, theme);
    document.documentElement.dataset["theme"] = theme;
  }
  for (const listener of listeners) listener();
}

const listeners = new Set<() => void>();

/** Calls a function when the colours change. Charts draw themselves again. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}
