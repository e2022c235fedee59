/** Functions with lambdas, seeds and schemas: an equal plan does not prove that Spark can run them. */
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ArrayType, LongType, SparkSession, StructType, type Column } from "../../src/index.js";
import * as F from "../../src/functions/index.js";

describe("functions on the server", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await SparkSession.builder().remote(inject("sparkUrl")).create();
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function valueOf(column: Column): Promise<unknown> {
    const [row] = await spark.range(1).select(column.alias("value")).collect();
    return row?.["value"];
  }

  const numbers = F.array(F.lit(1), F.lit(2), F.lit(3));

  it("a nested lambda can use the variables of both lambdas", async () => {
    const table = F.transform(numbers, (x) => F.transform(numbers, (y) => x.multiply(y)));
    expect(await valueOf(table)).toEqual([
      [1, 2, 3],
      [2, 4, 6],
      [3, 6, 9],
    ]);
  });

  it("a lambda may omit parameters that Spark passes", async () => {
    const prices = F.create_map(F.lit("a"), F.lit(1), F.lit("b"), F.lit(2));
    const cheap = F.map_filter(prices, (key) => key.eq("b"));
    expect(await valueOf(F.to_json(cheap))).toBe('{"b":2}');
  });

  it("aggregate folds from the initial value and applies the finish function", async () => {
    const sum = F.aggregate(
      numbers,
      F.lit(10),
      (total, x) => total.plus(x),
      (total) => total.multiply(2),
    );
    expect(await valueOf(sum)).toBe(32);
  });

  it("array_sort sorts by its comparator", async () => {
    expect(await valueOf(F.array_sort(numbers, (x, y) => y.minus(x)))).toEqual([3, 2, 1]);
  });

  it("Spark accepts a seed that the client draws", async () => {
    const shuffled = F.sort_array(F.shuffle(numbers));
    expect(await valueOf(shuffled)).toEqual([1, 2, 3]);
    expect(await valueOf(F.count_min_sketch(F.lit(1), 0.5, 0.5))).toBeInstanceOf(Uint8Array);
  });

  it("from_json reads text by a StructType", async () => {
    const schema = new StructType().add("ids", ArrayType(LongType()));
    const parsed = F.from_json(F.lit('{"ids":[1,2]}'), schema, { mode: "FAILFAST" });
    expect(await valueOf(F.to_json(parsed))).toBe('{"ids":[1,2]}');
  });

  it("product multiplies, although SQL has no such function", async () => {
    expect(await valueOf(F.product(F.lit(3)))).toBe(3);
  });

  it("an XPath without a match is NaN as a number and empty as text", async () => {
    expect(await valueOf(F.xpath_double(F.lit("<a/>"), F.lit("b")))).toBeNaN();
    expect(await valueOf(F.xpath_string(F.lit("<a/>"), F.lit("b")))).toBe("");
  });
});
