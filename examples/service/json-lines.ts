import { Readable } from "node:stream";
import type { DataFrame } from "sparktide";

/** The rows as NDJSON. A slow reader slows the server down, and an abort interrupts the query. */
export function toJsonLines(df: DataFrame, options: { readonly signal: AbortSignal }): Readable {
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const row of df.toLocalIterator(options)) {
      yield `${JSON.stringify(row, (_key, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      )}\n`;
    }
  };
  return Readable.from(lines(), { objectMode: false });
}
