// The row types where TypeScript knows less than one name. The compiler is the test.
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import type { DataFrame } from "../../../src/index.js";
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
beforeAll(async () => {
  frames = await typedFrames();
  ({ prices, orders } = frames);
});
afterAll(() => frames.stop());

describe("a row type is open", () => {
  it("after select(), drop() and groupBy() with a variable that holds one of several names", () => {
    const either = ["coin", "usd_price"][0] === "coin" ? "coin" : "usd_price";
    expectTypeOf(prices.select(either)).toEqualTypeOf<DataFrame>();
    expectTypeOf(prices.drop(either)).toEqualTypeOf<DataFrame>();
    expectTypeOf(prices.groupBy(either).count()).toEqualTypeOf<
      DataFrame<{ [name: string]: unknown; count: bigint }>
    >();
  });

  it("after select() with a list of unknown length", () => {
    const names: ("coin" | "usd_price")[] = ["coin"];
    expectTypeOf(prices.select(...names)).toEqualTypeOf<DataFrame>();
    expectTypeOf(prices.select(names)).toEqualTypeOf<DataFrame>();
  });
});

describe("the keys of rollup() and cube()", () => {
  it("can be null in the keys of the result and in aggregates of them", () => {
    const totals = orders.rollup("id").agg((o) => ({ again: o.id, paid: o.paid }));
    expectTypeOf(totals).toEqualTypeOf<
      DataFrame<{ id: bigint | null; again: bigint | null; paid: boolean }>
    >();
    const sets = orders.cube("id").agg((o) => ({ again: o.id }));
    expectTypeOf(sets).toEqualTypeOf<DataFrame<{ id: bigint | null; again: bigint | null }>>();
  });
});

describe("drop()", () => {
  it("takes whole names as they are, because Spark reads neither paths nor backticks in them", () => {
    const without = orders.drop("unit.price");
    expectTypeOf(without).toEqualTypeOf<DataFrame<Omit<Order, "unit.price">>>();
    refused(
      // @ts-expect-error -- Spark would look for a column "payload.id" and drop nothing
      () => orders.drop("payload.id"),
      // @ts-expect-error -- Spark would look for a column with backticks in its name
      () => orders.drop("`unit.price`"),
    );
  });
});

describe("the subsets of fillna() and similar methods", () => {
  it("take the names as Spark reads them, with backticks around a name with a dot", () => {
    const free = orders
      .withColumnRenamed("payload", "info")
      .withColumn("unit.price", (o) => o.labels.getItem("eu"));
    expectTypeOf(free.fillna(0, "`unit.price`")).toExtend<DataFrame<{ "unit.price": number }>>();
    expectTypeOf(free.na.fill({ "`unit.price`": 0 })).toExtend<
      DataFrame<{ "unit.price": number }>
    >();
    expectTypeOf(free.dropna({ subset: ["`unit.price`"] })).toEqualTypeOf<typeof free>();
    refused(
      // @ts-expect-error -- Spark would read a field of a struct "unit"
      () => free.fillna(0, "unit.price"),
      // @ts-expect-error -- Spark would read a field of a struct "unit"
      () => free.dropna({ subset: "unit.price" }),
      // @ts-expect-error -- Spark would read a field of a struct "unit"
      () => free.replace(1, 2, "unit.price"),
    );
  });
});

describe("a callback for sort keys and partitions", () => {
  it("returns Columns, not an object, because Spark cannot sort by a named sort order", () => {
    const same: readonly DataFrame<Order>[] = [
      orders.orderBy((o) => [o.id, o.total.desc()]),
      orders.repartition(2, (o) => o.id),
    ];
    expect(same).toHaveLength(2);
    refused(
      // @ts-expect-error -- an object of Columns
      () => orders.orderBy((o) => ({ id: o.id.desc() })),
      // @ts-expect-error -- an object of Columns
      () => orders.repartition((o) => ({ id: o.id })),
    );
  });
});

describe("withColumns()", () => {
  it("takes callbacks by name, or one callback that returns Columns by name", () => {
    type Wide = Price & { same: string | null; twice: number | null };
    const each = prices.withColumns({ same: (p) => p.coin, twice: (p) => p.usd_price });
    expectTypeOf(each).toEqualTypeOf<DataFrame<{ [Name in keyof Wide]: Wide[Name] }>>();
    const once = prices.withColumns((p) => ({ same: p.coin, twice: p.usd_price }));
    expectTypeOf(once).toEqualTypeOf<DataFrame<{ [Name in keyof Wide]: Wide[Name] }>>();
  });
});
