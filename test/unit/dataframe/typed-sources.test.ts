import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import type { Timestamp } from "../../../src/index.js";
import {
  LongType,
  SparkSession,
  StructField,
  StructType,
  deltaTable,
  type DataFrame,
  type DataStreamReader,
  type DeltaTable,
} from "../../../src/index.js";
import type { PlainRow } from "../../../src/types/table-row.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";

interface Address {
  readonly city: string;
  readonly zip?: string;
}

declare module "../../../src/types/tables.js" {
  interface Tables {
    "shop.orders": { id: bigint; total: string | null; address: Address };
    "shop.items": { sku: string };
  }
  interface Formats {
    "example-sensors": { sensor: string; value: number | null };
  }
}

type Order = { id: bigint; total: string | null; address: Address };

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

describe("a DataFrame with DDL", () => {
  it("has the row type that createDataFrame(), createDataFrameFrom() and emptyDataFrame() read from the text", () => {
    type Row = { id: bigint; tags: (string | null)[] | null };
    const ddl = "id BIGINT NOT NULL, tags ARRAY<STRING> COMMENT 'free, or none'";
    expectTypeOf(spark.createDataFrame([{ id: 1n }], ddl)).toEqualTypeOf<DataFrame<Row>>();
    expectTypeOf(spark.emptyDataFrame(ddl)).toEqualTypeOf<DataFrame<Row>>();
    expectTypeOf(() => spark.createDataFrameFrom([], ddl)).returns.resolves.toEqualTypeOf<
      DataFrame<Row>
    >();
    // @ts-expect-error: the rows have no column `name`
    const wrong: DataFrame<{ name: string }> = spark.emptyDataFrame(ddl);
    expect(wrong).toBeDefined();
  });

  it("has one column `value` if the text is a single type", () => {
    expectTypeOf(spark.createDataFrame([1, 2], "int")).toEqualTypeOf<
      DataFrame<{ value: number | null }>
    >();
    expectTypeOf(spark.createDataFrame([[1]], "array<int>")).toEqualTypeOf<
      DataFrame<{ value: (number | null)[] | null }>
    >();
    expectTypeOf(spark.createDataFrame([{ a: 1 }], "struct<a: int>")).toEqualTypeOf<
      DataFrame<{ a: number | null }>
    >();
  });

  it("has every column nullable if a reader applies the schema", () => {
    type Read = DataFrame<{ id: bigint | null; at: Timestamp | null }>;
    const schema = "id BIGINT NOT NULL, at TIMESTAMP";
    expectTypeOf(spark.read.schema(schema).parquet("/a")).toEqualTypeOf<Read>();
    expectTypeOf(spark.read.schema(schema).format("json").load("/a")).toEqualTypeOf<Read>();
    expectTypeOf(spark.read.xml("/a", { rowTag: "r", schema })).toEqualTypeOf<Read>();
    expectTypeOf(spark.readStream.schema(schema).parquet("/a")).toEqualTypeOf<Read>();
    expectTypeOf(
      spark.readStream.format("json").schema(schema).option("mode", "FAILFAST").load("/a"),
    ).toEqualTypeOf<Read>();
    expectTypeOf(spark.readStream.csv("/a", { header: true, schema })).toEqualTypeOf<Read>();
    const struct = new StructType([StructField("id", LongType(), false)]);
    expectTypeOf(spark.readStream.json("/a", { schema: struct })).toEqualTypeOf<
      DataFrame<{ id: bigint | null }>
    >();
    // @ts-expect-error: an option that the format does not have
    spark.readStream.csv("/a", { schema, heading: true });
  });
});

describe("createDataFrame() without a schema", () => {
  it("has the types that inferSchema() gives the values, each with null", () => {
    const df = spark.createDataFrame([
      { big: 1n, num: 1, text: "a", flag: true, at: new Date(0), bytes: Buffer.of(1) },
    ]);
    expectTypeOf(df).toEqualTypeOf<
      DataFrame<{
        big: bigint | null;
        num: number | bigint | null;
        text: string | null;
        flag: boolean | null;
        at: Timestamp | null;
        bytes: Uint8Array | null;
      }>
    >();
  });

  it("reads interfaces, optional properties, arrays, maps and structs", () => {
    interface Person {
      readonly name: string;
      readonly nick?: string | undefined;
      readonly address: Address;
      readonly tags: readonly string[];
      readonly scores: ReadonlyMap<string, bigint>;
    }
    const people: readonly Person[] = [
      { name: "a", address: { city: "b" }, tags: ["x"], scores: new Map([["s", 1n]]), nick: "n" },
    ];
    // The type of the rows has an optional field, but the values here lack one that can be inferred.
    const rows = () => spark.createDataFrame(people);
    expectTypeOf(rows).returns.toEqualTypeOf<
      DataFrame<{
        name: string | null;
        nick: string | null;
        address: { city: string | null; zip: string | null } | null;
        tags: (string | null)[] | null;
        scores: Map<string, bigint | null> | null;
      }>
    >();
  });

  it("merges rows with different properties", () => {
    const df = spark.createDataFrame([
      { id: 1n, at: { x: 1n } },
      { id: null, at: { y: "a" }, n: "b" },
    ]);
    expectTypeOf(df).toEqualTypeOf<
      DataFrame<{
        id: bigint | null;
        at: { x: bigint | null; y: string | null } | null;
        n: string | null;
      }>
    >();
  });

  it("has the element types of columns and typed arrays", () => {
    const df = spark.createDataFrame({
      id: [1n, null],
      small: Int16Array.of(1, 2),
      unsigned: Uint32Array.of(1, 2),
      large: BigInt64Array.of(1n, 2n),
      larger: BigUint64Array.of(1n, 2n),
    });
    expectTypeOf(df).toEqualTypeOf<
      DataFrame<{
        id: bigint | null;
        small: number | null;
        unsigned: bigint | null;
        large: bigint | null;
        larger: string | null;
      }>
    >();
  });

  it("has ObjectRows for rows that TypeScript does not know", () => {
    const unknown: unknown[] = [{ id: 1 }];
    expectTypeOf(spark.createDataFrame(unknown)).toEqualTypeOf<DataFrame>();
    const records: Record<string, unknown>[] = [{ id: 1 }];
    expectTypeOf(spark.createDataFrame(records)).toEqualTypeOf<DataFrame>();
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Rows from untyped code.
    const any: any[] = [{ id: 1 }];
    expectTypeOf(spark.createDataFrame(any)).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.createDataFrame([[1, "a"]])).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.createDataFrame([1, 2])).toEqualTypeOf<DataFrame>();
  });
});

