import * as arrow from "apache-arrow";
import type { ArrayType, DataType, MapType } from "../../types/data-type.js";
import type { StructType } from "../../types/struct-type.js";
import { arrowVariant, toArrowList, toArrowMap, toArrowStruct } from "../arrow-types.js";
import { encodeBinaries, encodeTexts } from "./encode-bytes.js";
import {
  encodeBooleans,
  encodeDecimals,
  encodeDoubles,
  encodeFloats,
  encodeIntegers,
  encodeLongs,
} from "./encode-numbers.js";
import {
  encodeCalendarIntervals,
  encodeDates,
  encodeDayTimes,
  encodeTimes,
  encodeTimestamps,
  encodeYearMonths,
} from "./encode-temporal.js";
import {
  ABSENT,
  isMissing,
  misfit,
  nullBits,
  valueError,
  type ColumnValues,
} from "./encode-values.js";
import { encodeNanos } from "./encode-nanos.js";
import { encodeSpatial } from "./encode-spatial.js";
import { encodeVariant } from "./variant-encoder.js";

function encodeNulls(source: ColumnValues): arrow.Data {
  for (const [index, value] of source.values.entries())
    if (!isMissing(value)) throw misfit(source, index);
  return arrow.makeData({ type: new arrow.Null(), length: source.values.length });
}

function rowOf(source: ColumnValues, index: number): number {
  return source.rows?.[index] ?? index;
}

/** The elements of an array or typed array; undefined for any other value. */
function elementsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Int8Array | BigInt64Array as Iterable<unknown>)
    : undefined;
}

function encodeArrays(source: ColumnValues, type: ArrayType): arrow.Data {
  const { length } = source.values;
  const valueOffsets = new Int32Array(length + 1);
  const values: unknown[] = [];
  const rows: number[] = [];
  for (const [index, value] of source.values.entries()) {
    if (!isMissing(value)) {
      const elements = elementsOf(value);
      if (elements === undefined) throw misfit(source, index, ": pass an array");
      for (const element of elements) {
        values.push(element);
        rows.push(rowOf(source, index));
      }
    }
    valueOffsets[index + 1] = values.length;
  }
  const column = `${source.column}.element`;
  const { elementType, containsNull } = type;
  const { encodedFor } = source;
  const nullable = containsNull;
  const child = encodeColumn({ type: elementType, nullable, column, values, rows, encodedFor });
  return arrow.makeData({
    type: toArrowList(type, source.column),
    length,
    valueOffsets,
    child,
    ...nullBits(source),
  });
}

/** The pairs of a Map, or of a plain object if keys are text; undefined for any other value. */
function entriesOf(value: unknown, keyType: DataType): Iterable<[unknown, unknown]> | undefined {
  if (value instanceof Map) return value as Map<unknown, unknown>;
  if (keyType.kind !== "string" || !isStructLike(value)) return undefined;
  return Object.entries(value);
}

function encodeMaps(source: ColumnValues, type: MapType): arrow.Data {
  const { length } = source.values;
  const valueOffsets = new Int32Array(length + 1);
  const keys: unknown[] = [];
  const values: unknown[] = [];
  const rows: number[] = [];
  for (const [index, value] of source.values.entries()) {
    if (!isMissing(value)) {
      const entries = entriesOf(value, type.keyType);
      if (entries === undefined) throw misfit(source, index, ": pass a Map");
      for (const [key, item] of entries) {
        keys.push(key);
        values.push(item);
        rows.push(rowOf(source, index));
      }
    }
    valueOffsets[index + 1] = keys.length;
  }
  const arrowType = toArrowMap(type, source.column);
  const { encodedFor } = source;
  const keyData = encodeColumn({
    type: type.keyType,
    nullable: false,
    column: `${source.column}.key`,
    values: keys,
    rows,
    encodedFor,
  });
  const valueData = encodeColumn({
    type: type.valueType,
    nullable: type.valueContainsNull,
    column: `${source.column}.value`,
    values,
    rows,
    encodedFor,
  });
  const child = arrow.makeData({
    type: new arrow.Struct(arrowType.childType.children),
    length: keys.length,
    nullCount: 0,
    children: [keyData, valueData],
  });
  return arrow.makeData({ type: arrowType, length, valueOffsets, child, ...nullBits(source) });
}

/** Whether an object can be a struct. Objects of classes for other types cannot. */
function isStructLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !(
      value instanceof Date ||
      value instanceof Map ||
      value instanceof Set ||
      value instanceof Promise
    ) &&
    !ArrayBuffer.isView(value)
  );
}

