import { ArgumentError } from "../errors.js";
import { CalendarInterval } from "./calendar-interval.js";
import { checkRow } from "./check-row.js";
import * as types from "./data-type.js";
import type { DataType } from "./data-type.js";
import { DayTimeInterval } from "./day-time-interval.js";
import { isPlainObject } from "./plain-object.js";
import type { Row } from "./row.js";
import { Geography, Geometry } from "./geometry.js";
import { dataTypeToJson } from "./schema-json.js";
import { StructField, StructType } from "./struct-type.js";
import { Timestamp } from "./timestamp.js";
import { YearMonthInterval } from "./year-month-interval.js";

/** The type of the values so far; `unknown` if all of them were null. */
type Inferred =
  | { readonly kind: "unknown" }
  | { readonly kind: "number"; readonly integral: boolean }
  | { readonly kind: "atomic"; readonly type: DataType }
  | { readonly kind: "array"; readonly element: Inferred }
  | { readonly kind: "map"; readonly key: Inferred; readonly value: Inferred }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, Inferred> };

const UNKNOWN: Inferred = { kind: "unknown" };
const INTEGRAL: Inferred = { kind: "number", integral: true };
const FRACTIONAL: Inferred = { kind: "number", integral: false };

function atomic(type: DataType): Inferred {
  return { kind: "atomic", type };
}
const BOOLEAN = atomic(types.BooleanType());
const STRING = atomic(types.StringType());
const LONG = atomic(types.LongType());
const BINARY = atomic(types.BinaryType());
const TIMESTAMP = atomic(types.TimestampType());
const TIMESTAMP_NANOS = atomic(types.TimestampLTZNanosType());
const CALENDAR_INTERVAL = atomic(types.CalendarIntervalType());

/** The place of a value: the path of the column, for messages, and the index of the row. */
interface Place {
  readonly column: string;
  readonly row: number;
  readonly depth: number;
}

/** The search treats deeper values as values that contain themselves. */
const MAX_DEPTH = 200;

function within(place: Place, step: string): Place {
  const depth = place.depth + 1;
  if (depth > MAX_DEPTH)
    throw new ArgumentError(
      "rows",
      `Column ${place.column.slice(0, place.column.search(/[.]|$/))}, row ${place.row}: the value is nested more than ${MAX_DEPTH} levels deep, or contains itself.`,
    );
  return { column: `${place.column}${step}`, row: place.row, depth };
}

function refuse(place: Place, problem: string): ArgumentError {
  return new ArgumentError(
    "rows",
    `Column ${place.column}, row ${place.row}: ${problem}. Pass the schema explicitly.`,
  );
}

function inferObject(value: object, place: Place): Inferred {
  if (value instanceof Timestamp && value.nanosOfMicro !== 0) return TIMESTAMP_NANOS;
  if (value instanceof Date) return TIMESTAMP;
  if (value instanceof Uint8Array) return BINARY;
  if (value instanceof YearMonthInterval)
    return atomic(types.YearMonthIntervalType(value.startField, value.endField));
  if (value instanceof DayTimeInterval)
    return atomic(types.DayTimeIntervalType(value.startField, value.endField));
  if (value instanceof CalendarInterval) return CALENDAR_INTERVAL;
  if (value instanceof Geometry) return atomic(types.GeometryType(value.srid));
  if (value instanceof Geography) return atomic(types.GeographyType(value.srid));
  if (Array.isArray(value)) {
    let element = UNKNOWN;
    for (const item of value as unknown[])
      element = merge(element, infer(item, within(place, ".element")), within(place, ".element"));
    return { kind: "array", element };
  }
  if (value instanceof Map) {
    let [keys, values] = [UNKNOWN, UNKNOWN];
    for (const [key, item] of value as Map<unknown, unknown>) {
      keys = merge(keys, infer(key, within(place, ".key")), within(place, ".key"));
      values = merge(values, infer(item, within(place, ".value")), within(place, ".value"));
    }
    return { kind: "map", key: keys, value: values };
  }
  if (!isPlainObject(value))
    throw refuse(place, `no Spark type for a value of class ${value.constructor.name}`);
  const fields = new Map<string, Inferred>();
  for (const [name, item] of Object.entries(value))
    fields.set(name, infer(item, within(place, `.${name}`)));
  return { kind: "struct", fields };
}

function infer(value: unknown, place: Place): Inferred {
  switch (typeof value) {
    case "undefined":
      return UNKNOWN;
    case "boolean":
      return BOOLEAN;
    case "string":
      return STRING;
    case "number":
      // Integers have no minus zero, so it makes the column a double.
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? INTEGRAL : FRACTIONAL;
    case "bigint":
      if (BigInt.asIntN(64, value) !== value)
        throw refuse(place, `${String(value)} does not fit the 64 bits of BIGINT`);
      return LONG;
    case "object":
      return value === null ? UNKNOWN : inferObject(value, place);
    default:
      throw refuse(place, `no Spark type for a ${typeof value}`);
  }
}

