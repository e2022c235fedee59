import { merged, type BatchPoint } from "./batch-point.js";

type Values = Omit<BatchPoint, "at" | "phasesMs">;
const VALUES: readonly (keyof Values)[] = [
  "inputRows",
  "inputMs",
  "rows",
  "workMs",
  "batchDurationMs",
  "lag",
  "stateRows",
  "stateMemoryBytes",
  "watermarkDelayMs",
];
/** The sums. A missing value counts as 0. */
const SUMS: ReadonlySet<string> = new Set(["inputRows", "inputMs", "rows", "workMs"]);
const PHASE = "phase ";
/** Spark has eight phases. More names than this share one column, so that a server cannot fill the memory. */
const MOST_PHASES = 12;
const OTHER_PHASES = "other";
const FIRST_CAPACITY = 16;

/** How long a series keeps points, and how many. */
export interface SeriesLimits {
  /** The time that a point stands for, in milliseconds. 0: each point is one batch. */
  readonly stepMs: number;
  readonly keepMs: number;
  readonly mostPoints: number;
}

/**
 * The points of a stream in typed arrays, the oldest first. A column takes memory only after its first value, and the arrays
 * grow with the points. Values have single precision, about seven digits.
 */
export class PointSeries {
  readonly limits: SeriesLimits;
  #at = new Float64Array(FIRST_CAPACITY);
  readonly #columns = new Map<string, Float32Array>();
  #head = 0;
  #length = 0;

  constructor(limits: SeriesLimits) {
    this.limits = limits;
  }

  get length(): number {
    return this.#length;
  }

  /** The time of the oldest point, or Infinity without a point. */
  get oldest(): number {
    return this.#length === 0 ? Infinity : this.#time(0);
  }

  /** Bytes of the arrays. */
  get byteLength(): number {
    return [...this.#columns.values()].reduce(
      (total, { byteLength }) => total + byteLength,
      this.#at.byteLength,
    );
  }

  /**
   * Adds a point that is not older than the newest one. A point of the newest one's step is merged into it.
   *
   * @returns the point that a later one follows now, and that does not change any more
   */
  add(point: BatchPoint): BatchPoint | undefined {
    const { stepMs, keepMs, mostPoints } = this.limits;
    const at = stepMs === 0 ? point.at : Math.floor(point.at / stepMs) * stepMs;
    const last = this.#length - 1;
    const newest = last < 0 ? undefined : this.get(last);
    if (stepMs > 0 && newest !== undefined && at <= newest.at) {
      this.#set(last, merged(newest, point));
      return undefined;
    }
    while (this.#length > 0 && (this.#time(0) <= at - keepMs || this.#length >= mostPoints)) {
      this.#head = (this.#head + 1) % this.#at.length;
      this.#length -= 1;
    }
    if (this.#length === this.#at.length) this.#grow(Math.min(mostPoints, this.#length * 2));
    this.#length += 1;
    this.#set(this.#length - 1, { ...point, at });
    return newest;
  }

  /** The point at an index from 0, the oldest, to `length` - 1. */
  get(index: number): BatchPoint {
    const at = this.#place(index);
    const values: Record<string, number> = {};
    for (const name of VALUES)
      values[name] = this.#columns.get(name)?.[at] ?? (SUMS.has(name) ? 0 : NaN);
    const phasesMs: Record<string, number> = {};
    for (const [name, column] of this.#columns) {
      const value = column[at] ?? NaN;
      if (name.startsWith(PHASE) && !Number.isNaN(value))
        phasesMs[name.slice(PHASE.length)] = value;
    }
    return { ...(values as unknown as Values), at: this.#time(index), phasesMs };
  }

  /** The points from a time to another, both included. */
  *between(from: number, to: number): Generator<BatchPoint, void, undefined> {
    for (let index = this.#firstFrom(from); index < this.#length; index++) {
      if (this.#time(index) > to) return;
      yield this.get(index);
    }
  }

  /** The number of points from a time to another. */
  count(from: number, to: number): number {
    return Math.max(0, this.#firstFrom(to + 1) - this.#firstFrom(from));
  }

  #firstFrom(at: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#time(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #time(index: number): number {
    return this.#at[this.#place(index)] ?? NaN;
  }

  #place(index: number): number {
    return (this.#head + index) % this.#at.length;
  }

  #set(index: number, point: BatchPoint): void {
    const place = this.#place(index);
    this.#at[place] = point.at;
    for (const column of this.#columns.values()) column[place] = NaN;
    for (const name of VALUES) this.#write(name, place, point[name]);
    for (const [phase, ms] of Object.entries(point.phasesMs)) {
      const name = this.#phaseColumn(phase);
      const former = this.#columns.get(name)?.[place] ?? NaN;
      this.#write(name, place, Number.isNaN(former) ? ms : former + ms);
    }
  }

  #phaseColumn(phase: string): string {
    const name = PHASE + phase;
    const isKnown = this.#columns.has(name);
    return isKnown || this.#columns.size < VALUES.length + MOST_PHASES - 1
      ? name
      : PHASE + OTHER_PHASES;
  }

  #write(name: string, place: number, value: number): void {
    if (Number.isNaN(value)) return;
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Float32Array(this.#at.length).fill(NaN);
      this.#columns.set(name, column);
    }
    column[place] = value;
  }

  #grow(capacity: number): void {
    const places = Array.from({ length: this.#length }, (_, index) => this.#place(index));
    const moved = <A extends Float32Array | Float64Array>(from: A, to: A): A => {
      places.forEach((place, index) => {
        to[index] = from[place] ?? NaN;
      });
      return to;
    };
    for (const [name, column] of this.#columns)
      this.#columns.set(name, moved(column, new Float32Array(capacity).fill(NaN)));
    this.#at = moved(this.#at, new Float64Array(capacity));
    this.#head = 0;
  }
}
