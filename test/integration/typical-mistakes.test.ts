import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { col, current_date, date_format, row_number, window } from "../../src/functions/index.js";
import { Window, type DataFrame, type SparkSession } from "../../src/index.js";
import { connect, uniquePath } from "./support.js";

let spark: SparkSession;
let people: DataFrame;
beforeAll(async () => {
  spark = await connect();
  people = spark.createDataFrame([{ id: 1, name: "a" }]).untyped();
});
afterAll(() => spark.stop());

function rate(): DataFrame {
  return spark.readStream.format("rate").load().untyped();
}

describe("Spark's message for a typical mistake has the advice of this client", () => {
  it.each<readonly [string, () => Promise<unknown>, string]>([
    [
      "a direction in a column's name",
      () => people.orderBy("id desc").schema(),
      'For the direction write col("id").desc().',
    ],
    [
      "an expression as a column's name",
      () => people.select("id + 1").schema(),
      'For SQL write expr("id + 1") or selectExpr("id + 1").',
    ],
    [
      "a column that both sides of a join have",
      () => people.join(people.alias("b"), col("name").eq("a")).schema(),
      'Write df.col("…") of the input that you mean',
    ],
    [
      "a window without an order",
      () => people.select(row_number().over(Window.partitionBy("name"))).schema(),
      "Write Window.partitionBy(…).orderBy(…).",
    ],
    [
      "a date pattern of JavaScript",
      () => people.select(date_format(current_date(), "YYYY-MM-DD")).collect(),
      "yyyy is the year, MM the month, dd the day",
    ],
    [
      "a marker of another database",
      () => spark.sql("SELECT $1").then((df) => df.schema()),
      "Spark's markers for arguments are ? and :name, not $1.",
    ],
    [
      "a printed JavaScript object in SQL",
      () => people.filter("[object Object] > 1").schema(),
      "The SQL text holds a printed JavaScript object.",
    ],
    [
      "a type of JavaScript in SQL",
      () => people.select(col("id").cast("number")).schema(),
      "In Spark write DOUBLE, INT or BIGINT.",
    ],
    [
      "a path that has no data",
      () => spark.read.load().schema(),
      "Check that the call names a path",
    ],
    [
      "a misspelt format",
      () => spark.read.format("parqet").load("/x").schema(),
      "Did you mean parquet?",
    ],
    [
      "a packaged source that is not registered",
      () => spark.read.format("weather").load().schema(),
      "add .dataSources(weather) to the session's builder or call await spark.dataSource.register(weather).",
    ],
    [
      "the same in a stream",
      () => spark.readStream.format("coingecko").load().schema(),
      "add .dataSources(coingecko) to the session's builder",
    ],
    [
      "the same in SQL",
      () => spark.sql("CREATE TABLE typical_mistake USING rest"),
      "add .dataSources(rest) to the session's builder",
    ],
    [
      "writing a stream as a batch",
      () => rate().write.parquet(uniquePath("mistake")),
      "This DataFrame is a stream: write it with df.writeStream.",
    ],
    [
      "writing a batch as a stream",
      () => people.writeStream.format("noop").start(),
      "This DataFrame is not a stream: write it with df.write",
    ],
    [
      "an aggregation in append mode without a watermark",
      () =>
        rate()
          .groupBy(window("timestamp", "1 minute"))
          .count()
          .writeStream.format("noop")
          .option("checkpointLocation", uniquePath("mistake"))
          .start(),
      'Call withWatermark() before the aggregation, or use outputMode("update")',
    ],
    [
      "a trigger's interval without a unit",
      () =>
        rate()
          .writeStream.format("noop")
          .option("checkpointLocation", uniquePath("mistake"))
          .trigger({ processingTime: "10" })
          .start(),
      'Write a number and a unit, such as "10 seconds".',
    ],
    [
      "a stream to files without a path",
      () =>
        rate()
          .writeStream.format("parquet")
          .option("checkpointLocation", uniquePath("mistake"))
          .start(),
      "Pass the path to load(), save() or start().",
    ],
  ])("%s", async (_name, program, advice) => {
    const failure = await program().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toContain(advice);
  });

  it.runIf(inject("hasDelta"))("a stream from a path without a Delta table", async () => {
    const stream = spark.readStream.format("delta").load(uniquePath("mistake"));
    await expect(stream.schema()).rejects.toThrow("No Delta table exists there yet.");
  });
});
