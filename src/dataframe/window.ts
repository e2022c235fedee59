import { ArgumentError } from "../errors.js";
import { printAsText } from "../printed.js";
import { windowText } from "../plan/window.js";
import type { FrameBound, WindowDefinition, WindowFrame } from "../plan/window.js";
import { toExpressions, type ColumnList } from "./column-list.js";

const INT_MIN = -(2n ** 31n);
const INT_MAX = 2n ** 31n - 1n;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** An immutable window definition: `sum("x").over(Window.partitionBy("k").orderBy("t"))`. */
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

  /** The window as PySpark prints it: `WindowSpec(PartitionBy(k), OrderBy(t ASC NULLS FIRST))`. */
  toString(): string {
    return windowText(this.#definition);
  }

  /**
   * Partitions the rows by these columns. Replaces an earlier partitionBy().
   *
   * @example rank().over(Window.orderBy("age").partitionBy("city"));
   */
  partitionBy(...columns: ColumnList): WindowSpec {
    return new WindowSpec({ ...this.#definition, partitionBy: toExpressions(columns) });
  }
  /**
   * Orders the rows of each partition. Replaces an earlier orderBy().
   *
   * @example rank().over(Window.partitionBy("city").orderBy("age"));
   */
  orderBy(...columns: ColumnList): WindowSpec {
    return new WindowSpec({ ...this.#definition, orderBy: toExpressions(columns) });
  }
  /**
   * Sets the frame by row offsets from the current row: -1 is the previous row, 1 the next.
   *
   * @throws {ArgumentError} a bound is not a 32-bit integer, Window.unboundedPreceding or
   * Window.unboundedFollowing
   * @example sum("age").over(Window.orderBy("age").rowsBetween(-1, 0));
   */
  rowsBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return this.#framed({
      type: "rows",
      lower: rowBound("start", start),
      upper: rowBound("end", end),
    });
  }
  /**
   * Sets the frame by the distance of the sort key, a number, from the current row's key.
   *
   * @throws {ArgumentError} a bound is not a 64-bit integer
   * @example sum("age").over(Window.orderBy("age").rangeBetween(-10, 10));
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

printAsText(WindowSpec);

/** Starts a window for `Column.over()`; see {@link WindowSpec}. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- PySpark's name, for its constants and methods
export class Window {
  /**
   * The frame starts at the partition's first row. `-Infinity` means the same.
   *
   * @example
   * sum("age").over(
   *   Window.orderBy("age").rowsBetween(Window.unboundedPreceding, Window.currentRow),
   * );
   */
  static get unboundedPreceding(): bigint {
    return LONG_MIN;
  }
  /**
   * The frame ends at the partition's last row. `Infinity` means the same.
   *
   * @example
   * sum("age").over(
   *   Window.orderBy("age").rowsBetween(Window.currentRow, Window.unboundedFollowing),
   * );
   */
  static get unboundedFollowing(): bigint {
    return LONG_MAX;
  }
  /**
   * The frame starts or ends at the current row.
   *
   * @example sum("age").over(Window.orderBy("age").rowsBetween(-1, Window.currentRow));
   */
  static get currentRow(): number {
    return 0;
  }

  /**
   * Partitions the rows by these columns.
   *
   * @example max("age").over(Window.partitionBy("city"));
   */
  static partitionBy(...columns: ColumnList): WindowSpec {
    return EVERYTHING.partitionBy(...columns);
  }
  /**
   * Orders the rows. Without partitionBy() all rows go to one task.
   *
   * @example row_number().over(Window.orderBy(desc("age")));
   */
  static orderBy(...columns: ColumnList): WindowSpec {
    return EVERYTHING.orderBy(...columns);
  }
  /**
   * See {@link WindowSpec.rowsBetween}.
   *
   * @example sum("age").over(Window.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing));
   */
  static rowsBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return EVERYTHING.rowsBetween(start, end);
  }
  /**
   * See {@link WindowSpec.rangeBetween}.
   *
   * @example sum("age").over(Window.rangeBetween(Window.unboundedPreceding, Window.unboundedFollowing));
   */
  static rangeBetween(start: number | bigint, end: number | bigint): WindowSpec {
    return EVERYTHING.rangeBetween(start, end);
  }
}

const EVERYTHING = new WindowSpec({ partitionBy: [], orderBy: [] });

type Side = "start" | "end";

/** Like PySpark (thresholds in window.py), treats the two outermost values at each end as unbounded. */
function bound(side: Side, value: number | bigint): FrameBound {
  if (value === (side === "start" ? -Infinity : Infinity)) return "unbounded";
  if (typeof value === "number" ? !Number.isSafeInteger(value) : typeof value !== "bigint") {
    throw outside(side, value, "an integer (a bigint above 2^53)");
  }
  const exact = BigInt(value);
  if (side === "start" ? exact <= LONG_MIN + 1n : exact >= LONG_MAX) return "unbounded";
  if (exact < LONG_MIN || exact > LONG_MAX) throw outside(side, value, "a 64-bit integer");
  return exact === 0n ? "currentRow" : exact;
}

function rowBound(side: Side, value: number | bigint): FrameBound {
  const exact = bound(side, value);
  if (typeof exact === "string") return exact;
  if (exact >= INT_MIN && exact <= INT_MAX) return Number(exact);
  throw outside(side, value, "a 32-bit integer or unbounded");
}

function outside(side: Side, value: unknown, kind: string): ArgumentError {
  const unbounded = side === "start" ? "unboundedPreceding" : "unboundedFollowing";
  const given = ["number", "bigint"].includes(typeof value) ? String(value) : typeof value;
  return new ArgumentError(
    side,
    `The ${side} of a window frame must be ${kind}, such as Window.${unbounded}, got ${given}.`,
  );
}
