/**
 * Calls a TypeScript function for each batch of a stream. The function writes the batch and a summary into two
 * Delta tables, each row once even if Spark runs a batch again, and prints the summary.
 */
import type { ForeachBatchContext } from "sparktide";
import { count, max } from "sparktide/functions";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();
await using spark = await connect();

const numbers = spark.readStream
  .format("rate-micro-batch")
  .option("rowsPerBatch", 100)
  .load()
  .select((row) => ({ value: row.value, even: row.value.mod(2).eq(0) }));

async function store(batch: typeof numbers, batchId: bigint, { txn }: ForeachBatchContext) {
  // Compute the batch once, because it is written twice.
  await batch.persist();
  await batch.write.format("delta").mode("append").options(txn("rows")).save(`${folder}/rows`);
  const summary = batch.groupBy("even").agg((row) => ({ n: count("*"), top: max(row.value) }));
  await summary.write
    .format("delta")
    .mode("append")
    .options(txn("summary"))
    .save(`${folder}/summary`);
  for (const { even, n, top } of await summary.orderBy("even").collect()) {
    console.log(`batch ${batchId}: ${n} ${even === true ? "even" : "odd"}, up to ${String(top)}`);
  }
  await batch.unpersist();
}

const query = await numbers.writeStream
  .option("checkpointLocation", `${folder}/checkpoint`)
  .trigger({ processingTime: "1 second" })
  .foreachBatch(store)
  .start();

for await (const progress of query.progress()) {
  if (progress.batchId >= 2n) break;
}
await query.stop();
console.log(`rows stored: ${await spark.read.format("delta").load(`${folder}/rows`).count()}`);
