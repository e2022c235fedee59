import { fileURLToPath } from "node:url";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalSparkError, SparkSession, type DataFrame } from "../../src/index.js";
import { PythonDataSource } from "../../src/sources/index.js";
import {
  SparkConnectContainer,
  type StartedSparkConnectContainer,
} from "../../src/testing/index.js";
import { ensureSparkConnectImage } from "../../src/testing/spark-connect-image.js";
import { DEFAULT_RETRY_POLICY } from "../../src/transport/retry.js";
import { eventually } from "../support/eventually.js";
import { imageOptions } from "./image-options.js";

const SOURCE = `
from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader

class Counter(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"at": 0}
    def read(self, start):
        end = min(start["at"] + 3, 9)
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}
    def readBetweenOffsets(self, start, end):
        return iter([(n,) for n in range(start["at"], end["at"])])

class CounterSource(DataSource):
    @classmethod
    def name(cls):
        return "container_counter"
    def schema(self):
        return "n bigint"
    def simpleStreamReader(self, schema):
        return Counter()
`;

describe("SparkConnectContainer", () => {
  let spark: StartedSparkConnectContainer;
  beforeAll(async () => {
    const container = await SparkConnectContainer.build(imageOptions());
    spark = await container.withSparkConf({ "spark.sql.shuffle.partitions": "3" }).start();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("waits at the start until Spark answers, so that the first session needs no retry", async () => {
    await using session = await SparkSession.builder()
      .remote(spark.url)
      .retryPolicy({ ...DEFAULT_RETRY_POLICY, maxRetries: 0 })
      .create();
    expect(await session.version()).toMatch(/^4\./);
    expect(await session.conf.get("spark.sql.shuffle.partitions")).toBe("3");
  });

  it("writes and reads a Delta table", async () => {
    await using session = await SparkSession.builder().remote(spark.url).create();
    await session.range(5).write.format("delta").mode("overwrite").saveAsTable("kept");
    expect(await (await session.sql("select count(*) as n from kept")).collect()).toEqual([
      { n: 5n },
    ]);
  });

  it("streams from a Python source that the client deploys into a callback of the client", async () => {
    const source = PythonDataSource.fromSource({
      name: "container_counter",
      class: "CounterSource",
      source: SOURCE,
    });
    await using session = await SparkSession.builder()
      .remote(spark.url)
      .dataSources(source)
      .create();
    const seen = new Set<bigint>();
    const query = await session.readStream
      .format("container_counter")
      .load()
      .writeStream.option("checkpointLocation", "/data/counter")
      .foreachBatch(async (batch: DataFrame) => {
        for (const row of await batch.collect()) seen.add(row["n"] as bigint);
      })
      .start();
    await eventually(() => seen.size === 9, { withinMs: 120_000 });
    await query.stop();
  });

  it("fails with the end of Spark's log if Spark does not start", async () => {
    const container = await SparkConnectContainer.build(imageOptions());
    const starting = container.withSparkConf({ "spark.driver.memory": "plenty" }).start();
    const error = await starting.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(LocalSparkError);
    expect(error).toMatchObject({ code: "CONTAINER_EXITED" });
    expect((error as LocalSparkError).logTail).toContain("plenty");
  });

  it("fails after the time given with withStartupTimeout()", async () => {
    const container = await SparkConnectContainer.build(imageOptions());
    await expect(container.withStartupTimeout(1000).start()).rejects.toMatchObject({
      code: "START_TIMEOUT",
    });
  });
});

describe("the testing examples", () => {
  const folder = fileURLToPath(new URL("../../examples/testing", import.meta.url));
  const compiled = fileURLToPath(new URL("../../build/examples/testing", import.meta.url));
  const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

  async function run(...args: readonly string[]): Promise<{ exitCode: number; output: string }> {
    const image = await ensureSparkConnectImage(imageOptions());
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, SPARK_IMAGE: image, NODE_OPTIONS: "", VITEST: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece: Buffer) => (output += piece.toString()));
    }
    const [exitCode] = (await once(child, "close")) as [number];
    return { exitCode, output };
  }

  it("spark.node-test.ts passes with Node's test runner", async () => {
    const { exitCode, output } = await run("--test", `${compiled}/spark.node-test.js`);
    expect(exitCode, output).toBe(0);
    expect(output).toContain("# pass 1");
  });

  it("spark.vitest.ts passes with vitest", async () => {
    const { exitCode, output } = await run(vitest, "run", "--config", "vitest.container.config.ts");
    expect(exitCode, output).toBe(0);
    expect(output).toContain("1 passed");
  });
});
