// The values of a stream's charts: the server's history, and the points that arrive later.
import type { HistoryDocument, PointDocument } from "../documents.js";

type Values = readonly (number | null)[];

/** The columns with one value per point. */
const COLUMNS = [
  "inputRowsPerSecond",
  "processedRowsPerSecond",
  "batchDurationMs",
  "lag",
  "stateRows",
  "stateMemoryBytes",
  "watermarkDelayMs",
] as const;
type Column = (typeof COLUMNS)[number];

/** Columns over time, as in HistoryDocument. */
export type Series = Readonly<Record<Column, Values>> & {
  readonly stepMs: number;
  readonly at: readonly number[];
  readonly phasesMs: Readonly<Record<string, Values>>;
  readonly lagUnit: string | null;
};

/** More points than this in one chart are merged: it has fewer pixels. */
const MOST_POINTS = 1_500;

/** The phases in the order in which a batch goes through them. */
const PHASES = [
  "latestOffset",
  "getOffset",
  "getBatch",
  "queryPlanning",
  "walCommit",
  "addBatch",
  "commitBatch",
  "commitOffsets",
];

/** The names of the phases: Spark's in their order, then others. */
export function phaseNames(series: Series): readonly string[] {
  const names = Object.keys(series.phasesMs);
  return [
    ...PHASES.filter((name) => names.includes(name)),
    ...names.filter((name) => !PHASES.includes(name)).sort(),
  ];
}

function columnsOf(series: Series): Map<string, Values> {
  const columns = new Map<string, Values>(COLUMNS.map((name) => [name, series[name]]));
  for (const [name, values] of Object.entries(series.phasesMs))
    columns.set(`phase ${name}`, values);
  return columns;
}

function ofColumns(
  columns: ReadonlyMap<string, Values>,
  rest: Pick<Series, "at" | "stepMs" | "lagUnit">,
): Series {
  const of = (name: string): Values => columns.get(name) ?? rest.at.map(() => null);
  const phases = [...columns.keys()].filter((name) => name.startsWith("phase "));
  return {
    ...rest,
    ...(Object.fromEntries(COLUMNS.map((name) => [name, of(name)])) as Record<Column, Values>),
    phasesMs: Object.fromEntries(phases.map((name) => [name.slice(6), of(name)])),
  };
}

/** The mean of the values that are known. */
function mean(values: Values): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Merges the points of each step of `stepMs` milliseconds into their mean. */
export function coarser(series: Series, stepMs: number): Series {
  const groups = new Map<number, number[]>();
  for (const [index, at] of series.at.entries()) {
    const begin = Math.floor(at / stepMs) * stepMs;
    const group = groups.get(begin);
    if (group === undefined) groups.set(begin, [index]);
    else group.push(index);
  }
  const merge = (values: Values): Values =>
    [...groups.values()].map((indexes) => mean(indexes.map((index) => values[index] ?? null)));
  const columns = new Map([...columnsOf(series)].map(([name, values]) => [name, merge(values)]));
  return ofColumns(columns, { at: [...groups.keys()], stepMs, lagUnit: series.lagUnit });
}

function seriesOfPoints(points: readonly PointDocument[]): Series {
  const columns = new Map<string, Values>(
    COLUMNS.map((name) => [name, points.map((point) => point[name])]),
  );
  for (const phase of new Set(points.flatMap((point) => Object.keys(point.phasesMs)))) {
    columns.set(
      `phase ${phase}`,
      points.map((point) => point.phasesMs[phase] ?? null),
    );
  }
  return ofColumns(columns, { at: points.map(({ at }) => at), stepMs: 0, lagUnit: null });
}

function joined(first: Series, second: Series): Series {
  const [before, after] = [columnsOf(first), columnsOf(second)];
  const columns = new Map<string, Values>();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    columns.set(name, [
      ...(before.get(name) ?? first.at.map(() => null)),
      ...(after.get(name) ?? second.at.map(() => null)),
    ]);
  }
  const at = [...first.at, ...second.at];
  return ofColumns(columns, { at, stepMs: first.stepMs, lagUnit: first.lagUnit });
}

/**
 * The history with the points that arrived after it, in the history's steps.
 *
 * @param points ascending in time; those that the history already has are left out
 */
export function withPoints(history: HistoryDocument, points: readonly PointDocument[]): Series {
  const last = history.at.at(-1) ?? -Infinity;
  // The last step of the history may be incomplete: it already contains points before its own end.
  const known = last + Math.max(0, history.stepMs - 1);
  const added = seriesOfPoints(points.filter(({ at }) => at > known));
  if (added.at.length === 0) return history;
  return joined(history, history.stepMs > 0 ? coarser(added, history.stepMs) : added);
}

/** The points of a time span. They are merged if there are too many for a chart. */
export function within(series: Series, from: number, to: number): Series {
  const begin = series.at.findIndex((at) => at >= from);
  const end = series.at.findLastIndex((at) => at <= to) + 1;
  const cut = (values: Values): Values => (begin === -1 ? [] : values.slice(begin, end));
  const columns = new Map([...columnsOf(series)].map(([name, values]) => [name, cut(values)]));
  const at = begin === -1 ? [] : series.at.slice(begin, end);
  const part = ofColumns(columns, { at, stepMs: series.stepMs, lagUnit: series.lagUnit });
  return at.length > MOST_POINTS ? coarser(part, ((to - from) / MOST_POINTS) * 2) : part;
}

/** The usual time between two points: the median. */
function usualStep(at: readonly number[]): number {
  const steps = at.slice(1).map((value, index) => value - (at[index] ?? value));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** A line does not connect two points that are further apart than this many usual steps. */
const GAP_STEPS = 5;
const SHORTEST_GAP_MS = 30_000;

/** Puts an empty point into each pause, so that no line crosses it. */
export function withGaps(
  at: readonly number[],
  values: readonly Values[],
): { readonly at: readonly number[]; readonly values: readonly Values[] } {
  const longest = Math.max(SHORTEST_GAP_MS, usualStep(at) * GAP_STEPS);
  const before = at.flatMap((time, index) =>
    index > 0 && time - (at[index - 1] ?? time) > longest ? [index] : [],
  );
  if (before.length === 0) return { at, values };
  const insert = <T>(items: readonly T[], made: (index: number) => T): T[] => {
    const gaps = new Set(before);
    return items.flatMap((item, index) => (gaps.has(index) ? [made(index), item] : [item]));
  };
  return {
    at: insert(at, (index) => ((at[index - 1] ?? 0) + (at[index] ?? 0)) / 2),
    values: values.map((column) => insert(column, () => null)),
  };
}

/** The sums from the first column up to each column, for a stacked chart. Null if no column has a value. */
export function stacked(columns: readonly Values[]): readonly Values[] {
  const length = columns[0]?.length ?? 0;
  const sums: (number | null)[] = Array.from({ length }, () => null);
  return columns.map((column) => {
    for (const [index, value] of column.entries())
      if (value !== null) sums[index] = (sums[index] ?? 0) + value;
    return [...sums];
  });
}

/** True if a column has a value. */
export function hasValues(values: Values): boolean {
  return values.some((value) => value !== null);
}
