import type { SparkSession } from "../index.js";
import { rowWriter, type FormatOptions } from "./format/row-writer.js";

/**
 * Runs a statement and yields its result as text, piece by piece while the rows arrive.
 *
 * @param onRow called after each row
 */
export async function* statementText(
  spark: SparkSession,
  statement: string,
  format: FormatOptions,
  { signal, onRow }: { readonly signal: AbortSignal; readonly onRow?: () => void },
): AsyncGenerator<string, void, undefined> {
  const df = await spark.sql(statement, [], { signal });
  const writer = rowWriter(await df.schema({ signal }), format);
  yield writer.begin();
  for await (const row of df.toLocalIterator({ rowMode: "array", signal })) {
    onRow?.();
    const text = writer.row(row);
    if (text !== "") yield text;
  }
  yield writer.end();
}
