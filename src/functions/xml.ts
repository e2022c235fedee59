// Functions of XML text. They accept the options of Spark's XML reader and writer.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { ParsedRow } from "../dataframe/typing/parsed-value.js";
import { expressionOf } from "../plan/literal.js";
import type { StructType } from "../types/struct-type.js";
import { columnArgument, optionsArgument, type FunctionOptions } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";
import { schemaArgument } from "./schema-argument.js";

/**
 * Parses an XML element to a struct. Values that do not fit the schema become null, or an error if `mode` is FAILFAST.
 *
 * @param schema DDL, a StructType, or a Column, for example from schema_of_xml
 * @example from_xml(lit("<p><a>1</a><b>0.8</b></p>"), "a INT, b DOUBLE"); // { a: 1, b: 0.8 }
 */
export function from_xml<const D extends StructType | Column | string>(
  column: ColumnOrName,
  schema: D,
  options?: FunctionOptions,
): Column<ParsedRow<D> | null> {
  return expressionCall(
    "from_xml",
    columnArgument("from_xml", column),
    schemaArgument(schema),
    ...optionsArgument(options),
  );
}

/**
 * The schema of an example of XML, as DDL. The example is a literal or a constant Column.
 *
 * @example schema_of_xml("<p><a>1</a></p>"); // 'STRUCT<a: BIGINT>'
 */
export function schema_of_xml(xml: Column | string, options?: FunctionOptions): Column<string> {
  return expressionCall("schema_of_xml", expressionOf(xml), ...optionsArgument(options));
}

/**
 * A struct as an XML element. Its tag is the option `rowTag`. Default: `ROW`
 *
 * @example to_xml(struct(lit(1).alias("a")), { rowTag: "p", indent: "" }); // '<p><a>1</a></p>\n'
 */
export function to_xml(column: ColumnOrName, options?: FunctionOptions): Column<string | null> {
  return expressionCall("to_xml", columnArgument("to_xml", column), ...optionsArgument(options));
}

/**
 * Texts of the nodes that the XPath finds, as an array. A string names a column: write `lit("a/b/text()")`.
 *
 * @example xpath(lit("<a><b>b1</b><b>b2</b><c>c1</c></a>"), lit("a/b/text()")); // [ 'b1', 'b2' ]
 */
export function xpath(xml: ColumnOrName, path: ColumnOrName): Column<(string | null)[] | null> {
  return columnCall("xpath", xml, path);
}

/**
 * Whether the XPath finds a node, or is true.
 *
 * @example xpath_boolean(lit("<a><b>1</b></a>"), lit("a/b")); // true
 */
export function xpath_boolean(xml: ColumnOrName, path: ColumnOrName): Column<boolean | null> {
  return columnCall("xpath_boolean", xml, path);
}

/**
 * The result of the XPath as DOUBLE: NaN if it finds nothing or the text is not a number.
 *
 * @example xpath_double(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3
 */
export function xpath_double(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_double", xml, path);
}

/**
 * The result of the XPath as FLOAT: NaN if it finds nothing or the text is not a number.
 *
 * @example xpath_float(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3
 */
export function xpath_float(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_float", xml, path);
}

/**
 * The result of the XPath as INT: 0 if it finds nothing or the text is not a number.
 *
 * @example xpath_int(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3
 */
export function xpath_int(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_int", xml, path);
}

/**
 * The result of the XPath as BIGINT: 0 if it finds nothing or the text is not a number.
 *
 * @example xpath_long(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3n
 */
export function xpath_long(xml: ColumnOrName, path: ColumnOrName): Column<bigint | null> {
  return columnCall("xpath_long", xml, path);
}

/**
 * The result of the XPath as DOUBLE; the same as xpath_double.
 *
 * @example xpath_number(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3
 */
export function xpath_number(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_number", xml, path);
}

/**
 * The result of the XPath as SMALLINT: 0 if it finds nothing or the text is not a number.
 *
 * @example xpath_short(lit("<a><b>1</b><b>2</b></a>"), lit("sum(a/b)")); // 3
 */
export function xpath_short(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_short", xml, path);
}

/**
 * Text of the first node that the XPath finds; empty if it finds nothing.
 *
 * @example xpath_string(lit("<a><b>b</b><c>cc</c></a>"), lit("a/c")); // 'cc'
 */
export function xpath_string(xml: ColumnOrName, path: ColumnOrName): Column<string | null> {
  return columnCall("xpath_string", xml, path);
}
