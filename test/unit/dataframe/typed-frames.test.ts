// The row types of DataFrame's methods for columns and rows of one DataFrame. The compiler is the test.
/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-class-instance-assignment -- Code that must not compile has no types. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { col, lit } from "../../../src/functions/index.js";
import {
  DateType,
  DecimalType,
  DoubleType,
  IntegerType,
  LongType,
  StringType,
  StructField,
  StructType,
  type DataFrame,
  type NamedColumn,
  type Timestamp,
} from "../../../src/index.js";
import {
  refused,
  typedFrames,
  type Line,
  type Order,
  type Payload,
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

describe("the columns of a typed DataFrame", () => {
  it("have the type of their values and their name in col()", () => {
    expectTypeOf(prices.col("coin")).toEqualTypeOf<NamedColumn<string | null, "coin">>();
    expectTypeOf(orders.col("id")).toEqualTypeOf<NamedColumn<bigint, "id">>();
    expectTypeOf(orders.col("payload.id")).toEqualTypeOf<NamedColumn<bigint | null, "id">>();
    expectTypeOf(orders.col("payload.deep.x")).toEqualTypeOf<NamedColumn<number | null, "x">>();
    expectTypeOf(orders.col("labels.eu")).toEqualTypeOf<NamedColumn<number | null, "eu">>();
    expectTypeOf(orders.col("`unit.price`")).toEqualTypeOf<NamedColumn<number, "unit.price">>();
    expectTypeOf(orders.col("payload.lines.sku")).toEqualTypeOf<
      NamedColumn<string[] | null, "sku">
    >();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.col("coiin"),
      // @ts-expect-error -- the struct has no field "idd"
      () => orders.col("payload.idd"),
      // @ts-expect-error -- a bigint has no fields
      () => orders.col("id.x"),
      // @ts-expect-error -- a Timestamp is not a struct
      () => orders.col("at.x"),
      // @ts-expect-error -- a name with a dot needs backticks
      () => orders.col("unit.price"),
    );
  });

  it("are properties in callbacks", () => {
    orders.select((o) => {
      expectTypeOf(o.id).toEqualTypeOf<NamedColumn<bigint, "id">>();
      expectTypeOf(o["unit.price"]).toEqualTypeOf<NamedColumn<number, "unit.price">>();
      return o.payload;
    });
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.select((p) => p.coiin),
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.filter((p) => p.coiin.gt(1)),
    );
  });

  it("have unknown names and types on an open DataFrame", () => {
    expectTypeOf(open.col("anything")).toEqualTypeOf<NamedColumn<unknown, "anything">>();
    open.select((p) => {
      expectTypeOf(p).toHaveProperty("anything");
      return [];
    });
  });
});

