import { Column } from "../dataframe/column.js";
import type { Expression } from "../plan/expression.js";
import { expressionOf } from "../plan/literal.js";
import type { DataType } from "../types/data-type.js";
import { dataTypeToJson } from "../types/schema-json.js";

/** A schema as a function's argument: DDL unchanged, a type as Spark's schema JSON. */
export function schemaArgument(schema: DataType | Column | string): Expression {
  const isText = typeof schema === "string" || schema instanceof Column;
  return expressionOf(isText ? schema : JSON.stringify(dataTypeToJson(schema)));
}
