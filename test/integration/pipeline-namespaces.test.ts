/** The catalog and the database of a pipeline, and what is current in the session. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

describe.skipIf(!isSparkAtLeast(4, 1))("the database of a pipeline", () => {
  let spark: SparkSession;
  let own: string;
  let other: string;

  beforeEach(async () => {
    spark = await connect();
    own = uniqueName("own");
    other = uniqueName("other");
    for (const database of [own, other]) await spark.sql(`CREATE DATABASE ${database}`);
    await spark.catalog.setCurrentDatabase(own);
  });
  afterEach(async () => {
    for (const database of [own, other]) await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  function empty(database?: string): Pipeline {
    const conf = {
      "spark.sql.pipelines.maxFlowRetryAttempts": 0,
      "spark.sql.pipelines.execution.streamstate.pollingInterval": 1,
    };
    return pipeline({ database, storage: `file://${uniquePath("storage")}`, conf });
  }
  const current = (): Promise<string> => spark.catalog.currentDatabase();

  it("does not stay the session's current one after graph(), a failed start, a dry run, a run and a stop", async () => {
    const p = empty(other).materializedView("numbers", (session) => session.range(3));
    await p.graph(spark);
    expect(await current()).toBe(own);
    const wrong = empty(other).materializedView("wrong", () => Promise.reject(new Error("mine")));
    await expect(wrong.start(spark)).rejects.toThrow("mine");
    expect(await current()).toBe(own);
    await (await p.start(spark, { dryRun: true })).result();
    expect(await current()).toBe(own);
    await (await p.start(spark)).result();
    expect(await current()).toBe(own);
    await (await p.start(spark)).stop();
    expect(await current()).toBe(own);
    expect(await spark.table(`${other}.numbers`).count()).toBe(3);
  });

  it("stays if the program has made another one current during the run", async () => {
    const p = empty(other).materializedView("numbers", (session) => session.range(3));
    const run = await p.start(spark);
    await spark.catalog.setCurrentDatabase("default");
    await run.result().catch(() => undefined);
    expect(await current()).toBe("default");
  });

  it("is the session's current one by default, and names have their datasets, rows and lines", async () => {
    const path = uniquePath("rows");
    await spark.range(4).write.parquet(path);
    const p = empty()
      .streamingTable("numbers", ({ readStream }) => readStream.schema("id BIGINT").parquet(path))
      .materializedView("doubled", (session) =>
        session.table(`${own}.numbers`).selectExpr("id * 2 AS id"),
      );
    const { flows } = await (await p.start(spark)).result();
    expect(flows).toEqual([
      expect.objectContaining({ dataset: "numbers", state: "COMPLETED", rows: 4n }),
      expect.objectContaining({ dataset: "doubled", state: "COMPLETED" }),
    ]);
    expect(await spark.table(`${own}.doubled`).count()).toBe(4);
    const failed = await empty()
      .materializedView("lost", (session) => session.table("nothing"))
      .start(spark);
    await expect(failed.result()).rejects.toThrow(/\.lost: [\s\S]*Defined at .*namespaces\.test/);
    const refused = empty()
      .materializedView("numbers", (session) => session.range(3))
      .materializedView("wrong", (session) => session.table(`${own}.numbers`).drop("id"));
    await expect(refused.start(spark)).rejects.toThrow("calls drop()");
  });

  it("is its own for each of several runs of a session at a time", async () => {
    const into = (database?: string): Pipeline =>
      empty(database).materializedView("numbers", (session) => session.range(3));
    const runs = await Promise.all([into(other).start(spark), into().start(spark)]);
    const ended = await Promise.all(runs.map((run) => run.result()));
    expect(ended.map(({ flows }) => flows.map(({ flow }) => flow))).toEqual([
      [`spark_catalog.${other}.numbers`],
      [`spark_catalog.${own}.numbers`],
    ]);
    expect(await current()).toBe(own);
  });
});
