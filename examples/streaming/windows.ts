/**
 * Counts events in windows of ten seconds, including late events up to a limit, and joins
 * two streams on events that happened close together in time.
 */
import { count, expr, window } from "sparktide/functions";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();
await using spark = await connect();

const views = spark.readStream
  .format("rate-micro-batch")
  .options({ rowsPerBatch: 60, startTimestamp: 0, advanceMillisPerBatch: 20_000 })
  .load()
  .select((row) => ({ viewId: row.value, viewedAt: row.timestamp }))
  .withWatermark("viewedAt", "10 seconds");

const counts = await views
  .groupBy((view) => window(view.viewedAt, "10 seconds"))
  .agg(count("*").alias("views"))
  .writeStream.queryName("counts")
  .format("memory")
  .outputMode("append")
  .trigger({ processingTime: "500 milliseconds" })
  .start();

const clicks = spark.readStream
  .format("rate-micro-batch")
  .options({ rowsPerBatch: 6, startTimestamp: 0, advanceMillisPerBatch: 20_000 })
  .load()
  .select((row) => ({ clickedId: row.value.multiply(10n), clickedAt: row.timestamp }))
  .withWatermark("clickedAt", "10 seconds");

const joined = await views
  .join(clicks, (view, click) => [
    view.viewId.eq(click.clickedId),
    click.clickedAt.between(view.viewedAt, view.viewedAt.plus(expr("INTERVAL 1 MINUTE"))),
  ])
  .writeStream.format("parquet")
  .option("checkpointLocation", `${folder}/clicked-checkpoint`)
  .trigger({ processingTime: "500 milliseconds" })
  .start(`${folder}/clicked`);

for await (const { batchId } of counts.progress()) {
  if (batchId >= 4n) break;
}
for await (const { batchId } of joined.progress()) {
  if (batchId >= 2n) break;
}
await counts.stop();
await joined.stop();
await spark.table("counts").orderBy("window").show({ numRows: 5, truncate: false });
const clicked = spark.read.parquet(`${folder}/clicked`);
console.log(`clicks: ${await clicked.filter("clickedId IS NOT NULL").count()}`);
