import { UnsupportedOperationException } from "../errors.js";
import type { DataType } from "../types/data-type.js";
import { simpleString } from "../types/ddl.js";
import type { StructType } from "../types/struct-type.js";

/**
 * Refuses the types that Spark's Python workers cannot return as Arrow, also inside of other types. Functions of PySpark
 * that return Arrow cannot return them either.
 *
 * @param name the function's name
 * @param isColumn whether the function returns a column, instead of rows
 * @throws {UnsupportedOperationException} the type, or a type inside of it, cannot be returned
 * @see pyspark/sql/pandas/types.py, to_arrow_type
 */
export function requireReturnable(name: string, returns: DataType, isColumn: boolean): void {
  const problem = problemOf(returns, isColumn);
  if (problem === undefined) return;
  throw new UnsupportedOperationException(
    `${name} cannot return ${problem.what}. Spark's workers do not support it as a result. ${problem.instead}`,
    { errorClass: "JAVASCRIPT_RESULT_TYPE" },
  );
}

/**
 * Refuses the columns that Spark's Python workers cannot pass to a function of rows. They can pass the type inside of
 * other types.
 *
 * @throws {UnsupportedOperationException} a column's type cannot be received
 */
export function requireReceivable(name: string, columns: StructType): void {
  for (const { name: column, dataType } of columns.fields)
    if (dataType.kind === "year_month_interval")
      throw new UnsupportedOperationException(
        `${name} cannot receive the column ${column}: Spark's workers do not support ${simpleString(dataType).toUpperCase()} as a column. Select CAST(${column} AS STRING) instead.`,
        { errorClass: "JAVASCRIPT_ARGUMENT_TYPE" },
      );
}

interface Problem {
  readonly what: string;
  readonly instead: string;
}

function problemOf(type: DataType, isColumn: boolean): Problem | undefined {
  const what = simpleString(type).toUpperCase();
  switch (type.kind) {
    case "year_month_interval":
      return { what, instead: "Return the months as INT, and use make_ym_interval(0, months)." };
    case "calendar_interval":
      return {
        what,
        instead: "Return a STRUCT of months, days and seconds, and use make_interval().",
      };
    case "char":
    case "varchar":
    case "timestamp_ntz_nanos":
    case "timestamp_ltz_nanos":
      return { what, instead: `Return STRING, and cast the column to ${what}.` };
    case "time":
      if (!isColumn || type.precision === 6) return undefined;
      return { what, instead: `Return TIME(6), and cast the column to ${what}.` };
    case "udt":
      return problemOf(type.sqlType, isColumn);
    case "array":
      return problemOf(type.elementType, isColumn);
    case "map":
      return problemOf(type.keyType, isColumn) ?? problemOf(type.valueType, isColumn);
    case "struct":
      if (type.fieldNames.includes(""))
        return { what: "a struct with an empty field name", instead: "Name the field." };
      return type.fields
        .map(({ dataType }) => problemOf(dataType, isColumn))
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
}
