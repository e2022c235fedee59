// The row types where TypeScript knows less than one name. The compiler is the test.
import { afterAll, beforeAll, describe, expectTypeOf, it } from "vitest";
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

describe("withColumns()", () => {
  it("takes callbacks by name, or one callback that returns Columns by name", () => {
    type Wide = Price & { same: string | null; twice: number | null };
    const each = prices.withColumns({ same: (p) => p.coin, twice: (p) => p.usd_price });
    expectTypeOf(each).toEqualTypeOf<DataFrame<{ [Name in keyof Wide]: Wide[Name] }>>();
    const once = prices.withColumns((p) => ({ same: p.coin, twice: p.usd_price }));
    expectTypeOf(once).toEqualTypeOf<DataFrame<{ [Name in keyof Wide]: Wide[Name] }>>();
  });
});
