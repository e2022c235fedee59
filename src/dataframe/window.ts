import { ArgumentError } from "../errors.js";
import type { FrameBound, WindowDefinition, WindowFrame } from "../plan/window.js";
import { toExpressions, type ColumnList } from "./column-list.js";

const INT_MIN = -(2n ** 31n);
const INT_MAX = 2n ** 31n - 1n;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** A window to run a function over: `sum("x").over(Window.partitionBy("k").orderBy("t"))`. Immutable. */
export class WindowSpec {
  readonly #definition: WindowDefinition;

  /** @internal Use Window. */
  constructor(definition: WindowDefinition) {
    this.#definition = definition;
  }

  /** @internal */
  get definition(): WindowDefinition {
    return this.#definition;
  }

  /** A window of its own for each value of these columns, instead of those named before. */
  partitionBy(...columns: ColumnList): WindowSpec {
    return new WindowSpec({ ...this.#definition, partitionBy: toExpressions(columns) });
  }
  /** The order of a window's rows, instead of the one named before. */
  orderBy(...columns: ColumnList): WindowSpec {
    return new WindowSpec({ ...this.#definition, orderBy: toExpressions(columns) });
  }
  /**
   * The rows a function sees, counted from the current one: -1 is the row before it, 1 the one after.
   *
   * @throws {ArgumentError} a bound is no integer of 32 bits, Window.unboundedPreceding or
   * Window.unboundedFollowing
   */
  rowsBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return this.#framed({
      type: "rows",
      lower: rowBound("start", start),
      upper: rowBound("end", end),
    });
  }
  /**
   * The rows a function sees, by how far their sort key, a number, is from the current row's.
   *
   * @throws {ArgumentError} a bound is no integer of 64 bits
   */
  rangeBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return this.#framed({
      type: "range",
      lower: bound("start", start),
      upper: bound("end", end),
    });
  }

  #framed(frame: WindowFrame): WindowSpec {
    return new WindowSpec({ ...this.#definition, frame });
  }
}

/** Starts a window for `Column.over()`; see {@link WindowSpec}. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- PySpark's name, for its constants and methods
export class Window {
  /** A frame that begins with the window's first row; `-Infinity` is the same. */
  static get unboundedPreceding(): bigint {
    return LONG_MIN;
  }
  /** A frame that ends with the window's last row; `Infinity` is the same. */
  static get unboundedFollowing(): bigint {
    return LONG_MAX;
  }
  /** A frame that begins or ends with the current row. */
  static get currentRow(): number {
    return 0;
  }

  /** A window for each value of these columns. */
  static partitionBy(...columns: ColumnList): WindowSpec {
    return EVERYTHING.partitionBy(...columns);
  }
  /** One window, its rows in this order; without partitionBy() all rows go to one task. */
  static orderBy(...columns: ColumnList): WindowSpec {
    return EVERYTHING.orderBy(...columns);
  }
  /** See {@link WindowSpec.rowsBetween}. */
  static rowsBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return EVERYTHING.rowsBetween(start, end);
  }
  /** See {@link WindowSpec.rangeBetween}. */
  static rangeBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return EVERYTHING.rangeBetween(start, end);
  }
}

const EVERYTHING = new WindowSpec({ partitionBy: [], orderBy: [] });

type Side = "start" | "end";

/** PySpark takes the two outermost values at each end for unbounded (window.py, thresholds). */
function bound(side: Side, value: number | bigint): FrameBound {
  if (value === (side === "start" ? -Infinity : Infinity)) return "unbounded";
  if (typeof value === "number" ? !Number.isSafeInteger(value) : typeof value !== "bigint") {
    throw outside(side, value, "an integer (a bigint where it is past 2^53)");
  }
  const exact = BigInt(value);
  if (side === "start" ? exact <= LONG_MIN + 1n : exact >= LONG_MAX) return "unbounded";
  if (exact < LONG_MIN || exact > LONG_MAX) throw outside(side, value, "an integer of 64 bits");
  return exact === 0n ? "currentRow" : exact;
}

function rowBound(side: Side, value: number | bigint): FrameBound {
  const exact = bound(side, value);
  if (typeof exact === "string") return exact;
  if (exact >= INT_MIN && exact <= INT_MAX) return Number(exact);
  throw outside(side, value, "an integer of 32 bits, or unbounded");
}

function outside(side: Side, value: unknown, kind: string): ArgumentError {
  const unbounded = side === "start" ? "unboundedPreceding" : "unboundedFollowing";
  const given = ["number", "bigint"].includes(typeof value) ? String(value) : typeof value;
  return new ArgumentError(
    side,
    `A frame's ${side} is ${kind}, as Window.${unbounded}; not ${given}.`,
  );
}
