/** Prices of coins, and what is computed from them. */
import { col, count, max } from "sparktide/functions";
import type { Pipeline } from "sparktide/pipelines";
import { coingecko, type CoinGeckoOptions } from "sparktide/sources";

export function addPrices(pipeline: Pipeline, options: CoinGeckoOptions = {}): void {
  pipeline
    .streamingTable(
      "prices",
      ({ readStream }) =>
        readStream
          .format("coingecko")
          .options(coingecko.options({ coins: ["bitcoin", "ethereum"], ...options }))
          .load()
          .withColumn("read_at", col("ts_ingest").cast("timestamp")),
      { comment: "one row for each coin and poll" },
    )
    .temporaryView("daily", (spark) =>
      // Not withColumn(): Spark would lose the order of the flows, see docs/guides/pipelines.md.
      spark.table("prices").select("*", col("read_at").cast("date").alias("day")),
    )
    .materializedView("daily_high", (spark) =>
      spark
        .table("daily")
        .groupBy("coin", "day")
        .agg(max("usd_price").alias("high"), count("*").alias("polls")),
    );
}

/** `npx sparktide pipelines run` calls this. */
export default (pipeline: Pipeline): void => {
  addPrices(pipeline);
};
