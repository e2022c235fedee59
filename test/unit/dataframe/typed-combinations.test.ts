// The row types of groups, joins and unions. The compiler is the test.
/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-class-instance-assignment -- Code that must not compile has no types. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { col, lit } from "../../../src/functions/index.js";
import {
  BooleanType,
  LongType,
  type Column,
  type DataFrame,
  type GroupedData,
  type NamedColumn,
} from "../../../src/index.js";
import {
  refused,
  typedFrames,
  type Coin,
  type Order,
  type Price,
  type TypedFrames,
} from "../support/typed-frames.js";

let frames: TypedFrames;
let prices: DataFrame<Price>;
let coins: DataFrame<Coin>;
let orders: DataFrame<Order>;
let open: DataFrame;
/** An aggregate: a Column of BIGINT or null. */
const polls: NamedColumn<bigint | null, "polls"> = lit(1).cast(LongType()).alias("polls");
beforeAll(async () => {
  frames = await typedFrames();
  ({ prices, coins, orders, open } = frames);
});
afterAll(() => frames.stop());

describe("groups of a typed DataFrame", () => {
  it("have keys by name, Column or callback, and check names", () => {
    expectTypeOf(prices.groupBy("coin")).toEqualTypeOf<
      GroupedData<Price, { coin: string | null }>
    >();
    expectTypeOf(prices.groupby(["coin"]).count()).toEqualTypeOf<
      DataFrame<{ coin: string | null; count: bigint }>
    >();
    expectTypeOf(prices.groupBy("coin", prices.col("ts_ingest")).count()).toEqualTypeOf<
      DataFrame<{ coin: string | null; ts_ingest: bigint | null; count: bigint }>
    >();
    expectTypeOf(prices.groupBy((p) => p.coin).count()).toEqualTypeOf<
      DataFrame<{ coin: string | null; count: bigint }>
    >();
    expectTypeOf(prices.groupBy((p) => ({ high: p.usd_price.gt(1) })).count()).toEqualTypeOf<
      DataFrame<{ high: boolean | null; count: bigint }>
    >();
    expectTypeOf(
      prices.groupBy((p) => [p.coin, p.usd_price.gt(1).alias("h")]).count(),
    ).toEqualTypeOf<DataFrame<{ coin: string | null; h: boolean | null; count: bigint }>>();
    expectTypeOf(orders.groupBy("payload.id").count()).toEqualTypeOf<
      DataFrame<{ id: bigint | null; count: bigint }>
    >();
    expectTypeOf(prices.groupBy().count()).toEqualTypeOf<DataFrame<{ count: bigint }>>();
    expectTypeOf(prices.groupBy(col("anything")).count()).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; count: bigint }>
    >();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.groupBy("coiin"),
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.groupBy((p) => p.coiin),
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.rollup("coiin"),
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.cube("coin", "coiin"),
      // @ts-expect-error -- a column of a set is misspelt
      () => prices.groupingSets([["coiin"]], "coin"),
      // @ts-expect-error -- a key is misspelt
      () => prices.groupingSets([["coin"]], "coiin"),
    );
  });

  it("of rollup(), cube() and groupingSets() have keys that can be null", () => {
    type Counted = DataFrame<{ name: string | null; count: bigint }>;
    expectTypeOf(coins.rollup("name").count()).toEqualTypeOf<Counted>();
    expectTypeOf(coins.cube((c) => c.name).count()).toEqualTypeOf<Counted>();
    expectTypeOf(coins.groupingSets([["name"], []], "name").count()).toEqualTypeOf<Counted>();
  });

  it("aggregate by Columns and by callbacks", () => {
    expectTypeOf(coins.groupBy("name").agg(polls)).toEqualTypeOf<
      DataFrame<{ name: string; polls: bigint | null }>
    >();
    expectTypeOf(coins.groupBy("name").agg((c) => ({ rank: c.rank, p: polls }))).toEqualTypeOf<
      DataFrame<{ name: string; rank: number | null; p: bigint | null }>
    >();
    expectTypeOf(coins.groupBy("name").agg((c) => c.rank.alias("top"), polls)).toEqualTypeOf<
      DataFrame<{ name: string; top: number | null; polls: bigint | null }>
    >();
    expectTypeOf(coins.agg((c) => [c.rank.alias("top"), polls])).toEqualTypeOf<
      DataFrame<{ top: number | null; polls: bigint | null }>
    >();
    expectTypeOf(coins.groupBy("name").agg({ rank: "sum" })).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; name: string }>
    >();
    refused(
      // @ts-expect-error -- agg() needs an aggregate
      () => coins.groupBy("name").agg(),
      // @ts-expect-error -- "rnk" is misspelt
      () => coins.groupBy("name").agg((c) => ({ top: c.rnk })),
      // @ts-expect-error -- "rnk" is misspelt
      () => coins.groupBy("name").agg({ rnk: "sum" }),
      // @ts-expect-error -- a name is not an aggregate
      () => coins.groupBy("name").agg("rank"),
    );
  });

  it("have columns such as sum(total) for the methods that take names", () => {
    const byCoin = prices.groupBy("coin");
    type Key = { coin: string | null };
    expectTypeOf(byCoin.sum("usd_price", "ts_ingest")).toEqualTypeOf<
      DataFrame<{
        coin: string | null;
        "sum(usd_price)": number | bigint | null;
        "sum(ts_ingest)": bigint | null;
      }>
    >();
    expectTypeOf(byCoin.avg("ts_ingest")).toEqualTypeOf<
      DataFrame<{ coin: string | null; "avg(ts_ingest)": number | null }>
    >();
    expectTypeOf(byCoin.mean(["ts_ingest"])).toEqualTypeOf<
      DataFrame<{ coin: string | null; "avg(ts_ingest)": number | null }>
    >();
    expectTypeOf(byCoin.min("usd_price")).toEqualTypeOf<
      DataFrame<{ coin: string | null; "min(usd_price)": number | null }>
    >();
    expectTypeOf(byCoin.max("ts_ingest")).toEqualTypeOf<
      DataFrame<{ coin: string | null; "max(ts_ingest)": bigint | null }>
    >();
    expectTypeOf(byCoin.count().select("coin")).toEqualTypeOf<DataFrame<Key>>();
    refused(
      // @ts-expect-error -- "usd" is misspelt
      () => byCoin.sum("usd"),
      // @ts-expect-error -- "usd" is misspelt
      () => byCoin.avg("usd"),
      // @ts-expect-error -- "usd" is misspelt
      () => byCoin.min("coin", "usd"),
      // @ts-expect-error -- "usd" is misspelt
      () => byCoin.max(["usd"]),
    );
  });

  it("name aggregates as Spark does, without backticks", () => {
    expectTypeOf(orders.groupBy().max("`unit.price`", "payload.id")).toEqualTypeOf<
      DataFrame<{ "max(unit.price)": number | null; "max(payload.id)": bigint | null }>
    >();
    // Spark writes max(labels[eu]).
    expectTypeOf(orders.groupBy().max("labels.eu")).toEqualTypeOf<
      DataFrame<{ [name: `max(${string})`]: number | null }>
    >();
  });

  it("have the listed values of pivot() as columns", () => {
    const byName = coins.groupBy("name");
    expectTypeOf(byName.pivot("rank", [1, 2]).count()).toEqualTypeOf<
      DataFrame<{ name: string; 1: bigint | null; 2: bigint | null }>
    >();
    expectTypeOf(byName.pivot("coin", ["btc", "eth"]).agg(polls)).toEqualTypeOf<
      DataFrame<{ name: string; btc: bigint | null; eth: bigint | null }>
    >();
    expectTypeOf(
      byName.pivot((c) => c.coin, ["btc"]).agg((c) => ({ polls, top: c.rank })),
    ).toEqualTypeOf<
      DataFrame<{ name: string; btc_polls: bigint | null; btc_top: number | null }>
    >();
    // Spark writes 1e-7 as 1.0E-7.
    expectTypeOf(byName.pivot("rank", [1, 1e-7]).count()).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; name: string }>
    >();
    expectTypeOf(byName.pivot("coin").count()).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; name: string }>
    >();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => byName.pivot("coiin", ["btc"]),
      // @ts-expect-error -- "doge" is not a listed value
      () => byName.pivot("coin", ["btc"]).count().select("doge"),
    );
  });

  it("accept any name on an open DataFrame", () => {
    expectTypeOf(open.groupBy("a").agg(polls)).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; polls: bigint | null }>
    >();
    expectTypeOf(open.groupBy("a").sum("b")).toExtend<DataFrame>();
  });
});

