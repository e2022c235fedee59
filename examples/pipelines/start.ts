/** Runs the pipeline once, and prints what it does. Each further run adds the prices of its time. */
import { SparkSession } from "sparktide";
import { pipeline } from "sparktide/pipelines";
import { coingecko } from "sparktide/sources";
import { addPrices } from "./transformations/prices.js";

const markets = pipeline({ storage: "file:///tmp/pipelines/markets", database: "default" });
addPrices(markets);
markets.sql({ file: "transformations/highest.sql" });

const spark = await SparkSession.builder().dataSources(coingecko).create();
try {
  const run = await markets.start(spark);
  for await (const { dataset, state } of run)
    if (dataset !== undefined) console.log(dataset, state);
  await run.result();
  await spark.table("highest").show();
} finally {
  await spark.stop();
}
