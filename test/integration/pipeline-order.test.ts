/** A flow waits for the datasets of its pipeline, or is refused: Spark must not read the rows of a former run. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { col, count, expr, lit } from "../../src/functions/index.js";
import { LongType, StructField, StructType, type DataFrame } from "../../src/index.js";
import type { SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

type Method = (df: DataFrame, session: SparkSession) => DataFrame;
const ONLY_ID = new StructType([StructField("id", LongType())]);

/** Methods that read a dataset in the order of the graph. Each result has one row for each row of the dataset. */
const WAITING: Readonly<Record<string, Method>> = {
  select: (df) => df.select("id"),
  filter: (df) => df.filter("id > -1"),
  join: (df) => df.join(df.select(col("id").alias("other")), expr("id = other")),
  unionAll: (df) => df.unionAll(df.limit(0)),
  intersectAll: (df) => df.intersectAll(df),
  orderBy: (df) => df.orderBy("id"),
  limit: (df) => df.limit(100),
  offset: (df) => df.offset(0),
  sample: (df) => df.sample(1),
  groupBy: (df) => df.groupBy("id").count(),
  pivot: (df) => df.groupBy("id").pivot("id", [0, 1]).count(),
  unpivot: (df) => df.unpivot("id", ["id"], "name", "number"),
  alias: (df) => df.alias("d").select("d.id"),
  toDF: (df) => df.toDF("renamed"),
  hint: (df) => df.hint("broadcast"),
  observe: (df) => df.observe("rows", count(lit(1)).alias("rows")),
  repartition: (df) => df.repartition(2),
  repartitionBy: (df) => df.repartition(2, "id"),
  lateralJoin: (df) => df.lateralJoin(df.groupBy().agg(count(lit(1)).alias("all"))),
  subquery: (df, session) =>
    df.select("id", session.range(1).agg(expr("max(id) AS most")).scalar().alias("most")),
  query: (df, session) => df.join(session.query("SELECT 1 AS one"), expr("true")),
};

/** Methods that make Spark look up the table at once. */
const REFUSED: Readonly<Record<string, Method>> = {
  "withColumn()": (df) => df.withColumn("day", lit(1)),
  "withMetadata()": (df) => df.withMetadata("id", { unit: "m" }),
  "withColumnRenamed()": (df) => df.withColumnRenamed("id", "number"),
  "drop()": (df) => df.drop("id"),
  "na.fill()": (df) => df.na.fill(0),
  "na.drop()": (df) => df.na.drop(),
  "na.replace()": (df) => df.na.replace(1, 2),
  describe: (df) => df.describe("id"),
  summary: (df) => df.summary(),
  crosstab: (df) => df.stat.crosstab("id", "id"),
  freqItems: (df) => df.stat.freqItems(["id"]),
  "sampleBy()": (df) => df.stat.sampleBy("id", new Map([[1, 1]])),
  "pivot() without values": (df) => df.groupBy("id").pivot("id").count(),
  "to()": (df) => df.to(ONLY_ID),
  "joinAsOf()": (df) => df.joinAsOf(df.select(col("id").alias("other")), "id", "other"),
  parse: (df, session) => session.read.schema(ONLY_ID).json(df.select(expr("CAST(id AS STRING)"))),
  "mapRows()": (df) =>
    df.mapRows(async function* (rows) {
      for await (const row of rows) yield row;
    }, "id BIGINT"),
  "withWatermark()": (df) => df.withWatermark("id", "1 minute"),
};

