/** The examples in the doc comments of src/, run on a real Spark. */
import { expect, it } from "vitest";
import { readDocExamples } from "../support/doc-examples.js";
import { runDocExamples } from "./run-doc-examples.js";
import { connect, isSparkAtLeast } from "./support.js";

/** Values of older releases differ in places; the comments show those of Spark 4.2. */
const IS_DOCUMENTED_RELEASE = isSparkAtLeast(4, 2);

const SETTINGS = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.timeType.enabled": true,
  "spark.sql.timestampNanosTypes.enabled": true,
  // The examples have a few rows, so plans and generated code would cost more than the queries.
  "spark.sql.shuffle.partitions": 1,
  "spark.sql.adaptive.enabled": false,
  "spark.sql.codegen.wholeStage": false,
  "spark.sql.codegen.factoryMode": "NO_CODEGEN",
};

it.skipIf(!IS_DOCUMENTED_RELEASE)(
  "each example in a doc comment gives the value beside it",
  { timeout: 300_000 },
  async () => {
    await using spark = await connect();
    for (const [key, value] of Object.entries(SETTINGS)) await spark.conf.set(key, value);
    const known = readDocExamples().filter(({ since = [0, 0] }) => isSparkAtLeast(...since));
    const values = await runDocExamples(spark, known);
    expect(values.length).toBeGreaterThan(500);
    const wrong = values
      .filter(({ expected, actual }) => expected !== "varies" || actual.startsWith("failed: "))
      .filter(({ expected, actual }) => expected !== actual)
      .map(
        ({ example: { name, place }, expected, actual }) =>
          `${place} ${name}: expected ${expected}, got ${actual}`,
      );
    expect(wrong).toEqual([]);
  },
);
