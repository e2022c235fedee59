/** Tests on one embedded Spark, which vitest's global setup starts for all test files: `vitest run`. */
import type { SparkSession } from "sparktide";
import {
  assertDataFrameEqual,
  assertSchemaEqual,
  temporaryFolder,
  temporaryTable,
  testSession,
} from "sparktide/testing";
import { afterAll, beforeAll, test } from "vitest";
import { totals } from "./totals.js";

const LINES = [
  { order: "a", amount: 2.5 },
  { order: "a", amount: 3 },
  { order: "b", amount: 1 },
];

// The session of this file, with a database of its own.
let spark: SparkSession;
beforeAll(async () => {
  spark = await testSession();
});
afterAll(() => spark.stop());

test("an order's total is the sum of its lines", async () => {
  const result = totals(spark.createDataFrame(LINES));
  assertSchemaEqual(await result.schema(), "order STRING, total DOUBLE");
  await assertDataFrameEqual(result, [
    { order: "b", total: 1 },
    { order: "a", total: 5.5 },
  ]);
});

test("a copy of a table in files has the same rows", async () => {
  await using lines = await temporaryTable(spark, LINES);
  await using folder = await temporaryFolder();
  await lines.df.write.parquet(`${folder.path}/copy`);
  await assertDataFrameEqual(spark.read.parquet(`${folder.path}/copy`), lines.df);
});
