import { Field, Schema, type RecordBatch, type Table } from "apache-arrow";
import type { StructType } from "../../types/struct-type.js";
import { fromArrowSchema, toArrowSchema } from "../arrow-types.js";
import { recordBatch, toIpcStream } from "../ipc/record-batch.js";
import { toSparkForm } from "./table-values.js";

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
 * values, times the units Spark uses, and lists of any kind Arrow's plain ones. Columns already in that form
 * are not copied.
 *
 * @param names what the columns are to be called; omitted: as in the table
 * @throws {ArgumentError} a column's type has no counterpart in Spark, or a value cannot be held exactly
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
