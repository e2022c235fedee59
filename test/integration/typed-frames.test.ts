// Typed chains of callbacks return the rows that their types promise.
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import * as F from "../../src/functions/index.js";
import {
  DecimalType,
  DoubleType,
  IntegerType,
  LongType,
  StringType,
  StructField,
  StructType,
  type DataFrame,
  type SparkSession,
} from "../../src/index.js";
import { connect } from "./support.js";

const priceSchema = new StructType([
  StructField("coin", StringType()),
  StructField("usd_price", DoubleType()),
  StructField("ts_ingest", LongType()),
]);
type Price = { coin: string | null; usd_price: number | null; ts_ingest: bigint | null };
const coinSchema = new StructType([
  StructField("coin", StringType(), false),
  StructField("name", StringType(), false),
  StructField("rank", IntegerType()),
]);
type Coin = { coin: string; name: string; rank: number | null };

describe("typed DataFrames on a real Spark", () => {
  let spark: SparkSession;
  let prices: DataFrame<Price>;
  let coins: DataFrame<Coin>;
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.shuffle.partitions", 2);
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
    prices = spark.createDataFrame(
      [
        ["btc", 110.5, 1_700_000_000n],
        ["btc", 120.25, 1_700_000_060n],
        ["btc", 130, 1_700_100_000n],
        ["eth", 99, 1_700_000_000n],
        ["eth", 101, null],
        ["doge", null, 1_700_000_000n],
      ],
      priceSchema,
    );
    coins = spark.createDataFrame(
      [
        ["btc", "Bitcoin", 1],
        ["ada", "Cardano", null],
      ],
      coinSchema,
    );
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("filter, group, aggregate and select by callbacks", async () => {
    const byCoin = prices
      .filter((p) => p.usd_price.gt(100))
      .withColumn("day", (p) => F.to_date(F.timestamp_seconds(p.ts_ingest)))
      .groupBy("coin", "day")
      .agg((p) => ({ high: F.max(p.usd_price), polls: F.count("*") }))
      .select((p) => ({
        coin: p.coin,
        day: p.day,
        high: p.high.cast(DecimalType(18, 2)),
        polls: p.polls,
      }))
      .orderBy("coin", (p) => p.day.asc_nulls_last());
    const rows: object[] = [];
    for await (const row of byCoin.toLocalIterator()) {
      expectTypeOf(row.coin).toEqualTypeOf<string | null>();
      expectTypeOf(row.high).toEqualTypeOf<string | null>();
      rows.push(row);
    }
    expect(rows).toEqual([
      { coin: "btc", day: "2023-11-14", high: "120.25", polls: 2n },
      { coin: "btc", day: "2023-11-16", high: "130.00", polls: 1n },
      { coin: "eth", day: null, high: "101.00", polls: 1n },
    ]);
  });

  it("tell the sides of a self-join apart, by alias", async () => {
    const pairs = prices
      .alias("earlier")
      .join(prices.alias("later"), (l, r) => [l.coin.eq(r.coin), l.ts_ingest.lt(r.ts_ingest)])
      .filter((l, r) => r.usd_price.gt(l.usd_price))
      .select((l, r) => ({ coin: l.coin, before: l.usd_price, after: r.usd_price }))
      .orderBy("before", "after");
    const rows = await pairs.collect();
    expectTypeOf(rows).toEqualTypeOf<
      { coin: string | null; before: number | null; after: number | null }[]
    >();
    expect(rows).toEqual([
      { coin: "btc", before: 110.5, after: 120.25 },
      { coin: "btc", before: 110.5, after: 130 },
      { coin: "btc", before: 120.25, after: 130 },
    ]);
  });

  it("refuse a self-join without aliases, which Spark cannot tell apart", async () => {
    const joined = prices.join(prices, (l, r) => l.coin.eq(r.coin));
    await expect(joined.collect()).rejects.toThrow("AMBIGUOUS_COLUMN_REFERENCE");
  });

  it("have null on each side of an outer join that has no row", async () => {
    const latest = prices.groupBy("coin").agg((p) => ({ at: F.max(p.ts_ingest) }));
    const joined = latest.join(coins, (l, c) => l.coin.eq(c.coin), "full_outer");
    const rows = await joined
      .select((l, c) => ({ left: l.coin, right: c.coin, name: c.name }))
      .orderBy((j) => [j.left, j.right])
      .collect();
    expectTypeOf(rows).toEqualTypeOf<
      { left: string | null; right: string | null; name: string | null }[]
    >();
    expect(rows).toEqual([
      { left: null, right: "ada", name: "Cardano" },
      { left: "btc", right: "btc", name: "Bitcoin" },
      { left: "doge", right: null, name: null },
      { left: "eth", right: null, name: null },
    ]);
  });

  it("have a using column once: the value of either side in a full join", async () => {
    const counts = prices.groupBy("coin").count();
    const rows = await counts.join(coins, "coin", "full").orderBy("coin").collect();
    expectTypeOf(rows).toEqualTypeOf<
      { coin: string | null; count: bigint | null; name: string | null; rank: number | null }[]
    >();
    expect(rows).toEqual([
      { coin: "ada", count: null, name: "Cardano", rank: null },
      { coin: "btc", count: 3n, name: "Bitcoin", rank: 1 },
      { coin: "doge", count: 1n, name: null, rank: null },
      { coin: "eth", count: 2n, name: null, rank: null },
    ]);
  });

  it("name sums and nested columns as their types say", async () => {
    const nested = prices
      .select((p) => ({ payload: F.struct(p.coin, p.usd_price), "unit.price": p.usd_price }))
      .assumeRows<{
        payload: { coin: string | null; usd_price: number | null };
        "unit.price": number | null;
      }>();
    const sums = nested.groupBy("payload.coin").sum("payload.usd_price", "`unit.price`");
    expectTypeOf(sums).toEqualTypeOf<
      DataFrame<{
        coin: string | null;
        "sum(payload.usd_price)": number | bigint | null;
        "sum(unit.price)": number | bigint | null;
      }>
    >();
    expect(await sums.columns()).toEqual(["coin", "sum(payload.usd_price)", "sum(unit.price)"]);
    expect(await nested.select((n) => ({ "unit.price": n["unit.price"] })).columns()).toEqual([
      "unit.price",
    ]);
  });

  it("read text as numbers in a union with numbers", async () => {
    const texts = coins.select((c) => ({ value: c.rank.cast(StringType()) }));
    const numbers = coins.select((c) => ({ value: c.rank }));
    const rows = await texts
      .unionByName(numbers)
      .filter((v) => v.value.isNotNull())
      .collect();
    expectTypeOf(rows).toEqualTypeOf<{ value: string | number | bigint | null }[]>();
    expect(rows).toEqual([{ value: 1n }, { value: 1n }]);
  });
});
