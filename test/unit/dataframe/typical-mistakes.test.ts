import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asc, broadcast, col, lit, row_number, sum } from "../../../src/functions/index.js";
import { SparkSession, type Column, type DataFrame } from "../../../src/index.js";
import { typedFrames, type Price, type TypedFrames } from "../support/typed-frames.js";

let frames: TypedFrames;
let prices: DataFrame<Price>;
beforeAll(async () => {
  frames = await typedFrames();
  ({ prices } = frames);
});
afterAll(() => frames.stop());

/** A value as callers in JavaScript may use it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- The programs are what TypeScript refuses.
type Loose = any;
type Mistake = readonly [
  name: string,
  program: (df: Loose, spark: Loose) => unknown,
  message: string,
];

const JOIN_TYPES =
  "Known types: inner, cross, left, right, outer, full, semi, anti, left_outer, right_outer, full_outer, left_semi, left_anti.";
const OPERATORS =
  'Operators such as > and + do not work on Columns. Write col("id").gt(1), not col("id") > 1, and col("a").plus(1), not col("a") + 1.';

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/restrict-plus-operands -- See Loose. */
const MISTAKES: readonly Mistake[] = [
  ["an operator that compares Columns", (df) => df.filter(df.col("usd_price") > 1), OPERATORS],
  ["an operator that adds Columns", (df) => df.select(df.col("a") + df.col("b")), OPERATORS],
  ["an operator that negates a Column", (df) => df.select(-df.col("a")), OPERATORS],
  [
    "=== between a Column and a value",
    (df) => df.filter((df.col("coin") as unknown) === "x"),
    'condition must be a Column or a column name, got false. Operators such as > do not work on Columns: write col("id").gt(1), not col("id") > 1. Write lit(…) for a plain value.',
  ],
  [
    "a callback of rows",
    (df) => df.filter((row: Loose) => row.coin === "x"),
    "The function passed as condition must return a Column, got a boolean. The function receives columns, not rows: write (p) => p.id.eq(1), not (p) => p.id === 1.",
  ],
  [
    "a plain value as a column",
    (df) => df.withColumn("x", 5),
    "x must be a Column or a column name, got 5. Write lit(…) for a plain value.",
  ],
  [
    "a column as a property of the DataFrame",
    (df) => df.select(df.coin),
    'columns must be a Column or a column name, got undefined. Columns are not properties of a DataFrame: write col("id") or df.col("id"), not df.id.',
  ],
  [
    "the same in a function",
    (df) => df.agg(sum(df.usd_price)),
    'sum takes a Column or a column name here, not undefined. Columns are not properties of a DataFrame: write col("id") or df.col("id"), not df.id.',
  ],
  [
    "an array in an array",
    (df) => df.select([["coin"]]),
    "columns must be a Column or a column name, got an array. Pass the columns one by one, or all of them in one array.",
  ],
  [
    "a direction as a second argument",
    (df) => df.orderBy("coin", false),
    'orderBy() takes columns. For the direction write orderBy(col("id").desc()) or orderBy("id", { ascending: false }).',
  ],
  [
    "a number as text",
    (df) => df.limit("5"),
    'limit must be an integer between 0 and 2147483647, got "5".',
  ],
  ["a bigint", (df) => df.limit(5n), "limit must be an integer between 0 and 2147483647, got 5n."],
  [
    "a misspelt join type",
    (df) => df.join(df, "coin", "letf"),
    `Unknown join type "letf". Did you mean left? ${JOIN_TYPES}`,
  ],
  [
    "a join type that is not text",
    (df) => df.join(df, "coin", 1),
    `Unknown join type 1. ${JOIN_TYPES}`,
  ],
  [
    "the join type before the columns",
    (df) => df.join(df, "left", "coin"),
    `Unknown join type "coin". The order of the arguments is join(other, on, how). ${JOIN_TYPES}`,
  ],
  [
    "an object as the condition of a join",
    (df) => df.join(df, { coin: "coin" }),
    "The condition of a join must be column names, Columns or a callback, got an object.",
  ],
  [
    "a Promise as the other DataFrame",
    (df) => df.join(Promise.resolve(df), "coin"),
    "other must be a DataFrame, got a Promise. Write await before it.",
  ],
  ["an array of DataFrames", (df) => df.union([df]), "other must be a DataFrame, got an array."],
  [
    "a missing window",
    () => (row_number() as Loose).over(),
    'over() needs a window, such as Window.partitionBy("key").',
  ],
  [
    "a JavaScript class as a type",
    () => (col("a") as Loose).cast(String),
    'cast() takes a type as DDL, such as "string" or "decimal(10,2)", or a DataType, got a function.',
  ],
  [
    "undefined as a literal",
    () => lit(undefined),
    "undefined cannot be a literal. Write null for SQL's NULL.",
  ],
  [
    "a Promise as a literal",
    () => lit(Promise.resolve(1)),
    "A value of class Promise cannot be a literal. Write await before it.",
  ],
  [
    "map() of arrays",
    (df) => df.map((row: unknown) => row),
    "A DataFrame has no method map(). Compute columns on the server with select() or withColumn(), or collect the rows first: (await df.collect()).map(…).",
  ],
  [
    "forEach() of arrays",
    (df) => df.forEach(() => undefined),
    "A DataFrame has no method forEach(). Write for await (const row of df.toLocalIterator()), or collect the rows first.",
  ],
  [
    "collect() directly after groupBy()",
    (df) => df.groupBy("coin").collect(),
    'The result of groupBy() has no method collect(). Aggregate first: df.groupBy("id").count(), or .agg(sum("total").alias("total")).',
  ],
  [
    "as() of a Column",
    () => (col("a") as Loose).as("x"),
    "A Column has no method as(). Write alias(name).",
  ],
  [
    "PySpark's builder, which is a property",
    () => (SparkSession.builder as Loose).remote("sc://localhost"),
    "SparkSession.builder has no method remote(). builder is a method here: SparkSession.builder().remote(…).",
  ],
  [
    "new SparkSession()",
    () => new (SparkSession as Loose)(),
    "A session is made by await SparkSession.builder().remote(…).create(), not by new SparkSession().",
  ],
  ["a range of text", (_df, spark) => spark.range("5"), 'end must be an integer, got "5".'],
  [
    "a misspelt save mode",
    (df) => df.write.mode("overwrit"),
    'Unknown save mode "overwrit". Did you mean overwrite? Use append, overwrite, ignore or error.',
  ],
  [
    "an object as an option's name",
    (df) => df.write.option({ header: true }),
    "option() takes a name and a value, got an object as the name. Pass an object to options().",
  ],
  [
    "options that are undefined",
    (_df, spark) => spark.read.options(undefined),
    "Options are an object of names and values, got undefined.",
  ],
  [
    "an interval as a trigger",
    (df) => df.writeStream.trigger("10 seconds"),
    'trigger() needs one of { processingTime: "30 seconds" }, { availableNow: true }, { once: true }, { continuous: "1 second" }, { realTime: "5 minutes" }, got "10 seconds".',
  ],
  [
    "a number as a trigger's interval",
    (df) => df.writeStream.trigger({ processingTime: 10 }),
    "got { processingTime: 10 }.",
  ],
  [
    "no output mode",
    (df) => df.writeStream.outputMode(undefined),
    "outputMode must be append, complete or update, got undefined.",
  ],
  [
    "a name as the function of foreachBatch()",
    (df) => df.writeStream.foreachBatch("f"),
    'foreachBatch() takes a function (batch, batchId) => …, got "f". For Python text call foreachBatchPython().',
  ],
  [
    "parquet() of a stream",
    (df) => df.writeStream.parquet("/x"),
    'writeStream has no method parquet(). Write format("parquet").start(path), with the format that you need.',
  ],
  [
    "one object as rows",
    (_df, spark) => spark.createDataFrame({ a: 1 }),
    "Column a must be an array or a typed array of its values, got a number. Pass rows as an array: [{ … }].",
  ],
  [
    "an object as a schema",
    (_df, spark) => spark.createDataFrame([{ a: 1 }], { a: "int" }),
    'The schema must be DDL such as "id BIGINT, name STRING", a StructType or an array of column names, got an object.',
  ],
  [
    "a type of JavaScript in a schema",
    (_df, spark) => spark.createDataFrame([{ a: 1 }], "a number"),
    'DDL text, character 3: found "number", but a type is expected, such as DOUBLE, INT or BIGINT.',
  ],
  [
    "a misspelt type in a schema",
    (_df, spark) => spark.createDataFrame([{ a: 1 }], "a strng"),
    'DDL text, character 3: found "strng", but a type is expected, such as STRING.',
  ],
  [
    "rows of different lengths",
    (_df, spark) => spark.createDataFrame([[1, 2], [1]]),
    "Row 1: array has 1 values, expected 2.",
  ],
];
/* eslint-enable */

