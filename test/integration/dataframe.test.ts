import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as F from "../../src/functions/index.js";
import {
  LongType,
  Observation,
  StringType,
  StructField,
  StructType,
  Window,
  type DataFrame,
  type SparkSession,
} from "../../src/index.js";
import { connect, isSparkAtLeast } from "./support.js";

const { col, lit } = F;

describe("DataFrames on a real Spark", () => {
  let spark: SparkSession;
  let df: DataFrame;
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.shuffle.partitions", 2);
    df = await spark.sql(
      "SELECT * FROM VALUES (1, 'a', 1.0D), (2, 'a', NULL), (3, 'b', 5.0D) AS t(id, k, x)",
    );
  });
  afterAll(async () => {
    await spark.stop();
  });
  const arrays = (frame: DataFrame): Promise<unknown[][]> => frame.collect({ rowMode: "array" });

  it("apply functions over windows of rows and of ranges", async () => {
    const inOrder = Window.partitionBy("k").orderBy("id");
    const framed = df.select(
      "id",
      F.sum("id").over(inOrder.rowsBetween(Window.unboundedPreceding, Window.currentRow)),
      F.sum("id").over(Window.orderBy("id").rangeBetween(-1, 0n)),
    );
    expect(await arrays(framed.orderBy("id"))).toEqual([
      [1, 1n, 1n],
      [2, 3n, 3n],
      [3, 3n, 5n],
    ]);
  });

  it("change fields of structs, and cast with try_cast()", async () => {
    const row = await spark
      .range(1)
      .select(F.struct(lit(1).alias("a"), lit(2).alias("b")).alias("s"))
      .select(
        col("s").withField("c", lit(3)).alias("more"),
        col("s").dropFields("a").alias("less"),
        lit("x").try_cast("int").alias("none"),
      )
      .first();
    expect(row).toEqual({ more: { a: 1, b: 2, c: 3 }, less: { b: 2 }, none: null });
  });

  it("support the alternatives that the refusal of a subquery recommends", async () => {
    const least = spark.range(1, 2).scalar();
    const plain = spark.range(3);
    const right = spark.range(2).toDF("r");
    const nearest = { numResults: 1, mode: "exact", direction: "distance" } as const;
    const python = {
      source: "def same(frame):\n    return frame[['id']]\n",
      function: "same",
      outputSchema: "id BIGINT",
    };
    const groups = plain.groupBy(least.alias("k"));
    for (const refused of [
      () => plain.sampleBy(least, new Map([[1, 1]])),
      () => plain.joinAsOf(right, least, "r"),
      () => plain.nearestByJoin(right, least.minus(col("r")), nearest),
      () => groups.applyInPandas(python),
      () => groups.cogroup(groups).applyInPandas(python),
    ])
      await expect((async () => refused())()).rejects.toThrow(/does not support a subquery in/);

    const withLeast = plain.withColumn("least", least);
    expect(await withLeast.sampleBy("least", new Map([[1, 1]])).count()).toBe(3);
    expect(await arrays(withLeast.joinAsOf(right, "least", "r").select("r"))).toEqual([
      [1n],
      [1n],
      [1n],
    ]);
    const same = await withLeast.groupBy("least").applyInPandas(python);
    expect(await arrays(same.orderBy("id"))).toEqual([[0n], [1n], [2n]]);
    if (!isSparkAtLeast(4, 2)) return;
    const near = withLeast.nearestByJoin(right, col("least").minus(col("r")), nearest);
    expect(await near.count()).toBe(3);
  });

  it("support subqueries: scalar, EXISTS, IN and lateral joins", async () => {
    const most = df.select(F.max("id"));
    expect(await arrays(df.where(col("id").eq(most.scalar())).select("k"))).toEqual([["b"]]);
    const same = spark
      .range(2, 4)
      .alias("r")
      .where(col("r.id").eq(col("t.id").outer()));
    const found = df.alias("t").where(same.exists()).select("id").orderBy("id");
    expect(await arrays(found)).toEqual([[2], [3]]);
    const words = spark.createDataFrame([{ list: "a b" }]);
    const each = spark.tvf.explode(F.split(col("list").outer(), lit(" ")));
    expect(await arrays(words.lateralJoin(each).select("col"))).toEqual([["a"], ["b"]]);
    if (!isSparkAtLeast(4, 1)) return;
    const isin = df
      .where(col("id").isin(spark.range(3)))
      .orderBy("id")
      .select("id");
    expect(await arrays(isin)).toEqual([[1], [2]]);
  });

  it("join with the nearest row, and by position", async () => {
    const right = spark.createDataFrame([{ t: 0 }, { t: 2 }]);
    const asOf = df.joinAsOf(right, "id", "t").select("id", "t").orderBy("id");
    expect(await arrays(asOf)).toEqual([
      [1, 0n],
      [2, 2n],
      [3, 2n],
    ]);
    if (!isSparkAtLeast(4, 2)) return;
    const nearest = df.nearestByJoin(right, F.abs(col("id").minus(col("t"))), {
      numResults: 1,
      mode: "exact",
      direction: "distance",
    });
    expect((await arrays(nearest.select("id", "t").orderBy("id"))).at(-1)).toEqual([3, 2n]);
  });

  it("group by grouping sets, pivot, and aggregate by column name", async () => {
    const sets = df.groupingSets([["k"], []], "k").agg(F.count(lit(1)).alias("n"));
    expect(await arrays(sets.orderBy("n"))).toEqual([
      ["b", 1n],
      ["a", 2n],
      [null, 3n],
    ]);
    expect(await df.groupBy().pivot("k", ["a", "b"]).sum("id").collect()).toEqual([
      { a: 3n, b: 3n },
    ]);
    expect(await df.agg({ id: "max" }).collect()).toEqual([{ "max(id)": 3 }]);
  });

  it("drop, fill and replace missing values", async () => {
    expect(await df.dropna().count()).toBe(2);
    expect(await arrays(df.fillna(0).select("x").orderBy("id"))).toEqual([[1], [0], [5]]);
    expect(await arrays(df.fillna({ x: 7 }).where("id = 2").select("x"))).toEqual([[7]]);
    const replaced = df.replace({ a: "A" }).replace(new Map([[5, -5]]), "x");
    expect(await arrays(replaced.select("k", "x").orderBy("id"))).toEqual([
      ["A", 1],
      ["A", null],
      ["b", -5],
    ]);
  });

  it("compute statistics of columns", async () => {
    const pairs = spark.range(1, 5).select("id", col("id").multiply(2).alias("twice"));
    expect(await pairs.approxQuantile("id", [0, 0.5, 1], 0)).toEqual([1, 2, 4]);
    expect(await pairs.approxQuantile(["id", "twice"], [1], 0)).toEqual([[4], [8]]);
    expect(await pairs.corr("id", "twice")).toBeCloseTo(1);
    expect(await pairs.cov("id", "twice")).toBeCloseTo(10 / 3);
    expect(await df.crosstab("k", "id").count()).toBe(2);
    expect(await df.freqItems(["k"], 0.6).collect()).toEqual([{ k_freqItems: ["a"] }]);
    expect(await arrays(pairs.summary("count", "max"))).toEqual([
      ["count", "4", "4"],
      ["max", "4", "8"],
    ]);
    expect(await arrays(pairs.describe("id").where("summary = 'mean'"))).toEqual([["mean", "2.5"]]);
  });

  it("sample rows, and split without losing a row", async () => {
    const many = spark.range(1000);
    const parts = await Promise.all(many.randomSplit([1, 2], 3).map((part) => part.count()));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(1000);
    const sampled = many.sample(0.5, { seed: 1 });
    expect(await sampled.count()).toBe(await sampled.count());
    expect(await many.sampleBy("id", new Map([[7, 1]])).collect()).toEqual([{ id: 7n }]);
  });

  it("turn columns into rows and rows into columns", async () => {
    const wide = spark.createDataFrame([{ id: 1, a: 2, b: 3 }]);
    expect(await arrays(wide.unpivot("id", undefined, "name", "value"))).toEqual([
      [1n, "a", 2n],
      [1n, "b", 3n],
    ]);
    expect(await wide.transpose().columns()).toEqual(["key", "1"]);
    expect(await wide.toJSON().collect()).toEqual([{ value: '{"id":1,"a":2,"b":3}' }]);
    const schema = new StructType([StructField("b", StringType()), StructField("id", LongType())]);
    expect(await wide.to(schema).collect()).toEqual([{ b: "3", id: 1n }]);
    const unit = await wide.withMetadata("a", { unit: "m" }).schema();
    expect(unit.fields.find(({ name }) => name === "a")?.metadata).toEqual({ unit: "m" });
    if (!isSparkAtLeast(4, 2)) return;
    expect(await arrays(spark.range(2).zipWithIndex("n"))).toEqual([
      [0n, 0n],
      [1n, 1n],
    ]);
  });

  it("give an Observation its metrics with the first action, and report the execution", async () => {
    const observation = new Observation();
    const observed = df.observe(observation, F.count(lit(1)).alias("n"), F.max("k").alias("last"));
    const metrics = observation.get();
    expect(observed.executionInfo).toBeUndefined();
    await observed.collect();
    expect(await metrics).toEqual({ n: 3n, last: "b" });
    expect(observed.executionInfo?.observations[observation.name]).toEqual({ n: 3n, last: "b" });
    expect(observed.executionInfo?.metrics.length).toBeGreaterThan(0);
  });

  it("reject an Observation's get() if the action failed, was aborted or ended early", async () => {
    const observe = (): { observation: Observation; rows: DataFrame } => {
      const observation = new Observation();
      const source = spark.range(0, 50_000, 1, 4);
      return { observation, rows: source.observe(observation, F.count(lit(1)).alias("n")) };
    };
    const without = { code: "OBSERVATION_WITHOUT_METRICS" };

    const failing = observe();
    const waiting = failing.observation.get();
    const failed = failing.rows.select(F.raise_error(lit("no luck"))).collect();
    await expect(failed).rejects.toThrow("no luck");
    await expect(waiting).rejects.toMatchObject(without);
    await expect(waiting).rejects.toThrow("no luck");
    await expect(failing.observation.get()).rejects.toMatchObject(without);
    // Making a view runs no job, so the observation gets its metrics from the next action.
    await failing.rows.createOrReplaceTempView("observed");
    await expect(failing.observation.get()).rejects.toThrow("no luck");
    await failing.rows.collect();
    expect(await failing.observation.get()).toEqual({ n: 50_000n });
    await expect(failing.rows.select(F.raise_error(lit("no"))).collect()).rejects.toThrow();
    expect(await failing.observation.get()).toEqual({ n: 50_000n });

    const aborted = observe();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(aborted.rows.collect({ signal })).rejects.toBe(reason);
    await expect(aborted.observation.get()).rejects.toMatchObject({ ...without, cause: reason });

    const left = observe();
    const leaving = left.observation.get();
    const iterator = left.rows.toLocalIterator();
    await iterator.next();
    await iterator.return();
    await expect(leaving).rejects.toMatchObject(without);
    await expect(leaving).rejects.toThrow(/ended before/);

    // The optimizer removes the observed plan, so Spark sends no values (as with PySpark).
    const removed = observe();
    expect(await removed.rows.filter(lit(false)).limit(0).collect()).toEqual([]);
    expect(await removed.observation.get()).toEqual({});
  });

  it("return what the server knows about a plan", async () => {
    expect(await df.sameSemantics(df.select("*"))).toBe(true);
    expect(await df.sameSemantics(df.limit(1))).toBe(false);
    expect(await df.semanticHash()).toBe(await df.semanticHash());
    expect(await spark.range(1).isLocal()).toBe(false);
    expect(await df.inputFiles()).toEqual([]);
    expect(await df.isCached()).toBe(false);
    expect(await df.explainString(true)).toContain("== Parsed Logical Plan ==");
    expect(await df.explainString(false)).toBe(await df.explainString("simple"));
  });

  it("create rows with table-valued functions", async () => {
    const { tvf } = spark;
    expect(await arrays(tvf.stack(lit(2), lit(1), lit(2)))).toEqual([[1], [2]]);
    expect(await arrays(tvf.posexplode(F.array(lit("x"))))).toEqual([[0, "x"]]);
    expect(await arrays(tvf.json_tuple(lit('{"a":1}'), lit("a")))).toEqual([["1"]]);
    expect(await tvf.sql_keywords().isEmpty()).toBe(false);
  });

  it("print the same as Spark, including wide characters, truncation and vertical rows", async () => {
    const wide = spark.createDataFrame([{ 名: "東京", n: 1, long: "x".repeat(30) }]);
    expect(await wide.showString()).toBe(
      [
        "+----+---+--------------------+",
        "|  名|  n|                long|",
        "+----+---+--------------------+",
        `|東京|  1|${"x".repeat(17)}...|`,
        "+----+---+--------------------+",
        "",
      ].join("\n"),
    );
    expect(await wide.showString({ truncate: false })).toContain(`|${"x".repeat(30)}|`);
    expect(await wide.showString({ truncate: 5, numRows: 0 })).toContain("only showing top 0 rows");
    expect(await wide.select("n").showString({ vertical: true })).toBe(
      "-RECORD 0--\n n   | 1   \n",
    );
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    try {
      await spark.range(2).show(1, { truncate: false });
      await spark.range(1).printSchema({ level: 1 });
    } finally {
      write.mockRestore();
    }
    expect(written).toEqual([
      "+---+\n|id |\n+---+\n|0  |\n+---+\nonly showing top 1 row\n",
      "root\n |-- id: long (nullable = false)\n\n",
    ]);
  });
});
