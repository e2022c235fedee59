// Which streams the list shows, and in which order.
import type { MonitoredState, StreamSummary } from "../documents.js";

/** The states as a reader looks for them. */
export const GROUPS = ["running", "failing", "paused", "waiting", "ended"] as const;
export type Group = (typeof GROUPS)[number];

export const SORT_KEYS = ["name", "state", "rate", "lag", "batch", "restarts"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** What the reader chose in the list. */
export interface ListSettings {
  readonly text: string;
  readonly group: Group | null;
  readonly sort: SortKey;
  readonly isDescending: boolean;
}

export const DEFAULT_SETTINGS: ListSettings = {
  text: "",
  group: null,
  sort: "state",
  isDescending: false,
};

const GROUP_OF_STATE: Readonly<Record<MonitoredState, Group>> = {
  starting: "running",
  running: "running",
  stopping: "running",
  backingOff: "failing",
  fatal: "failing",
  paused: "paused",
  waiting: "waiting",
  stopped: "ended",
  completed: "ended",
  superseded: "ended",
};

/** A stalled stream counts as failing: it runs, but does nothing. */
export function groupOf(stream: StreamSummary): Group {
  return stream.isStalled ? "failing" : GROUP_OF_STATE[stream.state];
}

/** The order of states in the list: what needs attention comes first. */
const URGENCY: readonly MonitoredState[] = [
  "fatal",
  "backingOff",
  "superseded",
  "starting",
  "stopping",
  "running",
  "waiting",
  "paused",
  "stopped",
  "completed",
];

function urgency(stream: StreamSummary): number {
  return stream.isStalled ? 1.5 : URGENCY.indexOf(stream.state);
}

/** The value that a column sorts by. Null values come last in both directions. */
const VALUES: Readonly<Record<SortKey, (stream: StreamSummary) => number | string | null>> = {
  name: (stream) => stream.name,
  state: urgency,
  rate: (stream) => rateNow(stream),
  lag: (stream) => stream.lag?.value ?? null,
  batch: (stream) => (stream.lastBatch === null ? null : Date.parse(stream.lastBatch.at)),
  restarts: (stream) => stream.restarts,
};

const NAMES = new Intl.Collator("en", { numeric: true });

/** Processed rows per second. Null if the stream does not run. */
export function rateNow(stream: StreamSummary): number | null {
  if (stream.state !== "running" && stream.state !== "stopping") return null;
  return stream.lastBatch?.processedRowsPerSecond ?? null;
}

function matches(stream: StreamSummary, settings: ListSettings): boolean {
  if (settings.group !== null && groupOf(stream) !== settings.group) return false;
  const words = settings.text.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${stream.name} ${stream.lastError?.code ?? ""} ${stream.lastError?.message ?? ""}`;
  return words.every((word) => text.toLowerCase().includes(word));
}

/** The streams that fit the settings, in their order. Streams with equal values are in the order of their names. */
export function listed(
  streams: Iterable<StreamSummary>,
  settings: ListSettings,
): readonly StreamSummary[] {
  const valueOf = VALUES[settings.sort];
  const direction = settings.isDescending ? -1 : 1;
  return [...streams]
    .filter((stream) => matches(stream, settings))
    .map((stream) => ({ stream, value: valueOf(stream) }))
    .sort((a, b) => {
      const names = NAMES.compare(a.stream.name, b.stream.name);
      if (a.value === b.value) return names;
      if (a.value === null) return 1;
      if (b.value === null) return -1;
      const order =
        typeof a.value === "number" && typeof b.value === "number" ? a.value - b.value : names;
      return order * direction;
    })
    .map(({ stream }) => stream);
}

/** Figures over all streams. */
export interface Totals {
  readonly streams: number;
  readonly groups: Readonly<Record<Group, number>>;
  readonly rowsPerSecond: number;
}

export function totalsOf(streams: Iterable<StreamSummary>): Totals {
  const groups: Record<Group, number> = { running: 0, failing: 0, paused: 0, waiting: 0, ended: 0 };
  let [count, rowsPerSecond] = [0, 0];
  for (const stream of streams) {
    count++;
    groups[groupOf(stream)]++;
    rowsPerSecond += rateNow(stream) ?? 0;
  }
  return { streams: count, groups, rowsPerSecond };
}
