import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { udf } from "../../src/cluster/index.js";
import { JavaScriptFunctionError, SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { processesBelow } from "./processes.js";

const EXECUTOR = /CoarseGrainedExecutorBackend/;

describe("an executor whose Python workers may use 512 MB", () => {
  let spark: LocalSpark;
  let session: SparkSession;
  beforeAll(async () => {
    spark = await LocalSpark.start({
      delta: false,
      master: "local-cluster[1,1,1024]",
      conf: { "spark.executor.pyspark.memory": "512m" },
    });
    session = await SparkSession.builder().remote(spark.url).create();
  });
  afterAll(async () => {
    await session.stop();
    await spark.stop();
  });

  it("refuses a function in TypeScript by the limit, lives on, and keeps no process of Node.js", async () => {
    const pids = processesBelow(spark.pid, EXECUTOR);
    expect(pids).toHaveLength(1);
    const next = udf((id: bigint) => id + 1n, "bigint", { name: "next" });
    const error: unknown = await session
      .range(1)
      .select(next("id"))
      .collect()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JavaScriptFunctionError);
    expect(error).toMatchObject({ errorClass: "JAVASCRIPT_MEMORY_LIMIT" });
    expect((error as Error).message).toMatch(
      /may use only 512 MB .* spark\.executor\.pyspark\.memory/,
    );

    const python = { source: "def half(n):\n    return n // 2", function: "half" };
    await session.udf.registerPython("half", { ...python, returnType: "bigint" });
    await expect(session.query("SELECT half(42L) AS n").collect()).resolves.toEqual([{ n: 21n }]);
    expect(processesBelow(spark.pid, EXECUTOR)).toEqual(pids);
    await eventually(() => processesBelow(spark.pid, /-worker\.mjs/).length === 0, {
      withinMs: 10_000,
    });
  });
});