describe("join() of typed DataFrames", () => {
  type Inner = {
    coin: string | null;
    usd_price: number | null;
    ts_ingest: bigint | null;
    name: string;
    rank: number | null;
  };
  type Left = {
    coin: string | null;
    usd_price: number | null;
    ts_ingest: bigint | null;
    name: string | null;
    rank: number | null;
  };

  it("has the shared columns once, and null on the side that a join type does not keep", () => {
    expectTypeOf(prices.join(coins, "coin")).toExtend<DataFrame<Inner>>();
    expectTypeOf(prices.join(coins, "coin").select("*")).toEqualTypeOf<DataFrame<Inner>>();
    expectTypeOf(prices.join(coins, ["coin"], "cross").select("*")).toEqualTypeOf<
      DataFrame<Inner>
    >();
    for (const how of ["left", "left_outer"] as const) {
      expectTypeOf(prices.join(coins, "coin", how).select("*")).toEqualTypeOf<DataFrame<Left>>();
    }
    for (const how of ["outer", "full", "full_outer"] as const) {
      expectTypeOf(prices.join(coins, "coin", how).select("*")).toEqualTypeOf<DataFrame<Left>>();
    }
    for (const how of ["right", "right_outer"] as const) {
      expectTypeOf(prices.join(coins, "coin", how).select("*")).toEqualTypeOf<
        DataFrame<{
          coin: string;
          usd_price: number | null;
          ts_ingest: bigint | null;
          name: string;
          rank: number | null;
        }>
      >();
    }
    for (const how of ["semi", "left_semi", "anti", "left_anti"] as const) {
      expectTypeOf(prices.join(coins, "coin", how)).toEqualTypeOf<DataFrame<Price>>();
    }
    expectTypeOf(coins.join(prices, "coin", "full").select("name", "coin")).toEqualTypeOf<
      DataFrame<{ name: string | null; coin: string | null }>
    >();
  });

  it("takes conditions as Columns or as a callback with both sides", () => {
    const condition = prices.col("coin").eq(coins.col("coin"));
    expectTypeOf(prices.join(coins, condition).select("name")).toEqualTypeOf<
      DataFrame<{ name: string }>
    >();
    expectTypeOf(
      prices.join(coins, [condition, col("rank").gt(1)], "left").select("name"),
    ).toEqualTypeOf<DataFrame<{ name: string | null }>>();
    expectTypeOf(prices.join(coins, (p, c) => p.coin.eq(c.coin)).select("name")).toEqualTypeOf<
      DataFrame<{ name: string }>
    >();
    expectTypeOf(
      prices.join(coins, (p, c) => [p.coin.eq(c.coin), c.rank.gt(1)], "left").select("name"),
    ).toEqualTypeOf<DataFrame<{ name: string | null }>>();
    expectTypeOf(prices.join(coins).select("name")).toEqualTypeOf<DataFrame<{ name: string }>>();
    expectTypeOf(prices.crossJoin(coins).select("name")).toEqualTypeOf<
      DataFrame<{ name: string }>
    >();
    refused(
      // @ts-expect-error -- only prices have "usd_price"
      () => prices.join(coins, "usd_price"),
      // @ts-expect-error -- only prices have "usd_price"
      () => prices.join(coins, ["coin", "usd_price"]),
      // @ts-expect-error -- the right side has no "usd_price"
      () => prices.join(coins, (p, c) => p.coin.eq(c.usd_price)),
      // @ts-expect-error -- the condition must be a Column
      () => prices.join(coins, (p, c) => p.coin === c.coin),
      // @ts-expect-error -- there is no join type "sideways"
      () => prices.join(coins, "coin", "sideways"),
    );
  });

  it("tells equal names apart in callbacks with two parameters", () => {
    const joined = prices.join(coins, (p, c) => p.coin.eq(c.coin), "full");
    expectTypeOf(joined.select((p, c) => ({ a: p.usd_price, b: c.coin, c: c.name }))).toEqualTypeOf<
      DataFrame<{ a: number | null; b: string | null; c: string | null }>
    >();
    expectTypeOf(joined.select((p) => ({ name: p.name }))).toEqualTypeOf<
      DataFrame<{ name: string | null }>
    >();
    expectTypeOf(joined.select((p, c) => [p.usd_price, c.rank])).toEqualTypeOf<
      DataFrame<{ usd_price: number | null; rank: number | null }>
    >();
    expectTypeOf(joined.filter("rank > 1").select((p, c) => [c.rank])).toEqualTypeOf<
      DataFrame<{ rank: number | null }>
    >();
    const left = coins.join(prices, (c, p) => c.coin.eq(p.coin), "left");
    expectTypeOf(left.select((c, p) => ({ mine: c.coin, theirs: p.coin }))).toEqualTypeOf<
      DataFrame<{ mine: string; theirs: string | null }>
    >();
    const right = coins.join(prices, "coin", "right");
    expectTypeOf(right.select((c, p) => ({ mine: c.coin, theirs: p.coin }))).toEqualTypeOf<
      DataFrame<{ mine: string | null; theirs: string | null }>
    >();
    const filtered = joined.filter((p, c) => p.coin.eq("a").and(c.rank.gt(1)));
    expectTypeOf(filtered.where((_, c) => c.rank.gt(1)).select((_, c) => c.rank)).toEqualTypeOf<
      DataFrame<{ rank: number | null }>
    >();
    expectTypeOf(
      joined.withColumn("same", (p, c) => p.coin.eq(c.coin)).select("same"),
    ).toEqualTypeOf<DataFrame<{ same: boolean | null }>>();
    refused(
      // @ts-expect-error -- the right side has no "usd_price"
      () => joined.select((p, c) => [p.coin, c.usd_price]),
      // @ts-expect-error -- the condition must be a Column
      () => joined.filter((p, c) => [p.coin, c.coin]),
      // @ts-expect-error -- after orderBy() the sides are gone
      () => joined.orderBy("rank").select((p, c) => [p.coin, c.coin]),
    );
  });

  it("gives an equal name without using the type of either side", () => {
    const joined = prices.join(coins, (p, c) => p.coin.eq(c.coin));
    expectTypeOf(joined.select("*").col("coin")).toEqualTypeOf<
      NamedColumn<string | null, "coin">
    >();
    const mixed = coins.withColumn("rank", () => lit(true).cast(BooleanType()));
    expectTypeOf(coins.crossJoin(mixed).select("*").col("rank")).toEqualTypeOf<
      NamedColumn<number | boolean | null, "rank">
    >();
  });

  it("with an open DataFrame makes rows that accept any name", () => {
    const joined = prices.join(open, "coin");
    expectTypeOf(joined.select("anything")).toEqualTypeOf<DataFrame>();
    expectTypeOf(
      open.join(open, "anything").select((l, r) => [l["a"] as Column, r["b"] as Column]),
    ).toEqualTypeOf<DataFrame>();
  });
});

