import type { DataType as AnyDataType } from "./data-type.js";
import { simpleString, sqlString } from "./ddl.js";
import { jsonText } from "./json-text.js";
import { dataTypeFromDdl } from "./parse-ddl.js";
import { dataTypeFromJsonText } from "./parse-schema-json.js";
import { dataTypeToJson } from "./schema-json.js";

/** Any of Spark SQL's types; narrow on `kind`. */
export type DataType = AnyDataType;

/** What PySpark has as methods of a type, for types that are plain values here. */
interface DataTypeFunctions {
  /**
   * Reads a type as SQL writes it, `array<bigint>`, or a column list, which is a struct. No network.
   *
   * @throws {ArgumentError} the text cannot be read; the message says at which character
   */
  fromDDL(text: string): DataType;
  /**
   * Reads Spark's schema JSON, as text or parsed.
   *
   * @throws {ArgumentError} it is not Spark's schema JSON
   */
  fromJson(json: unknown): DataType;
  /** The type as one line of Spark's schema JSON. */
  json(type: DataType): string;
  /** As PySpark's `simpleString()`, `struct<a:int>`; names are not quoted. */
  simpleString(type: DataType): string;
  /** As SQL text that reads back: ``STRUCT<`a b`: INT NOT NULL>``. */
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
