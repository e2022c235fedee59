import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArgumentError, UnsupportedOperationException } from "../../../src/errors.js";
import type { Column } from "../../../src/dataframe/column.js";
import type { DataFrame } from "../../../src/dataframe/dataframe.js";
import { TableValuedFunctions } from "../../../src/dataframe/table-valued-functions.js";
import { Observation } from "../../../src/dataframe/actions/observation.js";
import { Window } from "../../../src/dataframe/window.js";
import { abs, array, call_function, col, lit, sum, when } from "../../../src/functions/index.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

describe("columns and windows", () => {
  it.each<readonly [string, () => unknown]>([
    ["substr with a string", () => col("a").substr("1" as never, 2)],
    ["dropFields without a name", () => col("a").dropFields()],
    ["withField with a plain value", () => col("a").withField("f", 1 as never)],
    ["over without a window", () => sum("a").over({} as never)],
    ["alias without a name", () => col("a").alias(...([] as unknown as [string]))],
    [
      "metadata with two names",
      () => col("a").alias(...(["a", "b", { metadata: {} }] as unknown as [string])),
    ],
    ["when with a boolean as condition", () => when(col("a"), 1).when(true as never, 2)],
    ["when after otherwise", () => when(col("a"), 1).otherwise(2).when(col("b"), 3)],
    ["a fractional frame bound", () => Window.rowsBetween(-0.5, 0)],
    ["a row frame bound of more than 32 bits", () => Window.rowsBetween(-(2 ** 40), 0)],
    ["a frame bound above 2^53 as a number", () => Window.rangeBetween(0, 2 ** 60)],
    ["a frame bound of more than 64 bits", () => Window.rangeBetween(2n ** 64n, 0)],
    ["a string as frame bound", () => Window.rangeBetween("1" as never, 0)],
    ["a frame that ends at -Infinity", () => Window.rowsBetween(0, -Infinity)],
    ["partitionBy with a number", () => Window.partitionBy(1 as never)],
  ])("throw an ArgumentError: %s", (_name, call) => {
    expect(call).toThrow(ArgumentError);
  });
});

