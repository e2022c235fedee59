/** node iterate-rows.mjs ROWS PAUSE_MS: iterates over rows of SPARK_REMOTE, prints what memory that took. */
import { setTimeout as delay } from "node:timers/promises";
import { SparkSession } from "../dist/index.js";
import { rowsQuery } from "./rows-query.mjs";

/** Rows between two pauses, and two looks at the memory. */
const STRETCH = 20_000;
const [rows, pauseMs] = process.argv.slice(2).map(Number);

const spark = await SparkSession.builder().create();
// What any query at all needs, code and buffers, is there before it counts.
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
  throw new Error(`${count} rows with the sum ${sum} arrived of ${rows}`);
console.log(JSON.stringify({ ms, addedBytes: peakBytes - before, peakBytes }));
await spark.stop();
