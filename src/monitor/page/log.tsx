import type { JSX } from "preact";
import type { EventDocument } from "../documents.js";
import { LEVELS, type Level } from "./address.js";
import { ErrorText } from "./error-panel.js";
import { Icon, type IconName } from "./icons.js";
import { Clock } from "./times.js";

const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  info: "All",
  warn: "Warnings and errors",
  error: "Errors",
};

const LEVEL_ICONS: Readonly<Record<Level, IconName>> = {
  info: "info",
  warn: "warning",
  error: "failed",
};

/** What happened to the stream, the newest first. */
export function Log({
  events,
  level,
  choose,
}: {
  readonly events: readonly EventDocument[];
  readonly level: Level;
  readonly choose: (level: Level) => void;
}): JSX.Element {
  const shown = events.filter((event) => LEVELS.indexOf(event.level) >= LEVELS.indexOf(level));
  return (
    <section class="card log">
      <div class="card-head">
        <h2>Log</h2>
        <div class="segments" role="group" aria-label="Events in the log">
          {LEVELS.map((name) => (
            <button
              key={name}
              type="button"
              class="segment"
              aria-pressed={name === level}
              onClick={() => {
                choose(name);
              }}
            >
              {LEVEL_NAMES[name]}
            </button>
          ))}
        </div>
      </div>
      {shown.length === 0 ? (
        <p class="sub">{level === "info" ? "Nothing has happened yet." : "No such event."}</p>
      ) : (
        <ol tabIndex={0} aria-label="Events, the newest first">
          {shown.map((event) => (
            <Entry key={event.id} event={event} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry({ event }: { readonly event: EventDocument }): JSX.Element {
  const icon = event.event === "commanded" ? "command" : LEVEL_ICONS[event.level];
  return (
    <li class={event.level}>
      <Icon name={icon} />
      <Clock time={event.at} />
      <div>
        <p>
          {event.level !== "info" && (
            <span class="unseen">{event.level === "warn" ? "Warning: " : "Error: "}</span>
          )}
          {event.text}
          {event.by !== null && <span class="sub"> By {event.by}.</span>}
        </p>
        {event.error !== null && (
          <details>
            <summary>{event.error.code ?? event.error.name}</summary>
            <ErrorText error={event.error} />
          </details>
        )}
      </div>
    </li>
  );
}
