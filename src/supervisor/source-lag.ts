import type { SourceProgress } from "../streaming/progress.js";

/** Metrics with which sources report their lag: the metric's name, and its unit. */
const LAG_METRICS: readonly (readonly [metric: string, unit: string])[] = [
  ["maxOffsetsBehindLatest", "offsets"],
  ["numFilesOutstanding", "files"],
  ["numBytesOutstanding", "bytes"],
];

/** How far a source is behind its newest data. */
export interface SourceLag {
  readonly unit: string;
  readonly value: number;
}

/** The lags that a source reports, else the difference of its newest offset and the offset it reached. */
export function lagsOf({ metrics, endOffset, latestOffset }: SourceProgress): SourceLag[] {
  const reported = LAG_METRICS.flatMap(([metric, unit]) => {
    const value = Number(metrics[metric] ?? Number.NaN);
    return Number.isNaN(value) ? [] : [{ unit, value }];
  });
  if (reported.length > 0) return reported;
  const distance = offsetDistance(endOffset, latestOffset);
  return distance === undefined ? [] : [{ unit: "offsets", value: distance }];
}

/** The lag of several sources: the sum of those that have the unit of the first one. Undefined if unknown. */
export function lagOf(sources: readonly SourceProgress[]): SourceLag | undefined {
  const lags = sources.flatMap((source) => lagsOf(source).slice(0, 1));
  const unit = lags[0]?.unit;
  if (unit === undefined) return undefined;
  const same = lags.filter((lag) => lag.unit === unit);
  return { unit, value: same.reduce((total, { value }) => total + value, 0) };
}

/** Sums the differences of two offsets that are numbers, or trees of numbers with the same keys, as Kafka's. */
function offsetDistance(end: unknown, latest: unknown): number | undefined {
  if (isNumber(end) && isNumber(latest)) return Number(latest) - Number(end);
  if (!isRecord(end) || !isRecord(latest)) return undefined;
  let sum = 0;
  for (const [key, reached] of Object.entries(end)) {
    const distance = offsetDistance(reached, latest[key]);
    if (distance === undefined) return undefined;
    sum += distance;
  }
  return sum;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
