import type { DataType } from "../../types/data-type.js";
import type { StructField, StructType } from "../../types/struct-type.js";
import type { ArrowColumn } from "../arrow-column.js";
import { decimalBinder } from "./decimal-readers.js";
import type { DecodeModes } from "./decode-options.js";
import {
  bindBoolean,
  bindFloat32,
  bindFloat64,
  bindInt16,
  bindInt32,
  bindInt8,
  bindNull,
  int64Binder,
} from "./number-readers.js";
import { arrayRows, objectRows, type RowFactory } from "./row-factory.js";
import { nanosBinder, nanosNtzBinder } from "./nanos-readers.js";
import { spatialBinder } from "./spatial-reader.js";
import {
  calendarIntervalBinder,
  dateBinder,
  dayTimeBinder,
  timeBinder,
  timestampBinder,
  timestampNtzBinder,
  yearMonthBinder,
} from "./temporal-readers.js";
import { bindBinary, textBinder } from "./text-readers.js";
import {
  decodeError,
  withNulls,
  type ColumnBinder,
  type ColumnPlace,
  type ValueReader,
} from "./value-reader.js";
import { variantBinder } from "./variant-reader.js";

/** A child column. The schema check has already compared the number of children. */
function childAt(column: ArrowColumn, index: number): ArrowColumn {
  const child = column.children[index];
  if (child === undefined) throw new RangeError(`Arrow column without child ${index}`);
  return child;
}

function arrayBinder(element: ColumnBinder): ColumnBinder {
  return (column) => {
    const { offsets } = column;
    const read = element(childAt(column, 0));
    return (index) => {
      const start = offsets[index] as number;
      const length = (offsets[index + 1] as number) - start;
      const values = new Array<unknown>(length);
      for (let at = 0; at < length; at++) values[at] = read(start + at);
      return values;
    };
  };
}

function mapBinder(key: ColumnBinder, value: ColumnBinder, place: ColumnPlace): ColumnBinder {
  return (column) => {
    const { offsets } = column;
    const entries = childAt(column, 0);
    const readKey = key(childAt(entries, 0));
    const readValue = value(childAt(entries, 1));
    return (index) => {
      const start = offsets[index] as number;
      const end = offsets[index + 1] as number;
      const map = new Map<unknown, unknown>();
      for (let at = start; at < end; at++) map.set(readKey(at), readValue(at));
      if (map.size !== end - start)
        throw decodeError(
          "DUPLICATE_MAP_KEY",
          place,
          "contains a map with keys that are equal in a JavaScript Map. Select map_entries(…) of it instead.",
        );
      return map;
    };
  };
}

function checkNames(fields: readonly StructField[], place: ColumnPlace | undefined): void {
  const seen = new Set<string>();
  for (const { name, dataType } of fields) {
    if (seen.has(name))
      throw decodeError(
        "DUPLICATE_COLUMN",
        place === undefined
          ? { path: name, type: dataType }
          : { path: `${place.path}.${name}`, type: dataType },
        'has a name that another column has too, so an object cannot hold both: rename one, or read rows with rowMode "array".',
      );
    seen.add(name);
  }
}

/** Reads a struct's columns and builds its rows. */
export interface StructReader {
  readonly binders: readonly ColumnBinder[];
  readonly rows: RowFactory<unknown>;
}

/**
 * Chooses the reader of each column of a struct, once, by Spark's types and the options.
 *
 * @param place the place of the struct; undefined for the rows of the result
 * @throws {DecodeError} a type cannot be decoded exactly, or rows are objects and a name repeats
 */
export function structReader(
  struct: StructType,
  modes: DecodeModes,
  place?: ColumnPlace,
): StructReader {
  if (modes.rowMode === "object") checkNames(struct.fields, place);
  const prefix = place === undefined ? "" : `${place.path}.`;
  return {
    binders: struct.fields.map(({ name, dataType }) =>
      columnBinder(dataType, modes, `${prefix}${name}`),
    ),
    rows: modes.rowMode === "object" ? objectRows(struct.fieldNames) : arrayRows,
  };
}

