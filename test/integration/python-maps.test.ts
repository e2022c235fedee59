import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ArgumentError,
  ParseException,
  PythonException,
  UnsupportedOperationException,
  type DataFrame,
  type SparkSession,
} from "../../src/index.js";
import { connect, isSparkAtLeast } from "./support.js";

describe("Python functions over whole rows", () => {
  let spark: SparkSession;
  let sales: DataFrame;
  beforeAll(async () => {
    spark = await connect();
    sales = await spark.sql(
      "SELECT * FROM VALUES ('a', 1.0D), ('a', 3.0D), ('b', 10.0D), (null, 7.0D) AS t(shop, amount)",
    );
  });
  afterAll(async () => {
    await spark.stop();
  });

  const OUTPUT = "shop STRING, amount DOUBLE";
  /** The rows in a fixed order. */
  async function rows(df: DataFrame): Promise<unknown[]> {
    return (await df.collect({ rowMode: "array" }))
      .map((row) => JSON.stringify(row))
      .sort()
      .map((text) => JSON.parse(text) as unknown);
  }

  it("mapInPandas() returns the rows that the function yields for each partition, fewer or more", async () => {
    const source = `
LIMIT = 3

def large(frames):
    for frame in frames:
        kept = frame[frame.amount >= LIMIT]
        yield kept
        yield kept.assign(amount=-kept.amount)
`;
    const mapped = await sales.mapInPandas({ source, function: "large", outputSchema: OUTPUT });
    expect(await rows(mapped)).toEqual([
      ["a", -3],
      ["a", 3],
      ["b", -10],
      ["b", 10],
      [null, -7],
      [null, 7],
    ]);
    expect(await mapped.filter("amount > 5").count()).toBe(2);
  });

  it("mapInArrow() passes record batches to the function, in barrier mode if requested", async () => {
    const source = `
import pyarrow.compute

def doubled(batches):
    from pyspark import BarrierTaskContext
    assert BarrierTaskContext.get() is not None
    for batch in batches:
        amounts = pyarrow.compute.multiply(batch.column("amount"), 2)
        yield pyarrow.RecordBatch.from_arrays([batch.column("shop"), amounts], ["shop", "amount"])
`;
    const options = { source, function: "doubled", outputSchema: OUTPUT, barrier: true };
    expect(await rows(await sales.repartition(1).mapInArrow(options))).toEqual([
      ["a", 2],
      ["a", 6],
      ["b", 20],
      [null, 14],
    ]);
  });

  it("applyInPandas() passes each whole group, and the key to a function with two arguments", async () => {
    const source = `
import pandas

def centred(frame):
    return frame.assign(amount=frame.amount - frame.amount.mean())

def total(key, frame):
    return pandas.DataFrame([[key[0], len(frame)]])
`;
    const groups = sales.groupBy("shop");
    const centred = { source, function: "centred", outputSchema: OUTPUT };
    expect(await rows(await groups.applyInPandas(centred))).toEqual([
      ["a", -1],
      ["a", 1],
      ["b", 0],
      [null, 0],
    ]);
    const total = { source, function: "total", outputSchema: "shop STRING, n INT" };
    expect(await rows(await groups.applyInPandas(total))).toEqual([
      ["a", 2],
      ["b", 1],
      [null, 1],
    ]);
  });

  it("applyInArrow() passes tables, and all rows as one group if there are no keys", async () => {
    const source = `
import pyarrow
import pyarrow.compute

def total(table):
    return pyarrow.table({"total": [pyarrow.compute.sum(table.column("amount")).as_py()]})
`;
    const options = { source, function: "total", outputSchema: "total DOUBLE" };
    expect(await rows(await sales.groupBy().applyInArrow(options))).toEqual([[21]]);
  });

  const PARTS = `
import pandas
import pyarrow

def of_frames(frames):
    count = 0
    for frame in frames:
        count += len(frame)
    yield pandas.DataFrame({"n": [count]}, dtype="int32")

def of_batches(key, batches):
    for batch in batches:
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array([batch.num_rows], pyarrow.int32())], ["n"])
`;

  it.runIf(isSparkAtLeast(4, 1))(
    "a function that takes an iterator gets a group in parts",
    async () => {
      const groups = sales.groupBy("shop");
      for (const [form, name] of [
        ["applyInPandas", "of_frames"],
        ["applyInArrow", "of_batches"],
      ] as const) {
        const options = { source: PARTS, function: name, outputSchema: "n INT", iterator: true };
        expect(await rows(await groups[form](options))).toEqual([[1], [1], [2]]);
      }
    },
  );

  it.skipIf(isSparkAtLeast(4, 1))(
    "an iterator is refused before Spark 4.1 with an error that says so",
    async () => {
      const options = {
        source: PARTS,
        function: "of_frames",
        outputSchema: "n INT",
        iterator: true,
      };
      await expect(sales.groupBy("shop").applyInPandas(options)).rejects.toThrow(
        UnsupportedOperationException,
      );
    },
  );

  it("cogroup() pairs the groups of two DataFrames, with an empty group for a missing key", async () => {
    const goals = await spark.sql("SELECT * FROM VALUES ('a', 5), ('c', 9) AS t(place, goal)");
    const both = sales.groupBy("shop").cogroup(goals.groupBy("place"));
    const source = `
import pandas
import pyarrow

def compared(key, left, right):
    return pandas.DataFrame({"shop": [key[0]], "sold": [left.amount.sum()], "goals": [len(right)]})

def counted(left, right):
    counts = [pyarrow.array([side.num_rows], pyarrow.int32()) for side in (left, right)]
    return pyarrow.table(counts, names=["n", "m"])
`;
    const compared = await both.applyInPandas({
      source,
      function: "compared",
      outputSchema: "shop STRING, sold DOUBLE, goals INT",
    });
    expect(await rows(compared)).toEqual([
      ["a", 4, 1],
      ["b", 10, 0],
      ["c", 0, 1],
      [null, 7, 0],
    ]);
    const counted = { source, function: "counted", outputSchema: "n INT, m INT" };
    expect(await rows(await both.applyInArrow(counted))).toEqual([
      [0, 1],
      [1, 0],
      [1, 0],
      [2, 1],
    ]);
  });

  it("an exception of the function becomes a Spark error with its message", async () => {
    const source = "def broken(frames):\n    raise ValueError('no such shop')\n";
    const mapped = await sales.mapInPandas({ source, function: "broken", outputSchema: OUTPUT });
    const failure: unknown = await mapped.collect().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PythonException);
    expect((failure as Error).message).toContain("ValueError: no such shop");
  });

  it("wrong schemas, names and groups are refused before the query runs", async () => {
    const text = { source: "def f(x):\n    return x\n", function: "f", outputSchema: OUTPUT };
    await expect(sales.mapInPandas({ ...text, function: "f()" })).rejects.toThrow(ArgumentError);
    await expect(sales.mapInPandas({ ...text, outputSchema: "BIGINT" })).rejects.toThrow(
      ArgumentError,
    );
    await expect(sales.mapInArrow({ ...text, outputSchema: "a b c" })).rejects.toThrow(
      ParseException,
    );
    await expect(sales.rollup("shop").applyInPandas(text)).rejects.toThrow(
      /needs groups made by groupBy\(\)/,
    );
    const elsewhere = await connect();
    const theirs = (await elsewhere.sql("SELECT 'a' AS shop")).groupBy("shop");
    expect(() => sales.groupBy("shop").cogroup(theirs)).toThrow(/another session/);
    await elsewhere.stop();
  });
});
