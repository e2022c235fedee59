/**
 * Counts events in windows of ten seconds, including late events up to a limit, and joins
 * two streams on events that happened close together in time.
 */
import { col, count, expr, window } from "sparktide/functions";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();
await using spark = await connect();

const views = spark.readStream
  .format("rate-micro-batch")
  .options({ rowsPerBatch: 60, startTimestamp: 0, advanceMillisPerBatch: 20_000 })
  .load()
  .selectExpr("value AS viewId", "timestamp AS viewedAt")
  .withWatermark("viewedAt", "10 seconds");

const counts = await views
  .groupBy(window("viewedAt", "10 seconds"))
  .agg(count("viewId").alias("views"))
  .writeStream.queryName("counts")
  .format("memory")
  .outputMode("append")
  .trigger({ processingTime: "500 milliseconds" })
  .start();

const clicks = spark.readStream
  .format("rate-micro-batch")
  .options({ rowsPerBatch: 6, startTimestamp: 0, advanceMillisPerBatch: 20_000 })
  .load()
  .selectExpr("value * 10 AS clickedId", "timestamp AS clickedAt")
  .withWatermark("clickedAt", "10 seconds");

const joined = await views
  .join(
    clicks,
    expr("viewId = clickedId AND clickedAt BETWEEN viewedAt AND viewedAt + INTERVAL 1 MINUTE"),
  )
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
console.log(
  `clicks: ${await spark.read.parquet(`${folder}/clicked`).filter(col("clickedId").isNotNull()).count()}`,
);
