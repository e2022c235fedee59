// Functions of CSV text. They accept the options of Spark's CSV reader and writer.

import { Column, type ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import type { ParsedRow } from "../dataframe/typing/parsed-value.js";
import { ArgumentError } from "../errors.js";
import { expressionOf } from "../plan/literal.js";
import {
  columnArgument,
  kindOf,
  optionsArgument,
  type FunctionOptions,
} from "./column-arguments.js";
import { expressionCall } from "./call.js";

/**
 * Parses a line of CSV to a struct. Values that do not fit the schema become null, or an error if `mode` is FAILFAST.
 *
 * @param schema DDL, or a Column, for example from schema_of_csv
 * @throws {ArgumentError} the schema is neither
 * @example from_csv(lit("1,0.8"), "a INT, b DOUBLE"); // { a: 1, b: 0.8 }
 */
export function from_csv<C extends ColumnOrName, const D extends Column | string>(
  column: C,
  schema: D,
  options?: FunctionOptions,
): Column<ParsedRow<D> | NullIn<C>> {
  const given: unknown = schema;
  if (typeof given !== "string" && !(given instanceof Column)) {
    throw new ArgumentError(
      "schema",
      `from_csv takes its schema as DDL or as a Column, not as ${kindOf(given)}. Call toDDL() on a StructType.`,
    );
  }
  return expressionCall(
    "from_csv",
    columnArgument("from_csv", column),
    expressionOf(schema),
    ...optionsArgument(options),
  );
}

/**
 * The schema of an example of CSV, as DDL. The example is a literal or a constant Column.
 *
 * @example schema_of_csv("1,abc"); // 'STRUCT<_c0: INT, _c1: STRING>'
 */
export function schema_of_csv(csv: Column | string, options?: FunctionOptions): Column<string> {
  return expressionCall("schema_of_csv", expressionOf(csv), ...optionsArgument(options));
}

/**
 * A struct as a line of CSV.
 *
 * @example to_csv(struct(lit(1).alias("a"), lit("b c").alias("b"))); // '1,b c'
 */
export function to_csv(column: ColumnOrName, options?: FunctionOptions): Column<string | null> {
  return expressionCall("to_csv", columnArgument("to_csv", column), ...optionsArgument(options));
}
