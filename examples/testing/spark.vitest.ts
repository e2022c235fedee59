/**
 * A test on a Spark in a container, with vitest: `npm run test:container`. All tests of the file use one
 * container; each test has its own session.
 */
import { SparkSession } from "sparktide";
import { avg } from "sparktide/functions";
import { SparkConnectContainer, type StartedSparkConnectContainer } from "sparktide/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

let spark: StartedSparkConnectContainer;

// Without SPARK_IMAGE, the first run on a machine builds an image, which takes minutes.
beforeAll(async () => {
  const image = process.env["SPARK_IMAGE"];
  const container =
    image === undefined ? await SparkConnectContainer.build() : new SparkConnectContainer(image);
  spark = await container.withSparkConf({ "spark.sql.shuffle.partitions": "2" }).start();
}, 900_000);

afterAll(async () => {
  await spark.stop();
});

test("each city's average is over its own readings", async () => {
  await using session = await SparkSession.builder().remote(spark.url).create();
  const readings = session.createDataFrame([
    { city: "Oslo", celsius: -2 },
    { city: "Oslo", celsius: 4 },
    { city: "Lagos", celsius: 31 },
  ]);
  const averages = readings.groupBy("city").agg((row) => ({ celsius: avg(row.celsius) }));
  expect(await averages.orderBy("city").collect()).toEqual([
    { city: "Lagos", celsius: 31 },
    { city: "Oslo", celsius: 1 },
  ]);
});
