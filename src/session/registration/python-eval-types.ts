import { ArgumentError } from "../../errors.js";
import type { SparkVersion } from "../../connection/spark-version.js";

/** A number of PySpark's PythonEvalType (pyspark/util.py), and the Spark that first took it here. */
interface EvalTypeEntry {
  readonly number: number;
  readonly since: readonly [major: number, minor: number];
}

/** What spark.udf.registerPython() takes: the eval types that PySpark lets register as functions. */
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
 * values, row by row. `SQL_ARROW_BATCHED_UDF`: the same, carried as Arrow. `…_PANDAS_…`: with
 * pandas.Series. `…_ARROW_…`: with pyarrow.Array. `…_ITER_…`: with an iterator of those.
 * `SQL_SCALAR_…` gives a column of the same length, `SQL_GROUPED_AGG_…` one value for each group.
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
 * How a worker calls a table function, under PySpark's names: with Python values, the same carried as
 * Arrow, or with Arrow itself.
 */
export type UdtfEvalType = "SQL_TABLE_UDF" | "SQL_ARROW_TABLE_UDF" | "SQL_ARROW_UDTF";

/**
 * @throws {ArgumentError} there is no eval type of this name for functions of columns
 * @throws {UnsupportedOperationException} the server is older than the eval type
 */
export function udfEvalType(name: UdfEvalType, version: SparkVersion): number {
  return numberOf(UDF_EVAL_TYPES, name, version);
}

/**
 * @throws {ArgumentError} there is no eval type of this name for table functions
 * @throws {UnsupportedOperationException} the server is older than the eval type
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
      `Eval type ${JSON.stringify(name)} is unknown here; use ${Object.keys(types).join(", ")}.`,
    );
  }
  version.require(`evalType ${name}`, ...type.since);
  return type.number;
}