describe("the message for a typical mistake", () => {
  it.each(MISTAKES)("says what to write instead of %s", (_name, program, message) => {
    expect(() => program(prices, prices.sparkSession)).toThrow(message);
  });

  it("says how to make a function of columns, for register() with a plain function", async () => {
    const plain = ((x: number) => x) as never;
    await expect(prices.sparkSession.udf.register("f", plain)).rejects.toThrow(
      'register() takes a function that udf() of sparktide/cluster made, such as udf((n: bigint | null) => …, "bigint"), got a function.',
    );
  });

  it("says how to read the rows one by one, for `for await (const row of df)`", async () => {
    const rows = prices as unknown as AsyncIterable<unknown>;
    await expect(
      (async () => {
        for await (const row of rows) expect(row).toBeDefined();
      })(),
    ).rejects.toThrow("Write for await (const row of df.toLocalIterator()).");
  });

  it("says how to pass the values of SQL's markers", async () => {
    const { sparkSession: spark } = prices;
    await expect(spark.sql("SELECT ?", 1 as never)).rejects.toThrow(
      "sql() takes the values for ? as an array and the values for :name as an object, got 1.",
    );
    await expect(spark.sql("SELECT :df", { df: prices })).rejects.toThrow(
      "Call createOrReplaceTempView() on the DataFrame and use the view's name in SQL",
    );
  });

  it("prints a Column in a template without an error", () => {
    const column: Column = col("a");
    // eslint-disable-next-line @typescript-eslint/restrict-template-expressions -- The test's subject.
    expect(typeof `${column}`).toBe("string");
  });
});

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- See Loose. */
describe("an argument that is missing or of another kind", () => {
  it.each<Mistake>([
    ["col()", (df) => df.col(undefined), "A column's name must be text, got undefined."],
    [
      "asc()",
      (df) => asc(df.coin),
      'A column must be a Column or a column name, got undefined. Columns are not properties of a DataFrame: write col("id") or df.col("id"), not df.id.',
    ],
    [
      "withColumns()",
      (df) => df.withColumns(undefined),
      "columns must be an object, got undefined.",
    ],
    [
      "withColumnsRenamed()",
      (df) => df.withColumnsRenamed("a"),
      'renames must be an object, got "a".',
    ],
    ["to()", (df) => df.to(undefined), "schema must be an object, got undefined."],
    ["groupingSets()", (df) => df.groupingSets("a"), 'sets must be an array, got "a".'],
    ["transform()", (df) => df.transform(df), "apply must be a function, got a DataFrame."],
    ["randomSplit()", (df) => df.randomSplit(2), "weights must be an array, got 2."],
    ["freqItems()", (df) => df.freqItems(undefined), "columns must be an array, got undefined."],
    ["sampleBy()", (df) => df.sampleBy("coin", 1), "fractions must be an object, got 1."],
    [
      "observe()",
      (df) => df.observe(undefined),
      "The name of observe() must be text, got undefined.",
    ],
    ["writeTo()", (df) => df.writeTo(undefined), "table must be text, got undefined."],
    [
      "mergeInto()",
      (df) => df.mergeInto("t", undefined),
      "condition must be an object, got undefined.",
    ],
    ["withWatermark()", (df) => df.withWatermark("ts", 10), "delayThreshold must be text, got 10."],
    [
      "cogroup()",
      (df) => df.groupBy("coin").cogroup(df),
      "other must be the result of groupBy(), got a DataFrame.",
    ],
    [
      "broadcast()",
      () => broadcast(undefined as never),
      "broadcast() takes a DataFrame, got undefined.",
    ],
    ["queryName()", (df) => df.writeStream.queryName(5), "queryName must be text, got 5."],
    [
      "schema()",
      (_df, spark) => spark.read.schema({ id: "int" }),
      'The schema must be DDL such as "id BIGINT, name STRING", or a StructType, got an object.',
    ],
    [
      "schema() of a stream",
      (_df, spark) => spark.readStream.schema(undefined),
      'The schema must be DDL such as "id BIGINT, name STRING", or a StructType, got undefined.',
    ],
  ])("of %s is refused with its name and what it must be", (_name, program, message) => {
    expect(() => program(prices, prices.sparkSession)).toThrow(message);
  });

  it("of a Python function is refused before the first request", async () => {
    const df: Loose = prices;
    await expect(df.mapInPandas(undefined)).rejects.toThrow(
      "options must be an object, got undefined.",
    );
    await expect(df.mapInPandas({})).rejects.toThrow("undefined is not a Python name.");
    await expect(df.mapInPandas({ function: "f" })).rejects.toThrow(
      "source must be text, got undefined.",
    );
  });
});
/* eslint-enable */

describe("a session's builder", () => {
  const builder = SparkSession.builder().remote("sc://localhost");

  it("refuses an object as a configuration key, and a value without text", () => {
    expect(() => builder.config({ a: 1 } as never, undefined as never)).toThrow(
      "config() takes a key and a value, got an object as the key. Call it once for each key.",
    );
    expect(() => builder.config("spark.sql.ansi.enabled", undefined as never)).toThrow(
      "The value of spark.sql.ansi.enabled must be a string, number or boolean, got undefined.",
    );
  });

  it("refuses what is not a data source", () => {
    expect(() => builder.dataSources("weather" as never)).toThrow(
      'A data source must be weather, coingecko or rest of sparktide/sources, a PythonDataSource, or a class that extends DataSource of sparktide/cluster, got "weather".',
    );
    expect(() => builder.dataSources([] as never)).toThrow(
      "got an array. Pass the sources one by one.",
    );
  });

  it("refuses a token that is not text, before it sends one", async () => {
    const without = builder.token(() => undefined as never).connectTimeoutMs(500);
    await expect(without.create()).rejects.toThrow("The token must be text, got undefined.");
  });
});
