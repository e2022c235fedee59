import type { JSX } from "preact";
import { useNow, usePage, useStore } from "./context.js";
import { ageText } from "./format.js";
import { Icon } from "./icons.js";

/** Says that the values are old, and when the page tries again. */
export function LinkBanner(): JSX.Element | null {
  const link = useStore((state) => state.link);
  return link.state === "lost" ? <LostBanner /> : null;
}

function LostBanner(): JSX.Element {
  const { live } = usePage();
  const { lastDataAt, retryAt, reason } = useStore((state) => state.link);
  useNow(1000);
  const age = lastDataAt === undefined ? "" : `, last data ${ageText(Date.now() - lastDataAt)} ago`;
  const wait = retryAt === undefined ? 0 : retryAt - Date.now();
  const next = wait < 1000 ? "trying again" : `trying again in ${ageText(wait)}`;
  return (
    <div class="banner bad">
      <Icon name="warning" />
      <p>
        <strong>
          Connection lost{age}, {next}.
        </strong>{" "}
        {reason}
      </p>
      <button
        type="button"
        onClick={() => {
          live.retryNow();
        }}
      >
        Try now
      </button>
    </div>
  );
}
