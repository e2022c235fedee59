/** node iterate-rows.mjs ROWS PAUSE_MS: iterates over rows of SPARK_REMOTE and prints the memory that it needed. */
import { setTimeout as delay } from "node:timers/promises";
import { SparkSession } from "../dist/index.js";
import { rowsQuery } from "./rows-query.mjs";

/** The number of rows between two pauses, at which the memory is measured. */
const STRETCH = 20_000;
const [rows, pauseMs] = process.argv.slice(2).map(Number);

const spark = await SparkSession.builder().create();
// A first query loads the code and buffers that every query needs, before the measurement.
await (await spark.sql(rowsQuery(1_000))).collect();
const before = process.memoryUsage.rss();
let peakBytes = before;
let count = 0;
let sum = 0n;
const startedAt = performance.now();
for await (const row of (await spark.sql(rowsQuery(rows))).toLocalIterator()) {
  count += 1;
  sum += row.id;
  if (count % STRETCH !== 0) continue;
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  if (pauseMs > 0) await delay(pauseMs);
}
const ms = performance.now() - startedAt;
if (count !== rows || sum !== (BigInt(rows) * BigInt(rows - 1)) / 2n)
  throw new Error(`received ${count} of ${rows} rows, with the sum ${sum}`);
console.log(JSON.stringify({ ms, addedBytes: peakBytes - before, peakBytes }));
await spark.stop();