describe("methods of DataFrame", () => {
  let server: FakeSparkServer;
  let df: DataFrame;
  beforeEach(async () => {
    server = await FakeSparkServer.start();
    df = rangeOf(offlineContext(server, "4.3.0"));
  });
  afterEach(() => {
    server[Symbol.dispose]();
  });

  it.each<readonly [string, (df: DataFrame) => unknown]>([
    ["select of a number", (d) => d.select(1 as never)],
    ["filter by a boolean", (d) => d.filter(true as never)],
    ["withColumn with a plain value", (d) => d.withColumn("a", 1 as never)],
    ["orderBy without columns", (d) => d.orderBy()],
    ["orderBy with too few directions", (d) => d.orderBy("a", "b", { ascending: [true] })],
    ["a fractional limit", (d) => d.limit(1.5)],
    ["coalesce to 0 partitions", (d) => d.coalesce(0)],
    ["repartition to 0 partitions", (d) => d.repartition(0)],
    ["repartition without arguments", (d) => d.repartition()],
    [
      "repartitionByRange without columns",
      (d) => d.repartitionByRange(...([2] as unknown as [string])),
    ],
    ["repartitionById to 1.5 partitions", (d) => d.repartitionById(1.5, "id")],
    ["dropDuplicates by a Column", (d) => d.dropDuplicates(col("a") as never)],
    ["an unknown join type", (d) => d.join(d, "id", "sideways" as never)],
    ["a join on names and Columns", (d) => d.join(d, ["id", col("a")] as never)],
    ["a full lateral join", (d) => d.lateralJoin(d, lit(true), "full")],
    ["an unknown direction", (d) => d.joinAsOf(d, "id", "id", { direction: "up" as never })],
    [
      "too many results",
      (d) =>
        d.nearestByJoin(d, abs("id"), {
          numResults: 100_001,
          mode: "exact",
          direction: "distance",
        }),
    ],
    ["a sample of more than all", (d) => d.sample(1.5)],
    ["a sample of nothing known", (d) => d.sample(Number.NaN)],
    ["a seed past 64 bits", (d) => d.sample(0.5, { seed: 2n ** 63n })],
    ["splits of no weight", (d) => d.randomSplit([0, 0])],
    ["splits of a negative weight", (d) => d.randomSplit([2, -1])],
    ["strata that JavaScript made text of", (d) => d.sampleBy("id", { 0: 0.5 })],
    ["a stratum's fraction above 1", (d) => d.sampleBy("id", new Map([[0, 2]]))],
    ["filling nulls with null", (d) => d.fillna(null as never)],
    ["filling no column", (d) => d.fillna({})],
    ["dropping rows in an unknown way", (d) => d.dropna("some" as never)],
    ["replacing without a value", (d) => d.replace(...([1] as unknown as [number, number]))],
    ["replacing text by numbers", (d) => d.replace("a", 1)],
    ["replacing two by three", (d) => d.replace([1, 2], [1, 2, 3])],
    ["replacing what no DOUBLE holds", (d) => d.replace(2n ** 53n + 1n, 0)],
    ["replacing keys that JavaScript made text of", (d) => d.replace({ 1: 2 })],
    ["freqItems of no share", (d) => d.freqItems(["id"], 0)],
    ["a hint of an object", (d) => d.hint("x", {} as never)],
    ["observing nothing", (d) => d.observe("m", ...([] as unknown as [Column]))],
    ["observing under no name", (d) => d.observe(" ", sum("id"))],
    ["agg of nothing", (d) => d.agg(...([] as unknown as [Column]))],
    ["sum of no column", (d) => d.groupBy("id").sum()],
    ["pivot after rollup", (d) => d.rollup("id").pivot("id")],
    ["two partitionings of a table", (d) => d.asTable().partitionBy("id").withSinglePartition()],
    ["an order before the partitions", (d) => d.asTable().orderBy("id")],
  ])("throw an ArgumentError before the first request: %s", (_name, call) => {
    expect(() => call(df)).toThrow(ArgumentError);
    expect(server.calls).toEqual([]);
  });

  it.each<readonly [string, (df: DataFrame) => Promise<unknown>]>([
    ["approxQuantile above 1", (d) => d.approxQuantile("id", [2], 0)],
    ["approxQuantile with a negative error", (d) => d.approxQuantile("id", [0.5], -1)],
    ["an unknown correlation", (d) => d.corr("id", "id", "spearman" as never)],
    ["an unknown explain mode", (d) => d.explainString("loud" as never)],
    ["show of 1.5 rows", (d) => d.showString({ numRows: 1.5 })],
    ["get() of an unused Observation", () => new Observation().get()],
  ])("reject with an ArgumentError before the first request: %s", async (_name, call) => {
    await expect((async () => call(df))()).rejects.toBeInstanceOf(ArgumentError);
    expect(server.calls).toEqual([]);
  });

  it("refuse a DataFrame of another session", () => {
    const stranger = rangeOf(offlineContext(server, "4.3.0"));
    for (const call of [
      () => df.join(stranger),
      () => df.union(stranger),
      () => df.zip(stranger),
      () => df.lateralJoin(stranger),
      () => df.joinAsOf(stranger, "id", "id"),
    ]) {
      expect(call).toThrow(/another session/);
    }
  });

  it("refuse a subquery of another session at any depth of an expression", () => {
    const stranger = rangeOf(offlineContext(server, "4.3.0"));
    const own = offlineContext(server, "4.3.0");
    const mine = rangeOf(own);
    const isIn = col("id").isin(stranger);
    for (const call of [
      () => mine.filter(isIn),
      () => mine.filter(col("id").isin(mine).and(isIn.not())),
      () => mine.select(stranger.scalar().plus(1).alias("x")),
      () => mine.filter(stranger.exists()),
      () => mine.withColumn("x", when(isIn, 1).otherwise(2)),
      () => mine.groupBy("id").agg(sum(stranger.scalar())),
      () => mine.orderBy(stranger.scalar().desc()),
      () => mine.join(rangeOf(own), isIn),
      () => new TableValuedFunctions(own).explode(stranger.scalar()),
      () => mine.select(call_function("f", stranger.asTable().partitionBy("id") as never)),
    ]) {
      expect(call).toThrow(/subquery belongs to another session/);
    }
    expect(() => mine.filter(col("id").isin(rangeOf(own)))).not.toThrow();
  });

  it("refuse a subquery of another session, in every method that takes columns", () => {
    const stranger = rangeOf(offlineContext(server, "4.3.0"));
    const own = offlineContext(server, "4.3.0");
    const mine = rangeOf(own);
    const value = stranger.scalar();
    const test = value.gt(1);
    let chain = test;
    for (let i = 0; i < 600; i += 1) chain = chain.or(col("id").eq(i));
    const calls: Readonly<Record<string, () => unknown>> = {
      "filter by a long chain": () => mine.filter(chain),
      observe: () => mine.observe("m", sum(value)),
      "observe with an Observation": () => mine.observe(new Observation(), sum(value)),
      sampleBy: () => mine.sampleBy(value, new Map([[1, 0.5]])),
      "stat.sampleBy": () => mine.stat.sampleBy(value, new Map([[1, 0.5]])),
      unpivot: () => mine.unpivot("id", [value], "n", "v"),
      transpose: () => mine.transpose(value),
      repartition: () => mine.repartition(2, value),
      repartitionByRange: () => mine.repartitionByRange(2, value),
      repartitionById: () => mine.repartitionById(2, value),
      sortWithinPartitions: () => mine.sortWithinPartitions(value),
      withColumns: () => mine.withColumns({ a: value }),
      drop: () => mine.drop(value),
      hint: () => mine.hint("rebalance", value),
      groupBy: () => mine.groupBy(value).count(),
      rollup: () => mine.rollup(value).count(),
      groupingSets: () => mine.groupingSets([[value]], value).count(),
      "a window": () => mine.select(sum("id").over(Window.partitionBy(value))),
      "the order of a window": () => mine.select(sum("id").over(Window.orderBy(value))),
      lateralJoin: () => mine.lateralJoin(rangeOf(own), test),
      joinAsOf: () => mine.joinAsOf(rangeOf(own), "id", value),
      nearestByJoin: () =>
        mine.nearestByJoin(rangeOf(own), value, {
          numResults: 1,
          mode: "exact",
          direction: "distance",
        }),
    };
    for (const [name, call] of Object.entries(calls))
      expect(call, name).toThrow(/subquery belongs to another session/);
  });

  it.each<readonly [string, (df: DataFrame, value: Column) => Promise<unknown>]>([
    ["overwrite()", (d, value) => d.writeTo("t").overwrite(value.gt(1))],
    ["partitionedBy()", (d, value) => d.writeTo("t").partitionedBy(value).create()],
    [
      "a later column of partitionedBy()",
      (d, value) => d.writeTo("t").partitionedBy("id", value).createOrReplace(),
    ],
    ["mergeInto()", (d, value) => d.mergeInto("t", value.gt(1)).whenMatched().delete().merge()],
    [
      "whenMatched()",
      (d, value) => d.mergeInto("t", lit(true)).whenMatched(value.gt(1)).delete().merge(),
    ],
    [
      "update()",
      (d, value) => d.mergeInto("t", lit(true)).whenMatched().update({ id: value }).merge(),
    ],
    [
      "whenNotMatched()",
      (d, value) => d.mergeInto("t", lit(true)).whenNotMatched(value.gt(1)).insertAll().merge(),
    ],
    [
      "insert()",
      (d, value) => d.mergeInto("t", lit(true)).whenNotMatched().insert({ id: value }).merge(),
    ],
    [
      "whenNotMatchedBySource()",
      (d, value) =>
        d.mergeInto("t", lit(true)).whenNotMatchedBySource(value.gt(1)).delete().merge(),
    ],
  ])("refuse a subquery in a command before the first request: %s", async (_name, call) => {
    const own = offlineContext(server, "4.3.0");
    const stranger = rangeOf(offlineContext(server, "4.3.0"));
    const mine = rangeOf(own);
    for (const [df, message] of [
      [stranger, /^The DataFrame of the subquery belongs to another session/],
      [rangeOf(own), /does not support a subquery in .*collect/i],
    ] as const) {
      for (const value of [df.scalar(), when(df.exists(), 1), col("id").isin(df).cast("int")]) {
        const refused = call(mine, value);
        await expect(refused).rejects.toThrow(ArgumentError);
        await expect(refused).rejects.toThrow(message);
      }
    }
    expect(server.calls).toEqual([]);
  });

  it.each<readonly [string, (df: DataFrame, value: Column) => unknown]>([
    ["sampleBy()", (d, value) => d.sampleBy(value, new Map([[1, 0.5]]))],
    ["joinAsOf()", (d, value) => d.joinAsOf(d.toDF("r"), "id", value)],
    ["joinAsOf()", (d, value) => d.joinAsOf(d.toDF("r"), "id", "r", { tolerance: value })],
    [
      "nearestByJoin()",
      (d, value) =>
        d.nearestByJoin(d, value, { numResults: 1, mode: "exact", direction: "distance" }),
    ],
  ])("refuse a subquery in an argument that Spark cannot resolve: %s", (name, call) => {
    const refused = () => call(df, df.scalar());
    expect(refused).toThrow(ArgumentError);
    expect(refused).toThrow(
      `does not support a subquery in ${name}. Add the subquery as a column with withColumn() first`,
    );
    expect(() => call(df, lit(1))).not.toThrow();
  });

  it("give relations plan ids that are unique across sessions", () => {
    const [one, other] = ["4.3.0", "4.3.0"].map((version) =>
      rangeOf(offlineContext(server, version)),
    );
    const ids = [one, other, one?.limit(1), other?.limit(1)].map(
      (df) => df?.relation.common?.planId,
    );
    expect(new Set(ids).size).toBe(4);
  });

  it("refuse an Observation that already observes a DataFrame", () => {
    const observation = new Observation("once");
    df.observe(observation, sum("id"));
    expect(() => df.observe(observation, sum("id"))).toThrow(/once already observes a DataFrame/);
    expect(() => new Observation("")).toThrow(ArgumentError);
  });
});

