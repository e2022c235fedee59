import { SIGNAL, checkMethods } from "../../option-check.js";
import type { KeyedInput } from "../../plan/stateful.js";
import type { SessionContext } from "../session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import type { DataFrame } from "../dataframe.js";
import { mappedCogroups, type PythonMapOptions } from "./python-maps.js";

/** The groups of two DataFrames, side by side; see GroupedData.cogroup(). */
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
   * `function(key, left, right)` with the key as a tuple, is given two pandas.DataFrames, one of which is
   * empty where a side lacks the key, and returns one of `outputSchema`. Each pair of groups must fit into
   * a worker's memory. A promise for the reasons of GroupedData.applyInPandas().
   *
   * @throws {ArgumentError} the schema has no columns, or the names are no Python names
   * @throws {ParseException} the schema is no DDL
   */
  applyInPandas(options: PythonMapOptions, call: CallOptions = {}): Promise<DataFrame> {
    return mappedCogroups(this.#context, this.#sides, "Pandas", options, call);
  }

  /** As applyInPandas(), with pyarrow.Tables. */
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