describe("select() of a typed DataFrame", () => {
  it("takes names, one by one or as an array, and all with *", () => {
    expectTypeOf(prices.select("coin")).toEqualTypeOf<DataFrame<{ coin: string | null }>>();
    expectTypeOf(prices.select("coin", "ts_ingest")).toEqualTypeOf<
      DataFrame<{ coin: string | null; ts_ingest: bigint | null }>
    >();
    expectTypeOf(prices.select(["coin", "ts_ingest"])).toEqualTypeOf<
      DataFrame<{ coin: string | null; ts_ingest: bigint | null }>
    >();
    expectTypeOf(prices.select("*")).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.select("*", col("x").cast(StringType()).alias("source"))).toEqualTypeOf<
      DataFrame<{
        coin: string | null;
        usd_price: number | null;
        ts_ingest: bigint | null;
        source: string | null;
      }>
    >();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.select("coiin"),
      // @ts-expect-error -- the second name is misspelt
      () => prices.select("coin", "usd"),
      // @ts-expect-error -- a name in the array is misspelt
      () => prices.select(["coin", "usd"]),
      // @ts-expect-error -- a number is not a column
      () => prices.select(1),
    );
  });

  it("takes nested names, and the fields of a struct with .*", () => {
    expectTypeOf(orders.select("payload.id", "payload.deep.x")).toEqualTypeOf<
      DataFrame<{ id: bigint | null; x: number | null }>
    >();
    expectTypeOf(orders.select("payload.lines.count", "labels.eu")).toEqualTypeOf<
      DataFrame<{ count: number[] | null; eu: number | null }>
    >();
    expectTypeOf(orders.select("`unit.price`")).toEqualTypeOf<
      DataFrame<{ "unit.price": number }>
    >();
    expectTypeOf(orders.select("payload.*")).toEqualTypeOf<
      DataFrame<{ id: bigint | null; deep: { x: number } | null; lines: Line[] | null }>
    >();
    refused(
      // @ts-expect-error -- the struct has no field "idd"
      () => orders.select("payload.idd"),
      // @ts-expect-error -- "total" is not a struct
      () => orders.select("total.*"),
      // @ts-expect-error -- a Timestamp is not a struct
      () => orders.select("at.*"),
    );
  });

  it("takes Columns: those with a name are known, others make the rows open", () => {
    expectTypeOf(prices.select(prices.col("coin"), "usd_price")).toEqualTypeOf<
      DataFrame<{ coin: string | null; usd_price: number | null }>
    >();
    expectTypeOf(prices.select(prices.col("usd_price").plus(1).alias("more"))).toEqualTypeOf<
      DataFrame<{ more: number | null }>
    >();
    expectTypeOf(prices.select(prices.col("usd_price").plus(1).name("more"))).toEqualTypeOf<
      DataFrame<{ more: number | null }>
    >();
    expectTypeOf(prices.select(col("anything").plus(1))).toEqualTypeOf<DataFrame>();
  });

  it("takes callbacks that return a Column, an array or an object", () => {
    expectTypeOf(prices.select((p) => p.coin)).toEqualTypeOf<DataFrame<{ coin: string | null }>>();
    expectTypeOf(prices.select((p) => [p.coin, p.usd_price.gt(1).alias("is_high")])).toEqualTypeOf<
      DataFrame<{ coin: string | null; is_high: boolean | null }>
    >();
    expectTypeOf(prices.select((p) => ({ c: p.coin, high: p.usd_price.gt(1) }))).toEqualTypeOf<
      DataFrame<{ c: string | null; high: boolean | null }>
    >();
    expectTypeOf(prices.select("coin", (p) => p.usd_price.isNull().alias("none"))).toEqualTypeOf<
      DataFrame<{ coin: string | null; none: boolean }>
    >();
    expectTypeOf(prices.select((p) => p.usd_price.plus(1))).toEqualTypeOf<DataFrame>();
    refused(
      // @ts-expect-error -- a plain value is not a Column; write lit(1)
      () => prices.select((p) => ({ coin: p.coin, one: 1 })),
      // @ts-expect-error -- the callback returns nothing
      () => prices.select(() => undefined),
      // @ts-expect-error -- a callback cannot be asynchronous
      () => prices.select((p) => Promise.resolve(p.coin)),
      // @ts-expect-error -- only the result of join() has two sides
      () => prices.select((l, r) => [l, r]),
    );
  });

  it("accepts any name on an open DataFrame", () => {
    expectTypeOf(open.select("a", "b.c", "*")).toEqualTypeOf<DataFrame>();
    expectTypeOf(open.select(col("a").cast(IntegerType()).alias("n"))).toEqualTypeOf<
      DataFrame<{ n: number | null }>
    >();
  });
});

describe("filter() and where() of a typed DataFrame", () => {
  it("keep the row type and take SQL text, a Column or a callback", () => {
    expectTypeOf(prices.filter("usd_price > 1")).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.filter(prices.col("usd_price").gt(1))).toEqualTypeOf<DataFrame<Price>>();
    expectTypeOf(prices.where((p) => p.coin.eq("a").and(p.usd_price.gt(1)))).toEqualTypeOf<
      DataFrame<Price>
    >();
    refused(
      // @ts-expect-error -- the callback must return one Column
      () => prices.filter((p) => [p.coin.eq("a")]),
      // @ts-expect-error -- a boolean of JavaScript is not a Column
      () => prices.where(() => true),
    );
  });
});

