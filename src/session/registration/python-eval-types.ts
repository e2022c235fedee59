import { ArgumentError } from "../../errors.js";
import type { SparkVersion } from "../../connection/spark-version.js";

/** A number of PySpark's PythonEvalType (pyspark/util.py), and the first Spark version that accepts it. */
interface EvalTypeEntry {
  readonly number: number;
  readonly since: readonly [major: number, minor: number];
}

/** The eval types that spark.udf.registerPython() accepts, like PySpark's spark.udf.register(). */
const UDF_EVAL_TYPES: Readonly<Record<UdfEvalType, EvalTypeEntry>> = {
  SQL_BATCHED_UDF: { number: 100, since: [4, 0] },
  SQL_ARROW_BATCHED_UDF: { number: 101, since: [4, 0] },
  SQL_SCALAR_PANDAS_UDF: { number: 200, since: [4, 0] },
  SQL_GROUPED_AGG_PANDAS_UDF: { number: 202, since: [4, 0] },
  SQL_SCALAR_PANDAS_ITER_UDF: { number: 204, since: [4, 0] },
  SQL_GROUPED_AGG_PANDAS_ITER_UDF: { number: 217, since: [4, 2] },
  SQL_SCALAR_ARROW_UDF: { number: 250, since: [4, 1] },
  SQL_SCALAR_ARROW_ITER_UDF: { number: 251, since: [4, 1] },
  SQL_GROUPED_AGG_ARROW_UDF: { number: 252, since: [4, 1] },
  SQL_GROUPED_AGG_ARROW_ITER_UDF: { number: 254, since: [4, 2] },
};

const UDTF_EVAL_TYPES: Readonly<Record<UdtfEvalType, EvalTypeEntry>> = {
  SQL_TABLE_UDF: { number: 300, since: [4, 0] },
  SQL_ARROW_TABLE_UDF: { number: 301, since: [4, 0] },
  SQL_ARROW_UDTF: { number: 302, since: [4, 1] },
};

/**
 * How a worker calls a function of columns, under PySpark's names. `SQL_BATCHED_UDF`: with Python
 * values, row by row. `SQL_ARROW_BATCHED_UDF`: the same, but transferred as Arrow. `…_PANDAS_…`: with
 * pandas.Series. `…_ARROW_…`: with pyarrow.Array. `…_ITER_…`: with an iterator of those.
 * `SQL_SCALAR_…` returns a column of the same length, `SQL_GROUPED_AGG_…` one value for each group.
 */
export type UdfEvalType =
  | "SQL_BATCHED_UDF"
  | "SQL_ARROW_BATCHED_UDF"
  | "SQL_SCALAR_PANDAS_UDF"
  | "SQL_GROUPED_AGG_PANDAS_UDF"
  | "SQL_SCALAR_PANDAS_ITER_UDF"
  | "SQL_GROUPED_AGG_PANDAS_ITER_UDF"
  | "SQL_SCALAR_ARROW_UDF"
  | "SQL_SCALAR_ARROW_ITER_UDF"
  | "SQL_GROUPED_AGG_ARROW_UDF"
  | "SQL_GROUPED_AGG_ARROW_ITER_UDF";

/**
 * How a worker calls a table function, under PySpark's names: with Python values, with Python values
 * transferred as Arrow, or with Arrow arrays.
 */
export type UdtfEvalType = "SQL_TABLE_UDF" | "SQL_ARROW_TABLE_UDF" | "SQL_ARROW_UDTF";

/**
 * @throws {ArgumentError} functions of columns have no eval type of this name
 * @throws {UnsupportedOperationException} the server's Spark does not have the eval type yet
 */
export function udfEvalType(name: UdfEvalType, version: SparkVersion): number {
  return numberOf(UDF_EVAL_TYPES, name, version);
}

/**
 * @throws {ArgumentError} table functions have no eval type of this name
 * @throws {UnsupportedOperationException} the server's Spark does not have the eval type yet
 */
export function udtfEvalType(name: UdtfEvalType, version: SparkVersion): number {
  return numberOf(UDTF_EVAL_TYPES, name, version);
}

function numberOf(
  types: Readonly<Record<string, EvalTypeEntry>>,
  name: string,
  version: SparkVersion,
): number {
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) {
    throw new ArgumentError(
      "evalType",
      `Unknown evalType ${JSON.stringify(name)}. Use one of ${Object.keys(types).join(", ")}.`,
    );
  }
  version.require(`evalType ${name}`, ...type.since);
  return type.number;
}
