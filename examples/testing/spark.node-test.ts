/** A test on a Spark in a container, with Node's test runner: `node --test spark.node-test.js`. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SparkSession } from "sparktide";
import { SparkConnectContainer, type StartedSparkConnectContainer } from "sparktide/testing";

let spark: StartedSparkConnectContainer;

before(async () => {
  const image = process.env["SPARK_IMAGE"];
  const container =
    image === undefined ? await SparkConnectContainer.build() : new SparkConnectContainer(image);
  spark = await container.start();
});

after(async () => {
  await spark.stop();
});

test("a table keeps what was written to it", async () => {
  await using session = await SparkSession.builder().remote(spark.url).create();
  await session.range(5).write.format("delta").saveAsTable("numbers");
  const total = await session.sql("select sum(id) as total from numbers");
  assert.deepEqual(await total.collect(), [{ total: 10n }]);
});