function structBinder(type: StructType, modes: DecodeModes, place: ColumnPlace): ColumnBinder {
  const { binders, rows } = structReader(type, modes, place);
  return (column) => rows(binders.map((bind, index) => bind(childAt(column, index))));
}

/** The reader of values that are not null. The caller handles nulls and dictionaries. */
function presentBinder(type: DataType, modes: DecodeModes, place: ColumnPlace): ColumnBinder {
  switch (type.kind) {
    case "void":
      return bindNull;
    case "boolean":
      return bindBoolean;
    case "byte":
      return bindInt8;
    case "short":
      return bindInt16;
    case "integer":
      return bindInt32;
    case "long":
      return int64Binder(modes.int64, place);
    case "float":
      return bindFloat32;
    case "double":
      return bindFloat64;
    case "decimal":
      return decimalBinder(type, modes.decimal);
    case "string":
    case "char":
    case "varchar":
      return textBinder(place);
    case "binary":
      return bindBinary;
    case "date":
      return dateBinder(modes.date, place);
    case "time":
      return timeBinder(modes.time, place);
    case "timestamp":
      return timestampBinder(modes.timestamp, place);
    case "timestamp_ntz":
      return timestampNtzBinder(modes.timestampNtz, place);
    case "year_month_interval":
      return yearMonthBinder(type);
    case "day_time_interval":
      return dayTimeBinder(type);
    case "calendar_interval":
      return calendarIntervalBinder(place);
    case "variant":
      return variantBinder(place);
    case "udt":
      return presentBinder(type.sqlType, modes, place);
    case "array":
      return arrayBinder(columnBinder(type.elementType, modes, `${place.path}.element`));
    case "map":
      return mapBinder(
        columnBinder(type.keyType, modes, `${place.path}.key`),
        columnBinder(type.valueType, modes, `${place.path}.value`),
        place,
      );
    case "struct":
      return structBinder(type, modes, place);
    case "timestamp_ntz_nanos":
      return nanosNtzBinder(modes.timestampNtz, place);
    case "timestamp_ltz_nanos":
      return nanosBinder(modes.timestamp, place);
    case "geometry":
    case "geography":
      return spatialBinder(type.kind);
  }
}

/** Reads a dictionary's values through the column's indices. */
function throughDictionary(
  { type, data, length }: ArrowColumn,
  dictionary: ArrowColumn,
  read: ValueReader,
  place: ColumnPlace,
): ValueReader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const width = length === 0 ? 1 : indexWidth(type);
  const indexAt: (index: number) => number = {
    1: (index: number) => view.getUint8(index),
    2: (index: number) => view.getUint16(2 * index, true),
    4: (index: number) => view.getUint32(4 * index, true),
    8: (index: number) => Number(view.getBigUint64(8 * index, true)),
  }[width];
  return (index) => {
    const at = indexAt(index);
    if (at >= dictionary.length)
      throw decodeError("OUT_OF_RANGE", place, "points outside its dictionary.");
    return read(at);
  };
}

function indexWidth(type: ArrowColumn["type"]): 1 | 2 | 4 | 8 {
  const { indices } = type as typeof type & { readonly indices: { readonly bitWidth: number } };
  return (indices.bitWidth / 8) as 1 | 2 | 4 | 8;
}

/**
 * The reader of a column, including null bits and dictionaries.
 *
 * @throws {DecodeError} the type, or one inside it, cannot be decoded exactly
 */
function columnBinder(type: DataType, modes: DecodeModes, path: string): ColumnBinder {
  const place: ColumnPlace = { path, type };
  const bindPresent = presentBinder(type, modes, place);
  const bind: ColumnBinder = (column) => {
    const { dictionary } = column;
    const read =
      dictionary === undefined
        ? bindPresent(column)
        : throughDictionary(column, dictionary, bind(dictionary), place);
    return withNulls(column, read);
  };
  return bind;
}
