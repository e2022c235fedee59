import type { Table } from "apache-arrow";
import { ownTable } from "../../arrow/encode/own-table.js";
import { resolveSchemaOfTable, retypedTable } from "../../arrow/table-schema.js";
import {
  localColumns,
  localRows,
  localTable,
  type ColumnArrays,
  type LocalData,
} from "../../arrow/encode/local-data.js";
import { ArgumentError } from "../../errors.js";
import { CalendarInterval } from "../../types/calendar-interval.js";
import type { DataType } from "../../types/data-type.js";
import { DayTimeInterval } from "../../types/day-time-interval.js";
import { Geography, Geometry } from "../../types/geometry.js";
import { kindOf } from "../../value-kind.js";
import { inferColumns } from "../../types/infer-columns.js";
import { inferSchema } from "../../types/infer-schema.js";
import { dataTypeFromDdl } from "../../types/parse-ddl.js";
import { isPlainObject } from "../../types/plain-object.js";
import type { Row } from "../../types/row.js";
import { StructField, StructType } from "../../types/struct-type.js";
import { YearMonthInterval } from "../../types/year-month-interval.js";
import { structOf } from "./schema-argument.js";

/** Columns by name: arrays or typed arrays of the same length. */
export type LocalColumns = ColumnArrays;

/**
 * The data of createDataFrame(): rows as objects or arrays, single values for one column, columns by name, or an
 * apache-arrow Table.
 */
export type LocalInput = readonly unknown[] | LocalColumns | Table;

/** A StructType or its DDL; a single type or its DDL, for one column `value`; or the column names. */
export type SchemaInput = DataType | string | readonly string[];

/** PySpark's name of the column if the schema is a single type. */
const VALUE = "value";

function isTable(data: LocalInput): data is Table {
  // Not instanceof, because the caller may use another copy of apache-arrow.
  return (
    typeof data === "object" &&
    (data as unknown) !== null &&
    !Array.isArray(data) &&
    Array.isArray((data as { batches?: unknown }).batches) &&
    Array.isArray((data as { schema?: { fields?: unknown } }).schema?.fields)
  );
}

/** Objects and arrays are rows, except instances of the value classes. */
function isRow(value: unknown): value is Row {
  return (
    typeof value === "object" &&
    value !== null &&
    !(
      value instanceof Date ||
      value instanceof Map ||
      ArrayBuffer.isView(value) ||
      value instanceof YearMonthInterval ||
      value instanceof DayTimeInterval ||
      value instanceof CalendarInterval ||
      value instanceof Geometry ||
      value instanceof Geography
    )
  );
}

/** Advice for data of the wrong type. */
function hintFor(data: unknown): string {
  if (typeof data !== "object" || data === null) return "";
  if (data instanceof Promise || "then" in data) return " Await it first.";
  if (Symbol.asyncIterator in data)
    return " Use createDataFrameFrom() for an async iterable of rows.";
  if (Symbol.iterator in data) return " Convert it to an array first: [...data].";
  return "";
}

/** Checks data that TypeScript takes for columns: JavaScript callers may pass any type. */
function checkColumns(data: unknown): asserts data is LocalColumns {
  if (isPlainObject(data)) return;
  throw new ArgumentError(
    "data",
    `createDataFrame() needs an array of rows, an object of columns or an Arrow table, got ${kindOf(data)}.${hintFor(data)}`,
  );
}

/** The type of a schema argument, or its column names. */
function schemaOf(schema: SchemaInput | undefined): DataType | readonly string[] {
  if (typeof schema === "string") return dataTypeFromDdl(schema);
  // JavaScript callers may pass any type, such as { id: "int" }.
  const given: unknown = schema ?? [];
  const isType = typeof given === "object" && given !== null && "kind" in given;
  if (isType || Array.isArray(given)) return schema ?? [];
  throw new ArgumentError(
    "schema",
    `The schema must be DDL such as "id BIGINT, name STRING", a StructType or an array of column names, got ${kindOf(given)}.`,
  );
}

function isNames(schema: DataType | readonly string[]): schema is readonly string[] {
  return Array.isArray(schema);
}

/** Reorders the inferred columns by the given names, which must be the same names. */
function ordered(inferred: StructType, names: readonly string[]): StructType {
  if (names.length === 0) return inferred;
  const byName = new Map(inferred.fields.map((field) => [field.name, field]));
  const fields = names.map((name) => byName.get(name));
  const lacking = names.find((name) => !byName.has(name));
  const stray = inferred.fieldNames.find((name) => !names.includes(name));
  if (lacking !== undefined || stray !== undefined)
    throw new ArgumentError(
      "schema",
      lacking === undefined
        ? `The rows have a column ${stray ?? ""} that is not in the list of names. Add it to the names, or use select().`
        : `No row has a column ${lacking}. To give columns new names, pass rows as arrays.`,
    );
  return new StructType(fields.filter((field) => field !== undefined));
}

/**
 * Rows with one value each.
 *
 * @throws {ArgumentError} the array has a hole
 */
function singleValues(values: readonly unknown[]): unknown[][] {
  return Array.from(values, (value, index) => {
    if (!(index in values))
      throw new ArgumentError(
        "rows",
        `Row ${index} is a hole in the array. Use null for a missing value.`,
      );
    return [value];
  });
}

function rowsInput(values: readonly unknown[], schema: DataType | readonly string[]): LocalData {
  if (!isNames(schema)) {
    if (schema instanceof StructType) return localRows(values as readonly Row[], schema);
    const struct = new StructType([StructField(VALUE, schema)]);
    return localRows(singleValues(values), struct);
  }
  const first = values.find((value) => value !== null && value !== undefined);
  // Like PySpark, turn each single value into a row with one column.
  const rows = values.length > 0 && !isRow(first) ? singleValues(values) : values;
  const inferred = inferSchema(rows as readonly Row[], schema);
  return localRows(
    rows as readonly Row[],
    Array.isArray(rows[0]) ? inferred : ordered(inferred, schema),
  );
}

function columnsInput(columns: LocalColumns, schema: DataType | readonly string[]): LocalData {
  if (!isNames(schema)) return localColumns(columns, structOf(schema, "Columns"));
  return localColumns(columns, ordered(inferColumns(columns), schema));
}

function tableInput(table: Table, schema: DataType | readonly string[]): LocalData {
  const wanted = isNames(schema) ? schema : structOf(schema, "A table");
  const own = resolveSchemaOfTable(table, wanted);
  if (own !== undefined) return localTable(table, own);
  return localRows(retypedTable(table), wanted as StructType);
}

/**
 * Encodes the data of createDataFrame(), so that the caller may change it afterwards.
 *
 * @throws {ArgumentError} a value does not match its column's type, or a type cannot be inferred or sent
 */
export function encodeLocalInput(data: LocalInput, schema?: SchemaInput): LocalData {
  const resolved = schemaOf(schema);
  if (Array.isArray(data)) return rowsInput(data, resolved);
  if (isTable(data)) return tableInput(ownTable(data), resolved);
  checkColumns(data);
  return columnsInput(data, resolved);
}
