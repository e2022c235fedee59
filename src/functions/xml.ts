// Functions of XML text. Options are those of Spark's XML reader and writer.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { expressionOf } from "../plan/literal.js";
import type { StructType } from "../types/struct-type.js";
import { columnArgument, optionsArgument, type FunctionOptions } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";
import { schemaArgument } from "./schema-argument.js";

/**
 * An XML element as a struct; what does not fit the schema is null, unless `mode` is FAILFAST.
 *
 * @param schema DDL as literal, a StructType, or a Column, as of schema_of_xml
 */
export function from_xml(
  column: ColumnOrName,
  schema: StructType | Column | string,
  options?: FunctionOptions,
): Column {
  return expressionCall(
    "from_xml",
    columnArgument("from_xml", column),
    schemaArgument(schema),
    ...optionsArgument(options),
  );
}

/** The schema of an example of XML, as DDL. The example is a literal, or a Column that is constant. */
export function schema_of_xml(xml: Column | string, options?: FunctionOptions): Column {
  return expressionCall("schema_of_xml", expressionOf(xml), ...optionsArgument(options));
}

/** A struct as an XML element, `ROW` unless the option `rowTag` names another. */
export function to_xml(column: ColumnOrName, options?: FunctionOptions): Column {
  return expressionCall("to_xml", columnArgument("to_xml", column), ...optionsArgument(options));
}

/** Texts of the nodes the XPath finds, as an array. A text names a column: write `lit("a/b/text()")`. */
export function xpath(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath", xml, path);
}

/** Whether the XPath finds a node, or is true. */
export function xpath_boolean(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_boolean", xml, path);
}

/** What the XPath finds as DOUBLE: NaN for nothing and for text that is no number. */
export function xpath_double(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_double", xml, path);
}

/** What the XPath finds as FLOAT: NaN for nothing and for text that is no number. */
export function xpath_float(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_float", xml, path);
}

/** What the XPath finds as INT: 0 for nothing and for text that is no number. */
export function xpath_int(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_int", xml, path);
}

/** What the XPath finds as BIGINT: 0 for nothing and for text that is no number. */
export function xpath_long(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_long", xml, path);
}

/** What the XPath finds as DOUBLE; the same as xpath_double. */
export function xpath_number(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_number", xml, path);
}

/** What the XPath finds as SMALLINT: 0 for nothing and for text that is no number. */
export function xpath_short(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_short", xml, path);
}

/** Text of the first node the XPath finds; empty for nothing. */
export function xpath_string(xml: ColumnOrName, path: ColumnOrName): Column {
  return columnCall("xpath_string", xml, path);
}
