import {
  BufferType,
  DataType as Arrow,
  DateDay,
  DateUnit,
  DurationMicrosecond,
  Field,
  Schema,
  type Table,
  TimeNanosecond,
  TimeUnit,
  TimestampMicrosecond,
  Vector,
  type Data,
  type RecordBatch,
} from "apache-arrow";
import { ArgumentError } from "../errors.js";
import type { StructType } from "../types/struct-type.js";
import { arrowName, type ArrowType } from "./arrow-column.js";
import { fromArrowSchema, fromArrowType } from "./arrow-types.js";
import { checkSchema } from "./check-schema.js";
import { encodeColumn } from "./encode-column.js";
import { recordBatch, toIpcStream } from "./record-batch.js";

/** Units of Arrow's times by TimeUnit, in nanoseconds. */
const UNIT_NANOS: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1000n,
  [TimeUnit.NANOSECOND]: 1n,
};
const MILLIS_PER_DAY = 86_400_000n;

function refuse(column: string, problem: string): ArgumentError {
  return new ArgumentError("table", `Column ${column} ${problem}.`);
}

/** The values with another type's numbers in place of their own; null bits stay. */
function withValues(data: Data, type: ArrowType, values: ArrayBufferView): Data {
  return data.clone(type, data.offset, data.length, data.nullCount, {
    [BufferType.OFFSET]: undefined,
    [BufferType.DATA]: values,
    [BufferType.VALIDITY]: data.nullBitmap,
    [BufferType.TYPE]: undefined,
  } as Data["buffers"]);
}

/** Integers times `from / to`; what would lose digits is refused. Slots of nulls hold anything. */
function rescaled(data: Data, from: bigint, to: bigint, column: string): BigInt64Array {
  return BigInt64Array.from({ length: data.length }, (_, index) => {
    if (!data.getValid(index)) return 0n;
    const nanos = BigInt((data.values as ArrayLike<number | bigint>)[index] ?? 0) * from;
    const value = nanos / to;
    if (nanos % to !== 0n || BigInt.asIntN(64, value) !== value)
      throw refuse(column, "holds a time that Spark cannot hold exactly");
    return value;
  });
}

/** Types whose apache-arrow getters return the values that encoding takes. */
function hasPlainValues(type: ArrowType): boolean {
  return (
    Arrow.isUtf8(type) ||
    Arrow.isLargeUtf8(type) ||
    Arrow.isBinary(type) ||
    Arrow.isBool(type) ||
    Arrow.isInt(type) ||
    Arrow.isFloat(type)
  );
}

/** A column's data in the Arrow type that Spark reads; Spark refuses dictionaries and other time units. */
function convert(data: Data, column: string): Data {
  const type = data.type as ArrowType;
  if (Arrow.isDictionary(type)) {
    const dictionary = type.dictionary as ArrowType;
    const sparkType = fromArrowType(dictionary, column);
    if (!hasPlainValues(dictionary))
      throw refuse(column, `is a dictionary of ${arrowName(dictionary)}: give plain values`);
    const values: unknown[] = [...new Vector([data])];
    return encodeColumn({ type: sparkType, nullable: true, column, values, rows: undefined });
  }
  if (Arrow.isTimestamp(type)) {
    const micros = rescaled(data, UNIT_NANOS[type.unit], 1000n, column);
    return withValues(data, new TimestampMicrosecond(type.timezone), micros);
  }
  if (Arrow.isTime(type))
    return withValues(
      data,
      new TimeNanosecond(),
      rescaled(data, UNIT_NANOS[type.unit], 1n, column),
    );
  if (Arrow.isDuration(type))
    return withValues(
      data,
      new DurationMicrosecond(),
      rescaled(data, UNIT_NANOS[type.unit], 1000n, column),
    );
  if (Arrow.isDate(type) && type.unit === DateUnit.MILLISECOND) {
    const days = Int32Array.from(rescaled(data, 1n, MILLIS_PER_DAY, column), Number);
    return withValues(data, new DateDay(), days);
  }
  return data;
}

/** The type `convert` gives, known also when there is no batch to convert. */
function convertedType(type: ArrowType): ArrowType {
  if (Arrow.isDictionary(type)) return type.dictionary as ArrowType;
  if (Arrow.isTimestamp(type)) return new TimestampMicrosecond(type.timezone);
  if (Arrow.isTime(type)) return new TimeNanosecond();
  if (Arrow.isDuration(type)) return new DurationMicrosecond();
  return Arrow.isDate(type) ? new DateDay() : type;
}

/**
 * The Spark schema of a table that `encodeTable` takes.
 *
 * @throws {ArgumentError} a column's type has no counterpart in Spark
 */
export function tableSchema(table: Table): StructType {
  return fromArrowSchema(table.schema);
}

/** A table's batches and the schema that they share. */
export interface TableBatches {
  readonly arrowSchema: Schema;
  readonly batches: readonly RecordBatch[];
}

/**
 * The batches of an apache-arrow table in the form Spark's local relations take: dictionaries become plain
 * values, times the units Spark uses. Columns already in that form are not copied.
 *
 * @param names what the columns are to be called; omitted: as in the table
 * @throws {ArgumentError} a column's type has no counterpart in Spark, or a value cannot be held exactly
 */
export function tableBatches(table: Table, names?: readonly string[]): TableBatches {
  const fields = table.schema.fields.map(
    ({ name, type, nullable, metadata }) =>
      new Field(name, convertedType(type as ArrowType), nullable, metadata),
  );
  try {
    checkSchema(tableSchema(table), fields);
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    // What is left are types inside lists, maps and structs, which are not converted.
    throw new ArgumentError("table", (error as Error).message, { cause: error });
  }
  const named = fields.map(
    ({ name, type, nullable, metadata }, index) =>
      new Field(names?.[index] ?? name, type, nullable, metadata),
  );
  const arrowSchema = new Schema(named, table.schema.metadata);
  const batches = table.batches.map((batch) => {
    const children = batch.data.children.map((data, index) =>
      convert(data, fields[index]?.name ?? ""),
    );
    return recordBatch(arrowSchema, batch.numRows, children);
  });
  return { arrowSchema, batches };
}

/** An apache-arrow table as one Arrow IPC stream; see `tableBatches`. */
export function encodeTable(table: Table): Uint8Array {
  const { arrowSchema, batches } = tableBatches(table);
  return toIpcStream(arrowSchema, batches);
}
