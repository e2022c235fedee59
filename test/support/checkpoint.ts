import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

/** The batch ids in one of a checkpoint's logs, in order. */
export function loggedBatches(checkpoint: string, log: "offsets" | "commits"): number[] {
  const folder = join(checkpoint, log);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The batch that is planned but not committed; undefined between batches. */
export function batchUnderWay(checkpoint: string): number | undefined {
  const planned = loggedBatches(checkpoint, "offsets").at(-1);
  return planned === loggedBatches(checkpoint, "commits").at(-1) ? undefined : planned;
}

/** The rows of a batch that a snapshot source has stored in the offset log. */
export function payloadRows(checkpoint: string, batchId: number): unknown[][] {
  const lines = readFileSync(join(checkpoint, "offsets", String(batchId)), "utf8").split("\n");
  const offset = JSON.parse(lines.at(-1) ?? "") as { readonly n: number; readonly data: string };
  const rows = JSON.parse(
    inflateSync(Buffer.from(offset.data, "base64")).toString(),
  ) as unknown[][];
  if (rows.length !== offset.n)
    throw new Error(`batch ${String(batchId)}: ${String(offset.n)} rows were announced`);
  return rows;
}