describe("methods that add, rename and drop columns of a typed DataFrame", () => {
  it("withColumn() adds a column or replaces one, whatever the case of its name", () => {
    type More = {
      coin: string | null;
      usd_price: number | null;
      ts_ingest: bigint | null;
      is_high: boolean | null;
    };
    expectTypeOf(prices.withColumn("is_high", (p) => p.usd_price.gt(1))).toEqualTypeOf<
      DataFrame<More>
    >();
    expectTypeOf(prices.withColumn("is_high", prices.col("usd_price").gt(1))).toEqualTypeOf<
      DataFrame<More>
    >();
    expectTypeOf(prices.withColumn("coin", (p) => p.coin.isNull())).toEqualTypeOf<
      DataFrame<{ usd_price: number | null; ts_ingest: bigint | null; coin: boolean }>
    >();
    expectTypeOf(prices.withColumn("COIN", (p) => p.coin.isNull())).toEqualTypeOf<
      DataFrame<{ usd_price: number | null; ts_ingest: bigint | null; COIN: boolean }>
    >();
    const name: string = "computed";
    expectTypeOf(prices.withColumn(name, lit(1))).toEqualTypeOf<DataFrame>();
    const either = ["a", "b"][Math.floor(Math.random() * 2)] as "a" | "b";
    expectTypeOf(prices.withColumn(either, lit(1))).toEqualTypeOf<DataFrame>();
    refused(
      // @ts-expect-error -- a name is not the column's value; write col("coin")
      () => prices.withColumn("copy", "coin"),
      // @ts-expect-error -- the callback must return one Column
      () => prices.withColumn("copy", (p) => ({ copy: p.coin })),
    );
  });

  it("withColumns() takes an object or a callback", () => {
    type Changed = {
      usd_price: number | null;
      ts_ingest: bigint | null;
      coin: number | null;
      none: boolean;
    };
    expectTypeOf(
      prices.withColumns({ coin: prices.col("usd_price"), none: prices.col("coin").isNull() }),
    ).toEqualTypeOf<DataFrame<Changed>>();
    expectTypeOf(
      prices.withColumns((p) => ({ coin: p.usd_price, none: p.coin.isNull() })),
    ).toEqualTypeOf<DataFrame<Changed>>();
    refused(
      // @ts-expect-error -- columns of withColumns() need names
      () => prices.withColumns((p) => [p.coin]),
      // @ts-expect-error -- a plain value is not a Column
      () => prices.withColumns({ one: 1 }),
    );
  });

  it("withColumnRenamed() and withColumnsRenamed() rename columns that exist", () => {
    expectTypeOf(prices.withColumnRenamed("coin", "name")).toEqualTypeOf<
      DataFrame<{ name: string | null; usd_price: number | null; ts_ingest: bigint | null }>
    >();
    expectTypeOf(prices.withColumnsRenamed({ coin: "name", ts_ingest: "at" })).toEqualTypeOf<
      DataFrame<{ name: string | null; usd_price: number | null; at: bigint | null }>
    >();
    const name: string = "computed";
    expectTypeOf(prices.withColumnRenamed("coin", name)).toEqualTypeOf<DataFrame>();
    expectTypeOf(orders.withColumnRenamed("unit.price", "price").select("price")).toEqualTypeOf<
      DataFrame<{ price: number }>
    >();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.withColumnRenamed("coiin", "name"),
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.withColumnsRenamed({ coiin: "name" }),
      // @ts-expect-error -- the old name is gone
      () => prices.withColumnRenamed("coin", "name").select("coin"),
    );
  });

  it("toDF() renames all columns, and each can have any type of the row", () => {
    type Value = string | number | bigint | null;
    expectTypeOf(prices.toDF("a", "b", "c")).toEqualTypeOf<
      DataFrame<{ a: Value; b: Value; c: Value }>
    >();
    const names: readonly string[] = ["a", "b", "c"];
    expectTypeOf(prices.toDF(...names)).toEqualTypeOf<DataFrame>();
  });

  it("drop() takes names, Columns and callbacks", () => {
    type Rest = { usd_price: number | null };
    expectTypeOf(prices.drop("coin", "ts_ingest")).toEqualTypeOf<DataFrame<Rest>>();
    expectTypeOf(prices.drop(["coin", "ts_ingest"])).toEqualTypeOf<DataFrame<Rest>>();
    expectTypeOf(prices.drop(prices.col("coin"), "ts_ingest")).toEqualTypeOf<DataFrame<Rest>>();
    expectTypeOf(prices.drop((p) => [p.coin, p.ts_ingest])).toEqualTypeOf<DataFrame<Rest>>();
    expectTypeOf(prices.drop(col("coin"))).toEqualTypeOf<DataFrame>();
    refused(
      // @ts-expect-error -- "coiin" is misspelt
      () => prices.drop("coiin"),
      // @ts-expect-error -- the column is dropped already
      () => prices.drop("coin").select("coin"),
    );
  });

  it("to() has the row type of the schema, zipWithIndex() adds a bigint, toJSON() has one text", () => {
    const schema = new StructType([StructField("coin", StringType())]);
    expectTypeOf(prices.to(schema)).toEqualTypeOf<DataFrame<{ coin: string | null }>>();
    expectTypeOf(prices.select("coin").zipWithIndex()).toEqualTypeOf<
      DataFrame<{ coin: string | null; index: bigint }>
    >();
    expectTypeOf(prices.select("coin").zipWithIndex("n")).toEqualTypeOf<
      DataFrame<{ coin: string | null; n: bigint }>
    >();
    expectTypeOf(prices.toJSON()).toEqualTypeOf<DataFrame<{ value: string | null }>>();
  });

  it("unpivot() and melt() have the ids, the name and the value", () => {
    type Long = { coin: string | null; what: string; value: number | bigint | null };
    const values = ["usd_price", "ts_ingest"] as const;
    expectTypeOf(prices.unpivot("coin", values, "what", "value")).toEqualTypeOf<DataFrame<Long>>();
    expectTypeOf(prices.melt(["coin"], values, "what", "value")).toEqualTypeOf<DataFrame<Long>>();
    expectTypeOf(prices.unpivot("coin", undefined, "what", "value")).toEqualTypeOf<
      DataFrame<Long>
    >();
    expectTypeOf(
      prices.unpivot(
        (p) => p.coin,
        (p) => [p.usd_price, p.ts_ingest],
        "what",
        "value",
      ),
    ).toEqualTypeOf<DataFrame<Long>>();
    expectTypeOf(prices.unpivot([], "usd_price", "what", "value")).toEqualTypeOf<
      DataFrame<{ what: string; value: number | null }>
    >();
    refused(
      // @ts-expect-error -- the id is misspelt
      () => prices.unpivot("coiin", ["usd_price"], "what", "value"),
      // @ts-expect-error -- the value column is misspelt
      () => prices.unpivot("coin", ["usd"], "what", "value"),
    );
  });
});

