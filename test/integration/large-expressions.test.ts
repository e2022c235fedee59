import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { col, lit } from "../../src/functions/index.js";
import { ArgumentError, type Column, type SparkSession } from "../../src/index.js";
import { connect } from "./support.js";

describe("large expressions on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("a chain of 5,000 or() calls runs", async () => {
    const id = col("id");
    let condition: Column = id.eq(0);
    for (let value = 1; value < 5_000; value++) condition = condition.or(id.eq(value * 2));
    const rows = await spark.range(10).filter(condition).collect();
    expect(rows.map(({ id: value }) => value)).toEqual([0n, 2n, 4n, 6n, 8n]);
  });

  it("isin() with 130,000 values runs", async () => {
    const values = Array.from({ length: 130_000 }, (_, index) => index * 2);
    expect(await spark.range(260_010).filter(col("id").isin(values)).count()).toBe(130_000);
  });

  it("the client refuses another kind of expression that is too deep for the server", async () => {
    let sum: Column = lit(0);
    for (let value = 0; value < 5_000; value++) sum = sum.plus(value);
    await expect(async () => await spark.range(1).select(sum).collect()).rejects.toThrow(
      ArgumentError,
    );
  });
});
