/** The examples in the doc comments of src/, run on a real Spark. */
import { expect, it } from "vitest";
import { readDocExamples } from "../support/doc-examples.js";
import { runDocExamples } from "./run-doc-examples.js";
import { connect, isSparkAtLeast } from "./support.js";

/** Values of older releases differ in places; the comments show those of Spark 4.2. */
const IS_DOCUMENTED_RELEASE = isSparkAtLeast(4, 2);

it.skipIf(!IS_DOCUMENTED_RELEASE)(
  "each example in a doc comment gives the value beside it",
  async () => {
    await using spark = await connect();
    await spark.conf.set("spark.sql.session.timeZone", "UTC");
    await spark.conf.set("spark.sql.timeType.enabled", "true");
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
