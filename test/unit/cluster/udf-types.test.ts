// The types of calls of TypeScript functions. The compiler is the test.
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { udf } from "../../../src/cluster/index.js";
import { col, lit } from "../../../src/functions/index.js";
import {
  ArrayType,
  DecimalType,
  LongType,
  StringType,
  StructField,
  StructType,
  type Column,
  type Timestamp,
} from "../../../src/index.js";
import { refused, typedFrames, type TypedFrames } from "../support/typed-frames.js";

let frames: TypedFrames;
let id: Column<bigint>;
let coin: Column<string>;
let name: Column<string | null>;
let rank: Column<number | null>;
beforeAll(async () => {
  frames = await typedFrames();
  id = frames.orders.col("id");
  coin = frames.coins.col("coin");
  name = frames.prices.col("coin");
  rank = frames.coins.col("rank");
});
afterAll(() => frames.stop());

describe("a call of a function of columns", () => {
  const slug = udf((text: string | null) => text?.toLowerCase() ?? null, "string", {
    name: "slug",
  });
  const area = udf((width: number, height: number) => width * height, "double");
  const label = udf((text: string, prefix?: string) => `${prefix ?? ""}${text}`, "string");
  const longest = udf((...texts: (string | null)[]) => texts.join().length, "int");
  const anything = udf((value: unknown) => String(value), "string");

  it("takes columns whose values are the parameter's, names, and columns of an unknown type", () => {
    expectTypeOf(slug(coin)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(slug(name)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(slug(lit("a"))).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(slug(coin.alias("c"))).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(slug(col("x"))).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(slug("x")).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(area("w", col("h"))).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(anything(id)).toEqualTypeOf<Column<string | null>>();
    expect(String(slug(coin))).toBe("Column<'slug(coin)'>");
  });

  it("refuses columns of another type, and columns with nulls for a parameter without", () => {
    refused(
      // @ts-expect-error -- the column has bigints
      () => slug(id),
      // @ts-expect-error -- the column has numbers
      () => slug(rank),
      // @ts-expect-error -- the rank can be null
      () => area(rank, lit(1)),
      // @ts-expect-error -- the second column has text
      () => area("w", coin),
      // @ts-expect-error -- a plain value is not a column; write lit(1)
      () => area(1, 2),
    );
  });

  it("takes as many columns as the function has parameters", () => {
    expectTypeOf(label(coin)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(label(coin, coin)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(longest(coin, name, "x")).toEqualTypeOf<Column<number | null>>();
    refused(
      // @ts-expect-error -- one column is missing
      () => area("w"),
      // @ts-expect-error -- both columns are missing
      () => area(),
      // @ts-expect-error -- one column too many
      () => area("w", "h", "d"),
      // @ts-expect-error -- one column too many
      () => label("a", "b", "c"),
      // @ts-expect-error -- the second column has bigints
      () => longest(coin, id),
    );
  });

  it("has the type of the DDL or of the DataType, with null", () => {
    const fn = (value: unknown): unknown => value;
    expectTypeOf(udf(fn, "bigint")("x")).toEqualTypeOf<Column<bigint | null>>();
    expectTypeOf(udf(fn, "DECIMAL(10, 2)")("x")).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(udf(fn, "timestamp")("x")).toEqualTypeOf<Column<Timestamp | null>>();
    expectTypeOf(udf(fn, "array<string>")("x")).toEqualTypeOf<Column<(string | null)[] | null>>();
    expectTypeOf(udf(fn, "struct<lat: double, lon: double>")("x")).toEqualTypeOf<
      Column<{ lat: number | null; lon: number | null } | null>
    >();
    expectTypeOf(udf(fn, DecimalType(10, 2))("x")).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(udf(fn, ArrayType(LongType(), false))("x")).toEqualTypeOf<
      Column<bigint[] | null>
    >();
    const point = new StructType([StructField("name", StringType(), false)]);
    expectTypeOf(udf(fn, point)("x")).toEqualTypeOf<Column<{ name: string } | null>>();
    expectTypeOf(udf(fn, String(point.fieldNames))("x")).toEqualTypeOf<Column>();
    expectTypeOf(
      udf.fromModule(new URL("file:///x.mjs"), "fn", { returns: "bigint" })("x", id),
    ).toEqualTypeOf<Column<bigint | null>>();
  });
});