/** A property by name, except properties that every object inherits. */
function property(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) || !(name in Object.prototype) ? value[name] : undefined;
}

/**
 * The values of each column of a struct, from objects by name or arrays by position. A name that an object lacks
 * becomes null. Names that the struct lacks are ignored, as in PySpark.
 *
 * @throws {ArgumentError} a value is not an object or array, an array has a different length than the struct, or
 * a value is an object and the struct has a repeated name
 */
export function splitStructs(source: ColumnValues, { fields }: StructType): unknown[][] {
  const columns = fields.map(() => new Array<unknown>(source.values.length).fill(ABSENT));
  const unique = new Set(fields.map(({ name }) => name)).size === fields.length;
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    if (Array.isArray(value)) {
      if (value.length !== fields.length)
        throw valueError(source, index, `has ${value.length} values, expected ${fields.length}.`);
      for (const [at, item] of value.entries()) (columns[at] ?? [])[index] = item as unknown;
    } else if (isStructLike(value)) {
      if (!unique)
        throw valueError(
          source,
          index,
          "cannot contain columns with the same name. Pass an array.",
        );
      for (const [at, { name }] of fields.entries())
        (columns[at] ?? [])[index] = property(value, name);
    } else {
      throw misfit(source, index, ": pass an object or an array");
    }
  }
  return columns;
}

function encodeStructs(source: ColumnValues, type: StructType): arrow.Data {
  const columns = splitStructs(source, type);
  const rows = source.rows ?? Array.from(source.values.keys());
  const children = type.fields.map(({ name, dataType, nullable }, at) =>
    encodeColumn({
      type: dataType,
      nullable,
      column: `${source.column}.${name}`,
      values: columns[at] ?? [],
      rows,
      encodedFor: source.encodedFor,
    }),
  );
  return arrow.makeData({
    type: toArrowStruct(type, source.column),
    length: source.values.length,
    children,
    ...nullBits(source),
  });
}

function encodeVariants(source: ColumnValues): arrow.Data {
  const parts = source.values.map((value, index) => {
    // A null in a variant column is a missing value. A variant null occurs only inside a variant.
    if (isMissing(value)) return undefined;
    try {
      return encodeVariant(value);
    } catch (error) {
      throw valueError(source, index, error instanceof Error ? error.message : String(error));
    }
  });
  const empty = new Uint8Array(0);
  const children = (["value", "metadata"] as const).map((name) =>
    encodeBinaries({
      ...source,
      nullable: false,
      values: parts.map((part) => part?.[name] ?? empty),
    }),
  );
  return arrow.makeData({
    type: arrowVariant(),
    length: source.values.length,
    children,
    ...nullBits(source),
  });
}

/**
 * One column as Arrow data in the form that Spark accepts. This does not use apache-arrow's builders, because they
 * round timestamps through floating-point milliseconds, accept only unscaled decimals, and replace a value of the
 * wrong type by a default.
 *
 * @throws {ArgumentError} a value does not fit the column's type; the message names column, row and the value's kind
 */
export function encodeColumn(source: ColumnValues): arrow.Data {
  const { type } = source;
  switch (type.kind) {
    case "void":
      return encodeNulls(source);
    case "boolean":
      return encodeBooleans(source);
    case "byte":
    case "short":
    case "integer":
      return encodeIntegers(source, type.kind);
    case "long":
      return encodeLongs(source);
    case "float":
      return encodeFloats(source);
    case "double":
      return encodeDoubles(source);
    case "decimal":
      return encodeDecimals(source, type);
    case "string":
      return encodeTexts(source);
    case "char":
    case "varchar":
      return encodeTexts(source, type.length);
    case "binary":
      return encodeBinaries(source);
    case "date":
      return encodeDates(source);
    case "time":
      return encodeTimes(source, type);
    case "timestamp":
      return encodeTimestamps(source, true);
    case "timestamp_ntz":
      return encodeTimestamps(source, false);
    case "year_month_interval":
      return encodeYearMonths(source, type);
    case "day_time_interval":
      return encodeDayTimes(source, type);
    case "calendar_interval":
      return encodeCalendarIntervals(source);
    case "variant":
      return encodeVariants(source);
    case "udt":
      return encodeColumn({ ...source, type: type.sqlType });
    case "array":
      return encodeArrays(source, type);
    case "map":
      return encodeMaps(source, type);
    case "struct":
      return encodeStructs(source, type);
    case "timestamp_ntz_nanos":
    case "timestamp_ltz_nanos":
      return encodeNanos(source, type);
    case "geometry":
    case "geography":
      return encodeSpatial(source, type);
  }
}
