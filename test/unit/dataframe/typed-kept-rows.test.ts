// The row types of methods that keep the columns of a DataFrame. The compiler is the test.
/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- Code that must not compile has no types. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { col } from "../../../src/functions/index.js";
import type { Column, DataFrame } from "../../../src/index.js";
import {
  refused,
  typedFrames,
  type Order,
  type Price,
  type TypedFrames,
} from "../support/typed-frames.js";

let frames: TypedFrames;
let prices: DataFrame<Price>;
let orders: DataFrame<Order>;
let open: DataFrame;
beforeAll(async () => {
  frames = await typedFrames();
  ({ prices, orders, open } = frames);
});
afterAll(() => frames.stop());

describe("methods that keep the rows of a typed DataFrame", () => {
  it("check the names of columns", () => {
    const same: readonly DataFrame<Order>[] = [
      orders.orderBy("id", (o) => o.total.desc(), col("x")),
      orders.orderBy("payload.id", { ascending: false }),
      orders.sort((o) => [o.id, o.total.desc()]),
      orders.sortWithinPartitions(["id", "total"]),
      orders.dropDuplicates("id", "unit.price"),
      orders.dropDuplicatesWithinWatermark(["id"]),
      orders.repartition(2, "id", (o) => o.total),
      orders.repartition("payload.id"),
      orders.repartition((o) => o.total),
      orders.repartitionByRange(2, (o) => o.id.desc()),
      orders.repartitionByRange("id", "total"),
      orders.repartitionById(2, (o) => o.payload.getField("deep").getField("x")),
      orders.withWatermark("at", "1 minute"),
      orders.withMetadata("id", { unit: "m" }),
      orders.dropna({ subset: ["id", "total"] }),
      orders.na.drop({ how: "all", subset: "id" }),
      orders.alias("o"),
    ];
    expect(same).toHaveLength(17);
    refused(
      // @ts-expect-error -- "idd" is misspelt
      () => orders.orderBy("idd"),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.sort(["id", "idd"]),
      // @ts-expect-error -- a direction is a boolean
      () => orders.orderBy("id", { ascending: "no" }),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.sortWithinPartitions("idd"),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.dropDuplicates("idd"),
      // @ts-expect-error -- dropDuplicates() takes whole columns
      () => orders.dropDuplicates("payload.id"),
      // @ts-expect-error -- dropDuplicates() takes names only
      () => orders.dropDuplicates((o: { id: Column }) => o.id),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.dropDuplicatesWithinWatermark(["idd"]),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.repartition(2, "idd"),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.repartition("idd"),
      // @ts-expect-error -- a range needs columns
      () => orders.repartitionByRange(2),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.repartitionById(2, "idd"),
      // @ts-expect-error -- "att" is misspelt
      () => orders.withWatermark("att", "1 minute"),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.dropna({ subset: ["idd"] }),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.na.drop({ subset: "idd" }),
      // @ts-expect-error -- "idd" is misspelt
      () => orders.withMetadata("idd", {}),
    );
  });

  it("accept any name on an open DataFrame", () => {
    const same: readonly DataFrame[] = [
      open.orderBy("a", "b.c"),
      open.dropDuplicates("a"),
      open.repartition(2, "a"),
      open.withWatermark("a", "1 minute"),
      open.dropna({ subset: "a" }),
      open.fillna(0, "a"),
      open.fillna({ a: 1 }),
      open.withColumnRenamed("a", "b"),
      open.drop("a"),
    ];
    expect(same).toHaveLength(9);
  });
});

describe("fillna(), na.fill() and replace() of a typed DataFrame", () => {
  it("remove null from columns that the value surely fills", () => {
    type Filled = { coin: string | null; usd_price: number; ts_ingest: bigint };
    type One = { coin: string | null; usd_price: number; ts_ingest: bigint | null };
    expectTypeOf(prices.fillna(0)).toEqualTypeOf<DataFrame<Filled>>();
    expectTypeOf(prices.na.fill(0n)).toEqualTypeOf<DataFrame<Filled>>();
    expectTypeOf(prices.fillna(0, "usd_price")).toEqualTypeOf<DataFrame<One>>();
    expectTypeOf(prices.na.fill(0, ["usd_price"])).toEqualTypeOf<DataFrame<One>>();
    expectTypeOf(prices.fillna({ usd_price: 0, coin: "none" })).toEqualTypeOf<DataFrame<One>>();
    expectTypeOf(prices.na.fill({ usd_price: 0 })).toEqualTypeOf<DataFrame<One>>();
    refused(
      // @ts-expect-error -- "usd" is misspelt
      () => prices.fillna(0, "usd"),
      // @ts-expect-error -- "usd" is misspelt
      () => prices.na.fill(0, ["usd"]),
      // @ts-expect-error -- "usd" is misspelt
      () => prices.na.fill({ usd: 0 }),
      // @ts-expect-error -- null cannot replace null
      () => prices.fillna(null),
    );
  });

  it("leave null in columns of other types: a decimal is text in TypeScript, but not in Spark", () => {
    expectTypeOf(prices.fillna("none")).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.fillna(true)).toEqualTypeOf<DataFrame<Price>>();
    const maybe: { usd_price?: number } = { usd_price: 1 };
    expectTypeOf(prices.fillna(maybe)).toEqualTypeOf<DataFrame<Price>>();
  });

  it("replace() allows null everywhere", () => {
    type Nullable = { coin: string | null; name: string | null; rank: number | null };
    const { coins } = frames;
    expectTypeOf(coins.replace("a", null)).toEqualTypeOf<DataFrame<Nullable>>();
    expectTypeOf(coins.replace({ a: "b" }, ["coin"])).toEqualTypeOf<DataFrame<Nullable>>();
    expectTypeOf(coins.na.replace([1, 2], [3, 4], "rank")).toEqualTypeOf<DataFrame<Nullable>>();
    refused(
      // @ts-expect-error -- "rnk" is misspelt
      () => coins.replace(1, 2, "rnk"),
      // @ts-expect-error -- "rnk" is misspelt
      () => coins.na.replace({ a: "b" }, ["rnk"]),
    );
  });
});

describe("a Dataset", () => {
  it("checks the names of the server's columns and gives the typed DataFrame back", () => {
    const valid = prices.as({
      "~standard": { version: 1, vendor: "test", validate: () => ({ value: { ok: true } }) },
    });
    const filtered = valid.filter((p) => p.usd_price.gt(100)).orderBy("coin", (p) => p.ts_ingest);
    expectTypeOf(filtered.toDF()).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(() => filtered.collect()).returns.resolves.toEqualTypeOf<{ ok: boolean }[]>();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => valid.orderBy("coiin"),
      // @ts-expect-error -- "coiin" is misspelt
      () => valid.filter((p) => p.coiin.isNull()),
    );
  });
});