describe("unions of typed DataFrames", () => {
  it("keep equal rows, and are open if the rows differ", () => {
    expectTypeOf(prices.union(prices)).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.unionAll(prices)).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.intersect(prices)).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.intersectAll(prices)).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.union(coins)).toEqualTypeOf<DataFrame>();
    expectTypeOf(prices.subtract(coins)).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.exceptAll(coins)).toEqualTypeOf<DataFrame<Price>>();
  });

  it("by name have the columns of the left side, or of both with allowMissingColumns", () => {
    const named = coins.select("coin", "rank");
    expectTypeOf(named.unionByName(prices.select("coin"))).toEqualTypeOf<
      DataFrame<{ coin: string | null; rank: number | null }>
    >();
    expectTypeOf(named.unionByName(prices, { allowMissingColumns: true })).toEqualTypeOf<
      DataFrame<{
        coin: string | null;
        rank: number | null;
        usd_price: number | null;
        ts_ingest: bigint | null;
      }>
    >();
  });

  it("of text and numbers can have numbers only", () => {
    const texts = coins.select((c) => ({ value: c.name }));
    const numbers = coins.select((c) => ({ value: c.rank }));
    expectTypeOf(texts.unionByName(numbers)).toEqualTypeOf<
      DataFrame<{ value: string | number | bigint | null }>
    >();
  });
});

it("a join of a DataFrame with 300 columns still checks names", () => {
  type Wide = { [Name in `c${Hundred}${Digit}${Digit}`]: bigint };
  const wide: DataFrame<Wide> = open.assumeRows<Wide>();
  const made = wide
    .filter((w) => w.c001.gt(1))
    .withColumn("total", (w) => w.c001.plus(w.c299))
    .drop("c150")
    .join(wide, "c000", "left")
    .groupBy("c000", "c299")
    .agg((w) => ({ high: w.total, low: w.c002 }));
  expectTypeOf(made).toEqualTypeOf<
    DataFrame<{ c000: bigint; c299: bigint | null; high: bigint; low: bigint | null }>
  >();
  refused(
    // @ts-expect-error -- the last column is c299
    () => wide.select("c300"),
    // @ts-expect-error -- the column is dropped
    () => wide.drop("c150").select("c150"),
  );
  expect(made).toBeDefined();
});
type Hundred = "0" | "1" | "2";
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
