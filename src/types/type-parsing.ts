import type { DataType as AnyDataType } from "./data-type.js";
import { simpleString, sqlString } from "./ddl.js";
import { jsonText } from "./json-text.js";
import { dataTypeFromDdl } from "./parse-ddl.js";
import { dataTypeFromJsonText } from "./parse-schema-json.js";
import { dataTypeToJson } from "./schema-json.js";

/** Any of Spark SQL's types; narrow on `kind`. */
export type DataType = AnyDataType;

/** PySpark's methods of types, as functions, because types are plain values here. */
interface DataTypeFunctions {
  /**
   * Parses a type in SQL syntax, `array<bigint>`, or a column list, which is a struct. Does not use the network.
   *
   * @throws {ArgumentError} the text cannot be read; the message names the character
   */
  fromDDL(text: string): DataType;
  /**
   * Reads Spark's schema JSON, as text or parsed.
   *
   * @throws {ArgumentError} the value is not Spark's schema JSON
   */
  fromJson(json: unknown): DataType;
  /** The type as one line of Spark's schema JSON. */
  json(type: DataType): string;
  /** Like PySpark's `simpleString()`: `struct<a:int>`. Names are not quoted. */
  simpleString(type: DataType): string;
  /** The type as SQL text that fromDDL reads back: ``STRUCT<`a b`: INT NOT NULL>``. */
  sql(type: DataType): string;
}

/** Reads and prints types. */
export const DataType: DataTypeFunctions = Object.freeze({
  fromDDL: dataTypeFromDdl,
  fromJson: dataTypeFromJsonText,
  json: (type: DataType) => jsonText("schema", dataTypeToJson(type)),
  simpleString,
  sql: sqlString,
});