describe.skipIf(!isSparkAtLeast(4, 1))("a flow over a dataset of its pipeline", () => {
  let spark: SparkSession;
  let database: string;

  beforeAll(async () => {
    spark = await connect();
    database = uniqueName("ordered");
    await spark.sql(`CREATE DATABASE ${database}`);
  });
  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  function empty(): Pipeline {
    const conf = {
      "spark.sql.pipelines.maxFlowRetryAttempts": 0,
      "spark.sql.pipelines.execution.streamstate.pollingInterval": 1,
      "spark.sql.shuffle.partitions": 1,
    };
    return pipeline({ database, storage: `file://${uniquePath("storage")}`, conf });
  }

  it("waits for it in each run, for each method that does not look up the table at once", async () => {
    const path = uniquePath("rows");
    const p = empty().materializedView("numbers", ({ read }) =>
      read.schema("id BIGINT").parquet(path),
    );
    const waiting: Record<string, Method> = {
      ...WAITING,
      ...(isSparkAtLeast(4, 2) && { zipWithIndex: (df) => df.zipWithIndex() }),
      ...(isSparkAtLeast(4, 3) && {
        distinct: (df) => df.distinct(),
        dropDuplicates: (df) => df.dropDuplicates(["id"]),
      }),
    };
    for (const [name, method] of Object.entries(waiting))
      p.materializedView(`by_${name}`, (session) => method(session.table("numbers"), session));
    p.temporaryView("view", (session) => session.table("numbers"))
      .materializedView("by_column", (session) => session.table("view").withColumn("n", lit(1)))
      .materializedView("by_name", (session) =>
        session.table("view").withColumnRenamed("id", "number"),
      );
    for (const rows of [3, 8]) {
      await spark.range(rows).write.mode("overwrite").parquet(path);
      const run = await p.start(spark);
      let isFilled = false;
      for await (const { flow, state } of run) {
        if (flow?.endsWith(".numbers") === true) isFilled ||= state === "COMPLETED";
        else if (state === "RUNNING") expect(isFilled, flow).toBe(true);
      }
      const { flows } = await run.result();
      expect(flows).toHaveLength(Object.keys(waiting).length + 3);
      for (const { flow } of flows) expect(await spark.table(flow).count(), flow).toBe(rows);
    }
  });

  it.each(Object.keys(REFUSED))("is refused with the dataset and the line for %s", async (name) => {
    const method = REFUSED[name] as Method;
    const p = empty()
      .materializedView("numbers", (session) => session.range(3))
      .materializedView("wrong", (session) =>
        method(session.table(`${database}.numbers`).select("id"), session),
      );
    const refused = await p.start(spark).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "NOT_IN_FLOW_FUNCTION" });
    const { message } = refused as Error;
    expect(message).toContain(`on ${database}.numbers, a dataset of the same pipeline`);
    expect(message).toMatch(
      /would read its former rows\. \w[\s\S]*pipeline-order\.test\.ts:\d+\.$/,
    );
    expect(message).toContain(name);
  });

  it("is refused for a subquery, a SQL query or a stream of the dataset", async () => {
    const numbers = (session: SparkSession): DataFrame => session.table("numbers");
    const flows: readonly Method[] = [
      (_, session) =>
        session
          .range(3)
          .select("id", numbers(session).agg(expr("count(*) AS n")).scalar().alias("n"))
          .withColumn("one", lit(1)),
      (_, session) => session.query("SELECT * FROM numbers").withColumn("one", lit(1)),
      (_, { readStream }) => readStream.table("numbers").withColumn("one", lit(1)),
    ];
    for (const flow of flows) {
      const p = empty()
        .materializedView("numbers", (session) => session.range(3))
        .materializedView("wrong", (session) => flow(numbers(session), session));
      await expect(p.start(spark)).rejects.toThrow(/calls withColumn\(\).* on numbers, a dataset/);
    }
  });

  it("may use these methods on tables from outside, also beside the dataset", async () => {
    const p = empty()
      .materializedView("numbers", (session) => session.range(3))
      .materializedView("both", (session) =>
        session.range(2).withColumn("one", lit(1)).drop("one").join(session.table("numbers"), "id"),
      );
    const { flows } = await (await p.start(spark)).result();
    expect(flows.map(({ state }) => state)).toEqual(["COMPLETED", "COMPLETED"]);
    expect(await spark.table(`${database}.both`).count()).toBe(2);
  });
});
