import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ArgumentError,
  UnsupportedOperationException,
  type SparkSession,
} from "../../src/index.js";
import { connect, isSparkAtLeast, uniquePath } from "./support.js";

describe("stream settings that not every Spark has", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it.skipIf(!isSparkAtLeast(4, 2))(
    "a named source keeps its position in the checkpoint when another source is added before it",
    async () => {
      await spark.conf.set("spark.sql.streaming.queryEvolution.enableSourceEvolution", true);
      await spark.conf.set("spark.sql.streaming.offsetLog.formatVersion", 2);
      const folder = uniquePath("evolution");
      await spark.range(5).write.parquet(`${folder}/a`);
      await spark.range(100, 103).write.parquet(`${folder}/b`);
      const named = (name: string) =>
        spark.readStream.schema("id BIGINT").name(name).parquet(`${folder}/${name}`);
      const run = async (rows: ReturnType<typeof named>): Promise<void> => {
        const query = await rows.writeStream
          .format("parquet")
          .option("checkpointLocation", `${folder}/checkpoint`)
          .trigger({ availableNow: true })
          .start(`${folder}/out`);
        expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
      };
      await run(named("a"));
      await run(named("b").union(named("a")));
      expect(await spark.read.parquet(`${folder}/out`).count()).toBe(8);
      await spark.conf.unset("spark.sql.streaming.queryEvolution.enableSourceEvolution");
      await spark.conf.unset("spark.sql.streaming.offsetLog.formatVersion");
    },
  );

  it("a source name that a checkpoint cannot hold is refused", () => {
    expect(() => spark.readStream.name("no spaces")).toThrow(ArgumentError);
  });

  it.skipIf(isSparkAtLeast(4, 2))("an older server causes an error that names the setting", () => {
    const writer = spark.readStream.format("rate").load().writeStream;
    for (const use of [
      () => writer.trigger({ realTime: "5 minutes" }),
      () => spark.readStream.name("a"),
      () => spark.readStream.changes("t"),
    ]) {
      expect(use).toThrow(UnsupportedOperationException);
      expect(use).toThrow(/needs Spark 4\.2/);
    }
  });

  it.skipIf(!isSparkAtLeast(4, 2))("the real-time trigger reaches the server", async () => {
    const started = spark.readStream
      .format("rate")
      .load()
      .writeStream.format("noop")
      .outputMode("update")
      .trigger({ realTime: "5 seconds" })
      .start()
      .then(async (query) => {
        await query.awaitTermination({ timeoutMs: 20_000 });
        await query.stop();
      });
    // The rate source does not support the trigger. Only a server that knows the trigger says so.
    await expect(started).rejects.toThrow(/STREAMING_REAL_TIME_MODE/);
  });
});
