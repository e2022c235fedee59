import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  DecimalType,
  LongType,
  SparkSession,
  StructField,
  StructType,
  TimestampType,
  type ArrayRow,
  type DataFrame,
  type NullableRowOfSchema,
  type ObjectRow,
  type RowOfSchema,
  type Timestamp,
} from "../../../src/index.js";
import { col, count } from "../../../src/functions/index.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";

const schema = new StructType([
  StructField("id", LongType(), false),
  StructField("total", DecimalType(10, 2)),
  StructField("at", TimestampType(), false),
]);
type Order = { id: bigint; total: string | null; at: Timestamp };
type NullableOrder = { id: bigint | null; total: string | null; at: Timestamp | null };

let server: FakeSparkServer;
let spark: SparkSession;
beforeEach(async () => {
  server = await FakeSparkServer.start({
    analyzePlan: () => ({ result: { case: "sparkVersion", value: { version: "4.3.0" } } }),
    config: () => ({}),
  });
  spark = await SparkSession.builder().remote(server.remote).create();
});
afterEach(async () => {
  await spark.stop();
  server[Symbol.dispose]();
});

describe("a DataFrame with a StructType", () => {
  it("has the schema's row type if the schema describes the data exactly", () => {
    expectTypeOf<RowOfSchema<typeof schema>>().toEqualTypeOf<Order>();
    expectTypeOf(spark.createDataFrame([], schema)).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(spark.emptyDataFrame(schema)).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(spark.range(3).to(schema)).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(() => spark.createDataFrameFrom([], schema)).returns.resolves.toEqualTypeOf<
      DataFrame<Order>
    >();
  });

  it("has the schema's row type with every column nullable if a reader applies the schema", () => {
    expectTypeOf<NullableRowOfSchema<typeof schema>>().toEqualTypeOf<NullableOrder>();
    type Read = DataFrame<NullableOrder>;
    const read = spark.read.format("json").schema(schema).option("mode", "FAILFAST");
    expectTypeOf(read.load("/data")).toEqualTypeOf<Read>();
    expectTypeOf(read.json("/a", "/b")).toEqualTypeOf<Read>();
    expectTypeOf(read.csv("/a", { header: true })).toEqualTypeOf<Read>();
    expectTypeOf(read.parquet("/a", { mergeSchema: true })).toEqualTypeOf<Read>();
    type X = DataFrame<{ x: number | null }>;
    expectTypeOf(read.csv("/a", { schema: "x INT NOT NULL" })).toEqualTypeOf<X>();
    expectTypeOf(read.schema("x INT NOT NULL").load("/a")).toEqualTypeOf<X>();
    expectTypeOf(read.json("/a", { schema })).toEqualTypeOf<Read>();
    expectTypeOf(read.table("t")).toEqualTypeOf<DataFrame>();
  });

  it("has ObjectRows if TypeScript does not know the schema", () => {
    const ddl: string = "id BIGINT";
    expectTypeOf(spark.createDataFrame([[1]], ddl)).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.createDataFrame([[1]], "id BIGINT DEFAULT 1")).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.createDataFrame([[1]], ["id"])).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.createDataFrame([1], LongType())).toEqualTypeOf<DataFrame>();
    const either = ["id BIGINT", StructType.fromDDL("id BIGINT")][0] ?? "";
    expectTypeOf(spark.createDataFrame([[1]], either)).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.emptyDataFrame()).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.emptyDataFrame(ddl)).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.read.schema(ddl).load("/a")).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.read.json("/a", { schema: ddl })).toEqualTypeOf<DataFrame>();
    expectTypeOf(() => spark.sql("SELECT 1")).returns.resolves.toEqualTypeOf<DataFrame>();
  });

  it("keeps the row type in methods that do not change rows", () => {
    const df = spark.createDataFrame([], schema);
    const same: readonly DataFrame<Order>[] = [
      df.filter("id > 1"),
      df.where(col("id").gt(1)),
      df.orderBy("id"),
      df.sort("id"),
      df.sortWithinPartitions("id"),
      df.limit(1),
      df.offset(1),
      df.distinct(),
      df.dropDuplicates("id"),
      df.dropDuplicatesWithinWatermark("id"),
      df.alias("o"),
      df.hint("broadcast"),
      df.repartition(2),
      df.repartition("id"),
      df.repartitionByRange(2, "id"),
      df.repartitionById(2, "id"),
      df.coalesce(1),
      df.sample(0.5),
      ...df.randomSplit([1, 2]),
      df.withMetadata("id", {}),
      df.withWatermark("at", "1 minute"),
      df.observe("seen", count("*")),
      df.union(df),
      df.unionAll(df),
      df.unionByName(df),
      df.intersect(df),
      df.intersectAll(df),
      df.subtract(spark.range(3)),
      df.exceptAll(spark.range(3)),
      df.transform((orders) => orders.filter("id > 1")),
    ];
    expect(same).toHaveLength(31);
    expectTypeOf(() => df.cache()).returns.resolves.toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(() => df.persist()).returns.resolves.toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(() => df.checkpoint()).returns.resolves.toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(() => df.localCheckpoint()).returns.resolves.toEqualTypeOf<DataFrame<Order>>();
  });

  it("returns its row type from every action, and ObjectRow if options change the values' forms", () => {
    const df = spark.createDataFrame([], schema);
    const signal = AbortSignal.timeout(1_000_000);
    expectTypeOf(() => df.collect()).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.collect({ signal })).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.collect({ int64: "bigint" })).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.first()).returns.resolves.toEqualTypeOf<Order | undefined>();
    expectTypeOf(() => df.head()).returns.resolves.toEqualTypeOf<Order | undefined>();
    expectTypeOf(() => df.head(2)).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.take(2)).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.tail(2)).returns.resolves.toEqualTypeOf<Order[]>();
    expectTypeOf(() => df.toLocalIterator()).returns.toEqualTypeOf<
      AsyncGenerator<Order, void, undefined>
    >();

    expectTypeOf(() => df.toColumns()).returns.resolves.toEqualTypeOf<{
      [Name in keyof Order]: Order[Name][];
    }>();
    expectTypeOf(() => df.toColumns({ int64: "number" })).returns.resolves.toEqualTypeOf<
      Record<string, unknown[]>
    >();

    const general = {} as NonNullable<Parameters<DataFrame["collect"]>[0]>;
    expectTypeOf(() => df.collect({ rowMode: "array" })).returns.resolves.toEqualTypeOf<
      ArrayRow[]
    >();
    expectTypeOf(() => df.collect({ int64: "number" })).returns.resolves.toEqualTypeOf<
      ObjectRow[]
    >();
    expectTypeOf(() => df.take(1, { decimal: "number" })).returns.resolves.toEqualTypeOf<
      ObjectRow[]
    >();
    expectTypeOf(() => df.first({ temporal: "date" })).returns.resolves.toEqualTypeOf<
      ObjectRow | undefined
    >();
    expectTypeOf(() => df.collect(general)).returns.resolves.toEqualTypeOf<ObjectRow[]>();
  });

  it("is assignable to a DataFrame without a row type", () => {
    const take = (df: DataFrame): DataFrame => df;
    const df = spark.createDataFrame([], schema);
    expect(take(df)).toBe(df);
    // @ts-expect-error: rows without the columns are not orders
    const orders: DataFrame<Order> = spark.range(3);
    expect(orders).toBeDefined();
  });
});