describe("methods that need a newer server", () => {
  it.each<readonly [string, string, string, (df: DataFrame) => unknown]>([
    ["repartitionById()", "4.0.3", "4.1", (d) => d.repartitionById(2, "id")],
    ["isin() with a DataFrame", "4.0.3", "4.1", (d) => col("id").isin(d)],
    ["zipWithIndex()", "4.1.1", "4.2", (d) => d.zipWithIndex()],
    ["zip()", "4.2.1", "4.3", (d) => d.zip(d)],
    [
      "nearestByJoin()",
      "4.1.1",
      "4.2",
      (d) => d.nearestByJoin(d, lit(1), { numResults: 1, mode: "exact", direction: "distance" }),
    ],
  ])(
    "%s on Spark %s throws an error that names the method and Spark %s",
    async (name, version, needed, call) => {
      using server = await FakeSparkServer.start();
      const df = rangeOf(offlineContext(server, version));
      expect(() => call(df)).toThrow(UnsupportedOperationException);
      expect(() => call(df)).toThrow(`${name} needs Spark ${needed} or newer`);
      expect(server.calls).toEqual([]);
    },
  );

  it("python_worker_logs() on Spark 4.0 throws an error that names the method and Spark 4.1", async () => {
    using server = await FakeSparkServer.start();
    const context = offlineContext(server, "4.0.3");
    const functions = new TableValuedFunctions(context);
    expect(() => functions.python_worker_logs()).toThrow("python_worker_logs() needs Spark 4.1");
    expect(() => functions.json_tuple(lit("{}"))).toThrow(ArgumentError);
    expect(functions.explode(array(lit(1))).plan()).toContain("array(1)");
  });
});
