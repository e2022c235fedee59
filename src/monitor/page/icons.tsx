import type { JSX } from "preact";

const PATHS = {
  running: "M5 3.2v9.6L12.8 8z",
  starting: "M8 2a6 6 0 1 1-6 6M8 5v3l2 2",
  retrying: "M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3",
  stopping: "M4.5 4.5h7v7h-7z",
  paused: "M5.5 3v10M10.5 3v10",
  waiting: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 3v3.2l2.2 1.6",
  stopped: "M4.5 4.5h7v7h-7z",
  completed: "M3 8.5l3.2 3.2L13 4.8",
  superseded: "M3 5h8L8.5 2.5M13 11H5l2.5 2.5",
  failed: "M4 4l8 8M12 4l-8 8",
  stalled:
    "M4.5 2.5h7M4.5 13.5h7M5 2.5c0 4 6 4.5 6 5.5s-6 1.5-6 5.5M11 2.5c0 4-6 4.5-6 5.5s6 1.5 6 5.5",
  warning: "M8 2.2L14.5 13.5H1.5zM8 6.5v3M8 11.5v.2",
  info: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.3v3.5M8 5v.2",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5L14 14",
  up: "M8 13V3.5M4 7.5l4-4 4 4",
  down: "M8 3v9.5M4 8.5l4 4 4-4",
  back: "M13 8H3.5M7.5 4l-4 4 4 4",
  system: "M2 3.5h12v7.5H2zM6 14h4M8 11v3",
  light:
    "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9L13 13M3 13l1.1-1.1M11.9 4.1L13 3",
  dark: "M13.5 9.8A6 6 0 1 1 6.2 2.5a4.8 4.8 0 0 0 7.3 7.3z",
  remove: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.7 9h5.6l.7-9M7 7v4M9 7v4",
  run: "M2.5 3.5v9L7.5 8zM8.5 3.5v9l5-4.5z",
  command: "M3 4l4 4-4 4M8.5 12H13",
} as const;

export type IconName = keyof typeof PATHS;

/** Icons that are filled, because their outline would be hard to see. */
const FILLED: readonly IconName[] = ["running", "stopped"];

/** A picture beside a text. Screen readers skip it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  const className = FILLED.includes(name) ? "icon filled" : "icon";
  return (
    <svg class={className} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
