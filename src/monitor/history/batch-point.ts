import type { StreamingQueryProgress } from "../../streaming/progress.js";
import { lagOf } from "../../supervisor/source-lag.js";
import type { PointDocument } from "../documents.js";

/** The numbers of a point beside its phases, in the order of the history's columns. */
export const POINT_VALUES = [
  "inputRows",
  "inputMs",
  "rows",
  "workMs",
  "batchDurationMs",
  "lag",
  "stateRows",
  "stateMemoryBytes",
  "watermarkDelayMs",
] as const;

/**
 * One batch, or the batches of a step of time. The first four are sums, so that the rates of merged points are exact: rows
 * divided by time. The others are NaN if unknown.
 */
export interface BatchPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Rows that arrived in `inputMs`. Both are 0 if Spark does not know the rate, as for a query's first batch. */
  readonly inputRows: number;
  readonly inputMs: number;
  /** Rows that were processed in `workMs`. */
  readonly rows: number;
  readonly workMs: number;
  /** The slowest batch. */
  readonly batchDurationMs: number;
  /** The phases of the slowest batch. */
  readonly phasesMs: Readonly<Record<string, number>>;
  /** The largest value, as of the next three. */
  readonly lag: number;
  readonly stateRows: number;
  readonly stateMemoryBytes: number;
  readonly watermarkDelayMs: number;
}

/** The phase that contains all others. */
const WHOLE = "triggerExecution";

/** The point of a batch's report. */
export function pointOf(progress: StreamingQueryProgress, at: number): BatchPoint {
  const { inputRowsPerSecond, processedRowsPerSecond, batchDuration, stateOperators } = progress;
  const rows = Number(progress.numInputRows);
  const arrival = milliseconds(rows, inputRowsPerSecond, batchDuration);
  const isStateful = stateOperators.length > 0;
  const sum = (valueOf: (operator: (typeof stateOperators)[number]) => bigint): number =>
    isStateful ? stateOperators.reduce((total, one) => total + Number(valueOf(one)), 0) : NaN;
  return {
    at,
    inputRows: arrival === undefined ? 0 : rows,
    inputMs: arrival ?? 0,
    rows,
    workMs: milliseconds(rows, processedRowsPerSecond, batchDuration) ?? batchDuration,
    batchDurationMs: batchDuration,
    phasesMs: Object.fromEntries(
      Object.entries(progress.durationMs).filter(([phase]) => phase !== WHOLE),
    ),
    lag: lagOf(progress.sources)?.value ?? NaN,
    stateRows: sum(({ numRowsTotal }) => numRowsTotal),
    stateMemoryBytes: sum(({ memoryUsedBytes }) => memoryUsedBytes),
    watermarkDelayMs: watermarkDelay(progress.eventTime),
  };
}

/** The time for which the rate holds. Undefined if Spark gives no rate for these rows. */
function milliseconds(rows: number, perSecond: number, batchMs: number): number | undefined {
  if (rows === 0) return batchMs;
  return perSecond > 0 && Number.isFinite(perSecond) ? (rows / perSecond) * 1000 : undefined;
}

/** The watermark of a report. Before the first event, Spark reports 1970. */
export function watermarkOf(eventTime: Readonly<Record<string, string>>): string | undefined {
  const { watermark } = eventTime;
  return watermark === undefined || !(Date.parse(watermark) > 0) ? undefined : watermark;
}

function watermarkDelay(eventTime: Readonly<Record<string, string>>): number {
  const watermark = watermarkOf(eventTime);
  const { max } = eventTime;
  return watermark === undefined || max === undefined
    ? NaN
    : Date.parse(max) - Date.parse(watermark);
}

/** Two points as one, with the time of the first. Sums are added, of other values the larger one stays. */
export function merged(first: BatchPoint, second: BatchPoint): BatchPoint {
  const slower = first.batchDurationMs >= second.batchDurationMs ? first : second;
  return {
    at: first.at,
    inputRows: first.inputRows + second.inputRows,
    inputMs: first.inputMs + second.inputMs,
    rows: first.rows + second.rows,
    workMs: first.workMs + second.workMs,
    batchDurationMs: slower.batchDurationMs,
    phasesMs: slower.phasesMs,
    lag: larger(first.lag, second.lag),
    stateRows: larger(first.stateRows, second.stateRows),
    stateMemoryBytes: larger(first.stateMemoryBytes, second.stateMemoryBytes),
    watermarkDelayMs: larger(first.watermarkDelayMs, second.watermarkDelayMs),
  };
}

function larger(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

/** Rows per second, or null if the time is unknown. */
export function rate(rows: number, ms: number): number | null {
  return ms > 0 ? rounded((rows / ms) * 1000) : null;
}

/** The value, or null if it is unknown. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}

/** The digits that single precision keeps. */
function rounded(value: number): number {
  return Number(value.toPrecision(7));
}

/** A point as clients receive it. */
export function pointDocument(stream: string, point: BatchPoint): PointDocument {
  return {
    stream,
    at: point.at,
    inputRowsPerSecond: rate(point.inputRows, point.inputMs),
    processedRowsPerSecond: rate(point.rows, point.workMs),
    phasesMs: point.phasesMs,
    batchDurationMs: known(point.batchDurationMs),
    lag: known(point.lag),
    stateRows: known(point.stateRows),
    stateMemoryBytes: known(point.stateMemoryBytes),
    watermarkDelayMs: known(point.watermarkDelayMs),
  };
}