function describe(inferred: Inferred): string {
  switch (inferred.kind) {
    case "unknown":
      return "null";
    case "number":
      return inferred.integral ? "integer number" : "fractional number";
    case "atomic":
      return inferred.type.kind;
    default:
      return inferred.kind;
  }
}

function mergeAtomic(a: DataType, b: DataType): DataType | undefined {
  if (JSON.stringify(dataTypeToJson(a)) === JSON.stringify(dataTypeToJson(b))) return a;
  // In one column some moments have nanoseconds and others do not.
  if (a.kind === "timestamp_ltz_nanos" && b.kind === "timestamp") return a;
  if (a.kind === "timestamp" && b.kind === "timestamp_ltz_nanos") return b;
  if (a.kind !== b.kind) return undefined;
  if (a.kind === "geometry") return types.GeometryType("any");
  if (a.kind === "geography") return types.GeographyType("any");
  // The common type of intervals with different fields has all fields.
  if (a.kind === "year_month_interval") return types.YearMonthIntervalType();
  if (a.kind === "day_time_interval") return types.DayTimeIntervalType();
  return undefined;
}

function merge(a: Inferred, b: Inferred, place: Place): Inferred {
  if (a === b || b.kind === "unknown") return a;
  if (a.kind === "unknown") return b;
  if (a.kind === "number" && b.kind === "number") return FRACTIONAL;
  if (a.kind === "atomic" && b.kind === "atomic") {
    const type = mergeAtomic(a.type, b.type);
    if (type !== undefined) return atomic(type);
  }
  if (a === LONG && b === INTEGRAL) return a;
  if (a === INTEGRAL && b === LONG) return b;
  if (a.kind === "array" && b.kind === "array")
    return { kind: "array", element: merge(a.element, b.element, within(place, ".element")) };
  if (a.kind === "map" && b.kind === "map")
    return {
      kind: "map",
      key: merge(a.key, b.key, within(place, ".key")),
      value: merge(a.value, b.value, within(place, ".value")),
    };
  if (a.kind === "struct" && b.kind === "struct") {
    const fields = new Map(a.fields);
    for (const [name, type] of b.fields)
      fields.set(name, merge(fields.get(name) ?? UNKNOWN, type, within(place, `.${name}`)));
    return { kind: "struct", fields };
  }
  throw refuse(place, `a value of type ${describe(b)} after values of type ${describe(a)}`);
}

function settle(inferred: Inferred, column: string): DataType {
  switch (inferred.kind) {
    case "unknown":
      throw new ArgumentError(
        "rows",
        `Column ${column} contains only nulls, so its type cannot be inferred. Pass the schema.`,
      );
    case "number":
      return inferred.integral ? types.LongType() : types.DoubleType();
    case "atomic":
      return inferred.type;
    case "array":
      return types.ArrayType(settle(inferred.element, `${column}.element`));
    case "map":
      return types.MapType(
        settle(inferred.key, `${column}.key`),
        settle(inferred.value, `${column}.value`),
      );
    case "struct":
      return new StructType(
        [...inferred.fields].map(([name, type]) =>
          StructField(name, settle(type, `${column}.${name}`)),
        ),
      );
  }
}

/**
 * The schema that fits all rows, by PySpark's rules translated to JavaScript. Every column is nullable.
 *
 * bigint → bigint · number → bigint if every value of the column is a safe integer, otherwise double ·
 * string → string · boolean → boolean · Date, Timestamp → timestamp · Uint8Array → binary · array → array ·
 * Map → map · plain object → struct · interval classes → their types. null, undefined and a missing name are
 * null. The columns of objects are in the order in which their names first appear. The columns of arrays are
 * called by `names`; further columns are called `_1`, `_2`, …
 *
 * @throws {ArgumentError} there are no rows; values of one column differ in type; a column or array contains only
 * nulls; a value has no Spark type. The message names the column and the row's index.
 */
export function inferSchema(rows: readonly Row[], names: readonly string[] = []): StructType {
  if (rows.length === 0)
    throw new ArgumentError("rows", "Without rows the schema cannot be inferred. Pass the schema.");
  const byPosition = Array.isArray(rows[0]);
  const columns = new Map<string | number, Inferred>();
  for (const [row, values] of rows.entries()) {
    checkRow(values, row);
    if (Array.isArray(values) !== byPosition)
      throw new ArgumentError("rows", `Row ${row}: rows must be either all objects or all arrays.`);
    const entries: Iterable<[string | number, unknown]> = Array.isArray(values)
      ? values.entries()
      : Object.entries(values);
    for (const [key, value] of entries) {
      const place = { column: nameOf(key, names), row, depth: 0 };
      columns.set(key, merge(columns.get(key) ?? UNKNOWN, infer(value, place), place));
    }
  }
  for (const index of byPosition ? names.keys() : [])
    if (!columns.has(index)) columns.set(index, UNKNOWN);
  return new StructType(
    [...columns].map(([key, inferred]) => {
      const name = nameOf(key, names);
      return StructField(name, settle(inferred, name));
    }),
  );
}

function nameOf(key: string | number, names: readonly string[]): string {
  return typeof key === "string" ? key : (names[key] ?? `_${key + 1}`);
}