describe("range()", () => {
  it("has a column id that is never null", () => {
    expectTypeOf(spark.range(3)).toEqualTypeOf<DataFrame<{ id: bigint }>>();
  });
});

describe("a table that is declared in Tables", () => {
  it("has the declared rows wherever a DataFrame of it is made", () => {
    expectTypeOf(spark.table("shop.orders")).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(spark.read.table("shop.orders")).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(spark.readStream.table("shop.orders")).toEqualTypeOf<DataFrame<Order>>();
    const delta = deltaTable(spark, "shop.orders");
    expectTypeOf(delta).toEqualTypeOf<DeltaTable<Order>>();
    expectTypeOf(delta.toDF()).toEqualTypeOf<DataFrame<Order>>();
    expectTypeOf(delta.alias("t").toDF()).toEqualTypeOf<DataFrame<Order>>();
    // @ts-expect-error: the items have no total
    const wrong: DataFrame<{ total: string }> = spark.table("shop.items");
    expect(wrong).toBeDefined();
  });

  it("has ObjectRows under any other name", () => {
    const name: string = "shop.orders";
    expectTypeOf(spark.table(name)).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.table("shop.order")).toEqualTypeOf<DataFrame>();
    expectTypeOf(spark.readStream.table("other")).toEqualTypeOf<DataFrame>();
    expectTypeOf(deltaTable(spark, "/data/orders")).toEqualTypeOf<DeltaTable>();
    // @ts-expect-error: a name is text
    expect(() => spark.table(1)).not.toThrow();
  });

  it("has ObjectRows if the reader returns the changes of the table, which have more columns", () => {
    const changes = spark.read.option("readChangeFeed", true).option("startingVersion", 0);
    expectTypeOf(changes.table("shop.orders")).toEqualTypeOf<DataFrame>();
    const options = { readChangeFeed: true, startingVersion: 0 };
    expectTypeOf(spark.readStream.options(options).table("shop.orders")).toEqualTypeOf<DataFrame>();
    expectTypeOf(
      spark.readStream.option("maxFilesPerTrigger", 1).table("shop.orders"),
    ).toEqualTypeOf<DataFrame<Order>>();
  });

  it("keeps its rows if its schema is verified, and has those of a schema that is given", () => {
    expectTypeOf(() => spark.table("shop.orders", { verify: true })).returns.resolves.toEqualTypeOf<
      DataFrame<Order>
    >();
    expectTypeOf(() =>
      spark.table("shop.orders", { verify: "id bigint not null" }),
    ).returns.resolves.toEqualTypeOf<DataFrame<{ id: bigint }>>();
    const schema = new StructType([StructField("id", LongType(), false)]);
    expectTypeOf(() => spark.table("other", { verify: schema })).returns.resolves.toEqualTypeOf<
      DataFrame<{ id: bigint }>
    >();
    // @ts-expect-error: without the check, leave the options out
    expectTypeOf(() => spark.table("shop.orders", { verify: false })).toBeFunction();
  });

  it("may be an interface", () => {
    expectTypeOf<PlainRow<Address>>().toEqualTypeOf<{
      readonly city: string;
      readonly zip?: string;
    }>();
  });
});

describe("a data source that is declared in Formats or that the package knows", () => {
  type Price = { coin: string | null; usd_price: number | null; ts_ingest: bigint | null };

  it("has the declared rows", () => {
    expectTypeOf(spark.readStream.format("coingecko").load()).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(spark.read.format("coingecko").option("coins", "bitcoin").load()).toEqualTypeOf<
      DataFrame<Price>
    >();
    expectTypeOf(spark.readStream.format("weather").load()).toEqualTypeOf<
      DataFrame<{
        station: string | null;
        temperature_2m: number | null;
        relative_humidity_2m: number | null;
        ts_ingest: bigint | null;
      }>
    >();
    type Rate = DataFrame<{ timestamp: Timestamp | null; value: bigint | null }>;
    expectTypeOf(spark.readStream.format("rate").load()).toEqualTypeOf<Rate>();
    expectTypeOf(spark.readStream.format("rate-micro-batch").load()).toEqualTypeOf<Rate>();
    expectTypeOf(spark.read.format("example-sensors").load()).toEqualTypeOf<
      DataFrame<{ sensor: string; value: number | null }>
    >();
    // @ts-expect-error: a price can be null
    const wrong: DataFrame<{ usd_price: number }> = spark.read.format("coingecko").load();
    expect(wrong).toBeDefined();
  });

  it("has ObjectRows under any other name", () => {
    expectTypeOf(spark.read.format("delta").load("/a")).toEqualTypeOf<DataFrame>();
    const format: string = "coingecko";
    expectTypeOf(spark.readStream.format(format)).toEqualTypeOf<DataStreamReader>();
  });
});
