import { SIGNAL, checkMethods } from "../../option-check.js";
import type { KeyedInput } from "../../plan/stateful.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import type { DataFrame } from "../dataframe.js";
import { mappedCogroups, type PythonMapOptions } from "./python-maps.js";

/** Pairs of groups from two DataFrames; see GroupedData.cogroup(). */
export class PandasCogroupedOps {
  readonly #context: SessionContext;
  readonly #sides: readonly [KeyedInput, KeyedInput];

  /** @internal Use df.groupBy(…).cogroup(). */
  constructor(context: SessionContext, sides: readonly [KeyedInput, KeyedInput]) {
    this.#context = context;
    this.#sides = sides;
  }

  /**
   * Calls a Python function with the two groups of each key: `function(left, right)`, or
   * `function(key, left, right)` with the key as a tuple. The function receives two pandas.DataFrames and
   * returns one of `outputSchema`. If one side lacks the key, its DataFrame is empty. Each pair of groups
   * must fit into a worker's memory. Returns a promise for the same reasons as GroupedData.applyInPandas().
   *
   * @throws {ArgumentError} the schema has no columns, or `function` is not a Python name
   * @throws {ParseException} the schema is not valid DDL
   * @example
   * const source = "def both(left, right): return left.merge(right, on='city')";
   * await people.groupBy("city").cogroup(cities.groupBy("city")).applyInPandas({
   *   source,
   *   function: "both",
   *   outputSchema: "name STRING, age BIGINT, city STRING, country STRING",
   * });
   */
  applyInPandas(options: PythonMapOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedCogroups(this.#context, this.#sides, "Pandas", options, call);
  }

  /**
   * Like applyInPandas(), with pyarrow.Tables.
   *
   * @example
   * const source = "def both(left, right): return left.join(right, 'city')";
   * await people.groupBy("city").cogroup(cities.groupBy("city")).applyInArrow({
   *   source,
   *   function: "both",
   *   outputSchema: "name STRING, age BIGINT, city STRING, country STRING",
   * });
   */
  applyInArrow(options: PythonMapOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedCogroups(this.#context, this.#sides, "Arrow", options, call);
  }
}

checkMethods(PandasCogroupedOps.prototype, {
  applyInPandas: [
    [0, ["outputSchema", "source", "function"]],
    [1, SIGNAL],
  ],
  applyInArrow: [
    [0, ["outputSchema", "source", "function"]],
    [1, SIGNAL],
  ],
});
