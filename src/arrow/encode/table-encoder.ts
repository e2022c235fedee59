import { Field, Schema, type RecordBatch, type Table } from "apache-arrow";
import type { StructType } from "../../types/struct-type.js";
import { fromArrowSchema, toArrowSchema } from "../arrow-types.js";
import { recordBatch, toIpcStream } from "../ipc/record-batch.js";
import { toSparkForm } from "./table-values.js";

/**
 * The Spark schema of a table for `encodeTable`.
 *
 * @throws {ArgumentError} Spark has no type for a column
 */
export function tableSchema(table: Table): StructType {
  return fromArrowSchema(table.schema);
}

/** A table's batches and their common schema. */
export interface TableBatches {
  readonly arrowSchema: Schema;
  readonly batches: readonly RecordBatch[];
}

/**
 * Converts the batches of an apache-arrow table to the form of Spark's local relations: dictionaries to plain
 * values, times to Spark's units, and all kinds of lists to Arrow's plain lists. Does not copy columns that already
 * have that form.
 *
 * @param names new names of the columns. Default: the table's names
 * @throws {ArgumentError} Spark has no type for a column, or cannot represent a value exactly
 */
export function tableBatches(table: Table, names?: readonly string[]): TableBatches {
  const { fields } = tableSchema(table);
  const plain = toArrowSchema(tableSchema(table));
  const named = plain.fields.map(
    ({ name, type, nullable, metadata }, index) =>
      new Field(names?.[index] ?? name, type, nullable, metadata),
  );
  const arrowSchema = new Schema(named, table.schema.metadata);
  const batches = table.batches.map((batch) => {
    const children = fields.map(({ name, dataType }, index) => {
      const data = batch.data.children[index];
      if (data === undefined) throw new RangeError(`A batch has no column ${name}.`);
      return toSparkForm(data, dataType, name);
    });
    return recordBatch(arrowSchema, batch.numRows, children);
  });
  return { arrowSchema, batches };
}

/** An apache-arrow table as one Arrow IPC stream; see `tableBatches`. */
export function encodeTable(table: Table): Uint8Array {
  const { arrowSchema, batches } = tableBatches(table);
  return toIpcStream(arrowSchema, batches);
}
