import { merged, POINT_VALUES, type BatchPoint } from "./batch-point.js";

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
  /** In the order of POINT_VALUES. */
  readonly #values: (Float32Array | undefined)[] = POINT_VALUES.map(() => undefined);
  readonly #phases = new Map<string, Float32Array>();
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
    return [this.#at, ...this.#values, ...this.#phases.values()].reduce(
      (total, column) => total + (column?.byteLength ?? 0),
      0,
    );
  }

  /**
   * Adds a point that is not older than the newest one. A point of the newest one's step is merged into it.
   *
   * @returns the former newest point of a series with steps, if it does not change any more
   */
  add(point: BatchPoint): BatchPoint | undefined {
    const { stepMs, keepMs, mostPoints } = this.limits;
    const at = stepMs === 0 ? point.at : Math.floor(point.at / stepMs) * stepMs;
    const last = this.#length - 1;
    if (stepMs > 0 && last >= 0 && at <= this.#time(last)) {
      this.#set(last, merged(this.get(last), point));
      return undefined;
    }
    const newest = stepMs > 0 && last >= 0 ? this.get(last) : undefined;
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
    const place = this.#place(index);
    const value = (column: number): number => this.#values[column]?.[place] ?? NaN;
    const phasesMs: Record<string, number> = {};
    for (const [phase, column] of this.#phases) {
      const ms = column[place] ?? NaN;
      if (!Number.isNaN(ms)) phasesMs[phase] = ms;
    }
    return {
      at: this.#time(index),
      inputRows: value(0),
      inputMs: value(1),
      rows: value(2),
      workMs: value(3),
      batchDurationMs: value(4),
      phasesMs,
      lag: value(5),
      stateRows: value(6),
      stateMemoryBytes: value(7),
      watermarkDelayMs: value(8),
    };
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
    for (const [column, name] of POINT_VALUES.entries()) {
      const value = point[name];
      const known = this.#values[column];
      if (known !== undefined) known[place] = value;
      else if (!Number.isNaN(value)) (this.#values[column] = this.#emptyColumn())[place] = value;
    }
    for (const column of this.#phases.values()) column[place] = NaN;
    for (const phase in point.phasesMs) {
      const column = this.#phaseColumn(phase);
      const former = column[place] ?? NaN;
      const ms = point.phasesMs[phase] ?? NaN;
      column[place] = Number.isNaN(former) ? ms : former + ms;
    }
  }

  #phaseColumn(phase: string): Float32Array {
    const known = this.#phases.get(phase);
    if (known !== undefined) return known;
    const name = this.#phases.size < MOST_PHASES - 1 ? phase : OTHER_PHASES;
    const column = this.#phases.get(name) ?? this.#emptyColumn();
    this.#phases.set(name, column);
    return column;
  }

  #emptyColumn(): Float32Array {
    return new Float32Array(this.#at.length).fill(NaN);
  }

  #grow(capacity: number): void {
    const places = Array.from({ length: this.#length }, (_, index) => this.#place(index));
    const moved = <A extends Float32Array | Float64Array>(from: A, to: A): A => {
      places.forEach((place, index) => {
        to[index] = from[place] ?? NaN;
      });
      return to;
    };
    const grown = (column: Float32Array): Float32Array =>
      moved(column, new Float32Array(capacity).fill(NaN));
    for (const [column, values] of this.#values.entries())
      if (values !== undefined) this.#values[column] = grown(values);
    for (const [phase, column] of this.#phases) this.#phases.set(phase, grown(column));
    this.#at = moved(this.#at, new Float64Array(capacity));
    this.#head = 0;
  }
}
