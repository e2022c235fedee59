/**
 * Keeps one row for each key up to date: merges every batch into a Delta table. If a merge by key runs twice
 * on a batch, the table is the same, so the result is exactly-once.
 */
import { deltaTable, type DataFrame } from "sparktide";
import { max } from "sparktide/functions";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();
await using spark = await connect();
const path = `${folder}/latest`;
await spark.sql(`CREATE TABLE delta.\`${path}\` (key BIGINT, newest BIGINT) USING delta`);
const latest = deltaTable(spark, path);

async function upsert(batch: DataFrame): Promise<void> {
  const newest = batch.groupBy("key").agg(max("value").alias("newest"));
  const merged = await latest
    .merge(newest, "target.key = source.key")
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute();
  console.log(`merged: ${merged.numInsertedRows} new, ${merged.numUpdatedRows} updated`);
}

const query = await spark.readStream
  .format("rate-micro-batch")
  .option("rowsPerBatch", 100)
  .load()
  .selectExpr("value % 10 AS key", "value")
  .writeStream.option("checkpointLocation", `${folder}/checkpoint`)
  .trigger({ processingTime: "1 second" })
  .foreachBatch(upsert)
  .start();

for await (const progress of query.progress()) {
  if (progress.batchId >= 2n) break;
}
await query.stop();
await latest.toDF().orderBy("key").show();
await (await latest.history(3)).select("version", "operation").show();
