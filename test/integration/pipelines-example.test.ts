import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { coingecko, type CoinGeckoOptions } from "../../src/sources/index.js";
import { connect, isSparkAtLeast, replayEgress, uniqueName, uniquePath } from "./support.js";

const FOLDER = new URL("../../examples/pipelines/transformations/", import.meta.url);

/** The library of the example. It is a package of its own, so the compiler does not follow the import. */
interface Library {
  readonly addPrices: (pipeline: Pipeline, options: CoinGeckoOptions) => void;
}

describe.skipIf(!isSparkAtLeast(4, 1))("the example of pipelines", () => {
  let spark: SparkSession;
  let database: string;

  beforeAll(async () => {
    spark = await connect(coingecko);
    database = uniqueName("example");
    await spark.sql(`CREATE DATABASE ${database}`);
  });
  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  it("fills its tables from the API, in the order of what they read", async () => {
    const markets = pipeline({ database, storage: `file://${uniquePath("storage")}` });
    const { addPrices } = (await import(new URL("prices.ts", FOLDER).href)) as Library;
    addPrices(markets, { ...replayEgress(), streamingInterval: 0 });
    markets.sql({ file: fileURLToPath(new URL("highest.sql", FOLDER)) });
    const { flows } = await markets.graph(spark);
    expect(flows.map(({ target, sources, formats }) => [target, ...sources, ...formats])).toEqual([
      ["prices", "coingecko"],
      ["daily", "prices"],
      ["daily_high", "daily"],
      ["highest", "daily_high"],
    ]);
    // In the second run the tables exist: only then Spark may lose the order.
    for (const run of [1, 2]) {
      await (await markets.start(spark)).result();
      const polls = await spark.table(`${database}.daily_high`).selectExpr("sum(polls)").collect();
      const rows = await spark.table(`${database}.prices`).count();
      expect(rows).toBeGreaterThanOrEqual(2 * run);
      expect(polls.map((row) => Number(Object.values(row)[0]))).toEqual([rows]);
    }
    const highest = await spark.table(`${database}.highest`).orderBy("coin").collect();
    expect(highest.map(({ coin }) => coin)).toEqual(["bitcoin", "ethereum"]);
    expect(await spark.table(`${database}.daily_high`).columns()).toEqual([
      ...["coin", "day", "high", "polls"],
    ]);
  });
});
