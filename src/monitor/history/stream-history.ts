import { API_VERSION, type HistoryDocument } from "../documents.js";
import { known, merged, rate, type BatchPoint } from "./batch-point.js";
import { PointSeries, type SeriesLimits } from "./point-series.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Each batch of the last hour, 1-minute points of a day, and 15-minute points of a week. */
export const SERIES: readonly [SeriesLimits, SeriesLimits, SeriesLimits] = [
  { stepMs: 0, keepMs: HOUR, mostPoints: 3_600 },
  { stepMs: MINUTE, keepMs: 24 * HOUR, mostPoints: 24 * 60 },
  { stepMs: 15 * MINUTE, keepMs: 7 * 24 * HOUR, mostPoints: 7 * 24 * 4 },
];

const SPARKLINE_POINTS = 30;
const SPARKLINE_STEP = 2 * MINUTE;
/** Steps of a chart are multiples of these, so that its times are round. */
const ROUND_STEPS: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** A range of time, and the number of points that a client wants at most. */
export interface HistoryRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

/** The values of one stream over time. */
export class StreamHistory {
  readonly #batches = new PointSeries(SERIES[0]);
  readonly minutes: PointSeries = new PointSeries(SERIES[1]);
  readonly quarters: PointSeries = new PointSeries(SERIES[2]);
  #newest = 0;
  #lagUnit: string | null = null;

  /** The time of the newest point, by the server's clock. 0 without a point. */
  get newest(): number {
    return this.#newest;
  }

  /** Bytes of the arrays. */
  get byteLength(): number {
    return this.#series.reduce((total, { byteLength }) => total + byteLength, 0);
  }

  /**
   * Adds a batch. Its time is moved behind the newest one's if the server's clock went back.
   *
   * @returns the batch with its time, and the 1-minute point that this batch completed
   */
  add(
    batch: BatchPoint,
    lagUnit: string | undefined,
  ): { readonly point: BatchPoint; readonly minute: BatchPoint | undefined } {
    const point = { ...batch, at: Math.max(batch.at, this.#newest + 1) };
    this.#newest = point.at;
    this.#lagUnit = lagUnit ?? this.#lagUnit;
    this.#batches.add(point);
    this.quarters.add(point);
    return { point, minute: this.minutes.add(point) };
  }

  /** Adds a 1-minute point of a file. `alsoToQuarter`: the file has no 15-minute point of this time. */
  restoreMinute(point: BatchPoint, alsoToQuarter: boolean): void {
    this.#newest = Math.max(this.#newest, point.at);
    this.minutes.add(point);
    if (alsoToQuarter) this.quarters.add(point);
  }

  /** Processed rows per second over the last hour, a value for each two minutes. */
  sparkline(nowMs: number): (number | null)[] {
    const first = Math.floor(nowMs / SPARKLINE_STEP) * SPARKLINE_STEP - HOUR + SPARKLINE_STEP;
    const buckets = bucketed(this.minutes.between(first, nowMs), SPARKLINE_STEP);
    return Array.from({ length: SPARKLINE_POINTS }, (_, index) => {
      const point = buckets.get(first + index * SPARKLINE_STEP);
      return point === undefined ? null : rate(point.rows, point.workMs);
    });
  }

  /** The history as clients receive it. */
  document({ fromMs, toMs, points }: HistoryRange): HistoryDocument {
    const series = this.#seriesFor(fromMs);
    const { stepMs: own } = series.limits;
    const wanted = (toMs - fromMs) / points;
    const isWhole = own === 0 && series.count(fromMs, toMs) <= points;
    const stepMs = isWhole ? 0 : stepOf(Math.max(own, wanted), Math.max(own, 1000));
    const start = stepMs === 0 ? fromMs : Math.floor(fromMs / stepMs) * stepMs;
    const found = series.between(start, toMs);
    return columns(stepMs === 0 ? [...found] : everyStep(bucketed(found, stepMs), stepMs), {
      stepMs,
      lagUnit: this.#lagUnit,
    });
  }

  get #series(): readonly [PointSeries, PointSeries, PointSeries] {
    return [this.#batches, this.minutes, this.quarters];
  }

  /** The finest series that has all that is known from this time on. */
  #seriesFor(fromMs: number): PointSeries {
    const isWhole = ({ oldest }: PointSeries, coarser: readonly PointSeries[]): boolean =>
      oldest <= fromMs || coarser.every((one) => oldest < one.oldest + one.limits.stepMs);
    return (
      this.#series.find((series, index) => isWhole(series, this.#series.slice(index + 1))) ??
      this.quarters
    );
  }
}

/** A round step that is at least `least` and a multiple of `unit`. */
function stepOf(least: number, unit: number): number {
  const steps = ROUND_STEPS.map((seconds) => seconds * 1000);
  const round = steps.find((step) => step >= least && step % unit === 0);
  return round ?? Math.ceil(least / 3_600_000) * 3_600_000;
}

function bucketed(points: Iterable<BatchPoint>, stepMs: number): Map<number, BatchPoint> {
  const buckets = new Map<number, BatchPoint>();
  for (const point of points) {
    const at = Math.floor(point.at / stepMs) * stepMs;
    const bucket = buckets.get(at);
    buckets.set(at, bucket === undefined ? { ...point, at } : merged(bucket, point));
  }
  return buckets;
}

/** The points in order, with an empty point for each step between them without a batch. */
function everyStep(buckets: ReadonlyMap<number, BatchPoint>, stepMs: number): BatchPoint[] {
  const points: BatchPoint[] = [];
  for (const [at, point] of buckets) {
    for (let empty = (points.at(-1)?.at ?? at) + stepMs; empty < at; empty += stepMs)
      points.push({ ...EMPTY, at: empty });
    points.push(point);
  }
  return points;
}

const EMPTY: Omit<BatchPoint, "at"> = {
  inputRows: 0,
  inputMs: 0,
  rows: 0,
  workMs: 0,
  batchDurationMs: NaN,
  phasesMs: {},
  lag: NaN,
  stateRows: NaN,
  stateMemoryBytes: NaN,
  watermarkDelayMs: NaN,
};

function columns(
  points: readonly BatchPoint[],
  head: { readonly stepMs: number; readonly lagUnit: string | null },
): HistoryDocument {
  const column = (valueOf: (point: BatchPoint) => number | null): (number | null)[] =>
    points.map(valueOf);
  const phases = new Set(points.flatMap(({ phasesMs }) => Object.keys(phasesMs)));
  return {
    apiVersion: API_VERSION,
    ...head,
    at: points.map(({ at }) => at),
    inputRowsPerSecond: column(({ inputRows, inputMs }) => rate(inputRows, inputMs)),
    processedRowsPerSecond: column(({ rows, workMs }) => rate(rows, workMs)),
    phasesMs: Object.fromEntries(
      [...phases].map((phase) => [phase, column(({ phasesMs }) => phasesMs[phase] ?? null)]),
    ),
    batchDurationMs: column(({ batchDurationMs }) => known(batchDurationMs)),
    lag: column(({ lag }) => known(lag)),
    stateRows: column(({ stateRows }) => known(stateRows)),
    stateMemoryBytes: column(({ stateMemoryBytes }) => known(stateMemoryBytes)),
    watermarkDelayMs: column(({ watermarkDelayMs }) => known(watermarkDelayMs)),
  };
}
