import type { CallOptions } from "../../connection/call-options.js";
import type { RowDecoder } from "../../arrow/decode/row-decoder.js";
import type { DecodeOptions } from "../../arrow/decode/decode-options.js";
import { queryPlan } from "../../plan/command.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { ResultLimit, type ResultLimits } from "./result-limit.js";
import type { StructType } from "../../types/struct-type.js";

/**
 * All values of a result: one array for each column, by name.
 *
 * @param schemaOf gets the columns if the result has no batch
 * @throws {DecodeError} a column's type or name cannot be decoded without loss under these options
 */
export async function collectColumns(
  connection: SparkConnection,
  relation: Relation,
  options: DecodeOptions & CallOptions & ResultLimits,
  schemaOf: () => Promise<StructType>,
): Promise<Record<string, unknown[]>> {
  const { turns } = connection;
  const isDue = (): boolean => turns.isDue();
  let decoder: RowDecoder | undefined;
  let names: readonly string[] = [];
  let columns: unknown[][] = [];
  const begin = (schema: StructType): RowDecoder => {
    names = schema.fieldNames;
    columns = names.map(() => []);
    return new connection.arrow.RowDecoder(schema, options);
  };
  const limit = new ResultLimit(options);
  try {
    for await (const batch of connection.batches(queryPlan(relation), options)) {
      limit.add(batch);
      decoder ??= begin(batch.schema);
      const work = decoder.decodeColumns(batch.ipcStream, columns, isDue);
      while (work.next().done !== true) if (isDue()) await turns.turn(options.signal);
    }
  } finally {
    limit.end();
  }
  if (decoder === undefined) begin(await schemaOf());
  return Object.fromEntries(names.map((name, index) => [name, columns[index] ?? []]));
}
