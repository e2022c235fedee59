/** Compares decoding rows from Arrow batches in memory: our decoder, and apache-arrow's row objects. */
import { tableFromIPC } from "apache-arrow";
import { toIpcStream } from "../build/modules/arrow/ipc/record-batch.js";
import { RowDecoder } from "../build/modules/arrow/decode/row-decoder.js";
import { printRatio } from "./figures.mjs";
import { rowsQuery } from "./rows-query.mjs";

const ROWS = 300_000;
const ROUNDS = 5;

function timed(work) {
  const startedAt = performance.now();
  const rows = work();
  const ms = performance.now() - startedAt;
  if (rows !== ROWS) throw new Error(`decoded ${rows} of ${ROWS} rows`);
  return ms;
}

export async function benchDecode(spark) {
  const df = await spark.sql(rowsQuery(ROWS));
  const schema = await df.schema();
  const { batches } = await df.toArrow();
  const streams = batches.map((batch) => toIpcStream(batch.schema, [batch]));
  const byUs = () => {
    const decoder = new RowDecoder(schema);
    return streams.reduce((count, stream) => count + decoder.decode(stream).rows.length, 0);
  };
  const byArrow = () =>
    streams.reduce(
      (count, stream) =>
        count +
        tableFromIPC(stream)
          .toArray()
          .map((row) => row.toJSON()).length,
      0,
    );
  const ours = { label: "sparktide", msEach: [] };
  const theirs = { label: "apache-arrow", msEach: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    ours.msEach.push(timed(byUs));
    theirs.msEach.push(timed(byArrow));
  }
  for (const side of [ours, theirs]) side.msEach.shift();
  printRatio("300 000 rows × 6 columns decoded, no server", ours, theirs);
}
