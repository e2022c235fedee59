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

/** The schema of an example of XML, as DDL. The example is a literal or a constant Column. */
export function schema_of_xml(xml: Column | string, options?: FunctionOptions): Column<string> {
  return expressionCall("schema_of_xml", expressionOf(xml), ...optionsArgument(options));
}

/** A struct as an XML element. Its tag is the option `rowTag`. Default: `ROW` */
export function to_xml(column: ColumnOrName, options?: FunctionOptions): Column<string | null> {
  return expressionCall("to_xml", columnArgument("to_xml", column), ...optionsArgument(options));
}

/** Texts of the nodes that the XPath finds, as an array. A string names a column: write `lit("a/b/text()")`. */
export function xpath(xml: ColumnOrName, path: ColumnOrName): Column<(string | null)[] | null> {
  return columnCall("xpath", xml, path);
}

/** Whether the XPath finds a node, or is true. */
export function xpath_boolean(xml: ColumnOrName, path: ColumnOrName): Column<boolean | null> {
  return columnCall("xpath_boolean", xml, path);
}

/** The result of the XPath as DOUBLE: NaN if it finds nothing or the text is not a number. */
export function xpath_double(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_double", xml, path);
}

/** The result of the XPath as FLOAT: NaN if it finds nothing or the text is not a number. */
export function xpath_float(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_float", xml, path);
}

/** The result of the XPath as INT: 0 if it finds nothing or the text is not a number. */
export function xpath_int(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_int", xml, path);
}

/** The result of the XPath as BIGINT: 0 if it finds nothing or the text is not a number. */
export function xpath_long(xml: ColumnOrName, path: ColumnOrName): Column<bigint | null> {
  return columnCall("xpath_long", xml, path);
}

/** The result of the XPath as DOUBLE; the same as xpath_double. */
export function xpath_number(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_number", xml, path);
}

/** The result of the XPath as SMALLINT: 0 if it finds nothing or the text is not a number. */
export function xpath_short(xml: ColumnOrName, path: ColumnOrName): Column<number | null> {
  return columnCall("xpath_short", xml, path);
}

/** Text of the first node that the XPath finds; empty if it finds nothing. */
export function xpath_string(xml: ColumnOrName, path: ColumnOrName): Column<string | null> {
  return columnCall("xpath_string", xml, path);
}
