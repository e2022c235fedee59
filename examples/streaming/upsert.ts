/**
 * Keeps one row for each key up to date: merges every batch into a Delta table. If a merge by key runs twice
 * on a batch, the table is the same, so the result is exactly-once.
 */
import { deltaTable } from "sparktide";
import { max } from "sparktide/functions";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();
await using spark = await connect();
const path = `${folder}/latest`;
await spark.sql(`CREATE TABLE delta.\`${path}\` (key BIGINT, newest BIGINT) USING delta`);
const latest = deltaTable(spark, path);

const values = spark.readStream
  .format("rate-micro-batch")
  .option("rowsPerBatch", 100)
  .load()
  .select((row) => ({ key: row.value.mod(10n), value: row.value }));

async function upsert(batch: typeof values): Promise<void> {
  const newest = batch.groupBy("key").agg((row) => ({ newest: max(row.value) }));
  const merged = await latest
    .merge(newest, "target.key = source.key")
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute();
  console.log(`merged: ${merged.numInsertedRows} new, ${merged.numUpdatedRows} updated`);
}

const query = await values.writeStream
  .option("checkpointLocation", `${folder}/checkpoint`)
  .trigger({ processingTime: "1 second" })
  .foreachBatch(upsert)
  .start();

for await (const progress of query.progress()) {
  if (progress.batchId >= 2n) break;
}
await query.stop();
await latest.toDF().orderBy("key").show();
await (await latest.history(3)).select("version", "operation").show();