describe("ways out of a row type", () => {
  it("untyped() accepts any name, assumeRows() has the rows that the caller names", () => {
    expectTypeOf(prices.untyped()).toEqualTypeOf<DataFrame>();
    expectTypeOf(prices.untyped().select("anything")).toEqualTypeOf<DataFrame>();
    expectTypeOf(open.assumeRows<Price>()).toEqualTypeOf<DataFrame<Price>>();
    interface Named {
      readonly name: string;
    }
    expectTypeOf(() => open.assumeRows<Named>().collect()).returns.resolves.toExtend<
      readonly { readonly name: string }[]
    >();
    expect([prices.untyped().relation, open.assumeRows<Price>().relation]).toEqual([
      prices.relation,
      open.relation,
    ]);
  });

  it("a typed DataFrame is assignable to DataFrame", () => {
    const frames: readonly DataFrame[] = [prices, orders, prices.select("coin"), prices.fillna(0)];
    expect(frames).toHaveLength(4);
  });
});

it("foreachBatch() gives the callback batches with the row type of the stream", () => {
  prices.writeStream.foreachBatch(async (batch) => {
    expectTypeOf(batch).toEqualTypeOf<DataFrame<Price>>();
    const [row] = await batch.select("coin").collect();
    expectTypeOf(row).toEqualTypeOf<{ coin: string | null } | undefined>();
  });
  refused(
    // @ts-expect-error -- "coiin" is misspelt
    () => prices.writeStream.foreachBatch((batch) => void batch.select("coiin")),
  );
});

it("a chain of filters, groups and selections has a flat row type", () => {
  const byCoin = prices
    .filter((p) => p.usd_price.gt(100))
    .withColumn("day", (p) => p.ts_ingest.cast(DateType()))
    .groupBy("coin", "day")
    .agg((p) => ({ high: p.usd_price.cast(DoubleType()), polls: lit(1).cast(LongType()) }))
    .select((p) => ({ coin: p.coin, day: p.day, high: p.high.cast(DecimalType(18, 2)) }));
  expectTypeOf(() => byCoin.first()).returns.resolves.toEqualTypeOf<
    { coin: string | null; day: string | null; high: string | null } | undefined
  >();
});

it("types of structs, arrays, maps and times stay in rows", () => {
  expectTypeOf(() => orders.first()).returns.resolves.toEqualTypeOf<Order | undefined>();
  expectTypeOf(orders.select("payload", "at", "labels")).toEqualTypeOf<
    DataFrame<{ payload: Payload | null; at: Timestamp; labels: Map<string, number | null> }>
  >();
});
