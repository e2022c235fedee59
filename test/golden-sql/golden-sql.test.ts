import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { type GoldenFile, goldenFiles } from "./golden-files.js";
import type { HiveStyle } from "./hive-text.js";
import { knownDifference, unusedDifferences } from "./known-differences.js";
import { differenceOf } from "./run-statement.js";
import { goldenFolder } from "./test-jar.js";
import { createPostgresFunctions, createTestTables } from "./test-tables.js";

const TIME_ZONE = "America/Los_Angeles";

const folder = await goldenFolder();
const filter = new RegExp(process.env["SPARKTIDE_GOLDEN_FILTER"] ?? "");
const { files: allFiles, left } = goldenFiles(folder);
const files = allFiles.filter(({ name }) => filter.test(name));
/** A statement with another result than in the golden file. */
interface Difference {
  readonly index: number;
  readonly sql: string;
  readonly difference: string;
}

const counts = { equal: 0, known: 0, different: 0 };
let server: LocalSpark;

beforeAll(async () => {
  server = await LocalSpark.start({
    delta: false,
    heapMb: 2048,
    conf: {
      "spark.sql.session.timeZone": TIME_ZONE,
      "spark.sql.shuffle.partitions": "4",
      "spark.sql.collation.schemaLevel.enabled": "true",
      // Spark's suite turns this rule off, because it would compute plans during optimization.
      "spark.sql.optimizer.excludedRules":
        "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation",
    },
    // Enables features that only Spark's tests enable, such as new types.
    javaOptions: [
      "-Dspark.testing=true",
      `-Duser.timezone=${TIME_ZONE}`,
      "-Duser.language=en",
      "-Duser.country=US",
    ],
  });
  await using spark = await SparkSession.builder().remote(server.url).create();
  await createTestTables(spark, folder);
});

afterAll(async () => {
  await server.stop();
  const figures = process.env["SPARKTIDE_GOLDEN_FIGURES"];
  const text = JSON.stringify({
    "golden files": `${files.length} run, ${left.length} left out (they need Scala classes of Spark's test build)`,
    statements: `${counts.equal} equal, ${counts.known} known differences, ${counts.different} other differences`,
  });
  if (figures !== undefined) writeFileSync(figures, text);
});

describe("Spark's golden files give the same schemas, values and error conditions", () => {
  test.each(files)("$name", async (file) => {
    const found = await differences(file);
    const unknown = found.filter(({ index }) => knownDifference(file.name, index) === undefined);
    counts.equal += file.statements.length - found.length;
    counts.known += found.length - unknown.length;
    counts.different += unknown.length;
    expect(unknown).toEqual([]);
    const different = found.map(({ index }) => index);
    expect(unusedDifferences(file.name, different)).toEqual([]);
  });
});

async function differences(file: GoldenFile): Promise<Difference[]> {
  await using spark = await SparkSession.builder().remote(server.url).create();
  for (const [key, value] of Object.entries(file.conf)) await spark.conf.set(key, value);
  if (file.name.startsWith("postgreSQL/")) await createPostgresFunctions(spark);
  let style = await styleOf(spark);
  const found: Difference[] = [];
  for (const statement of file.statements) {
    const { index, sql } = statement;
    const difference = await differenceOf(spark, statement, style);
    if (difference !== undefined) found.push({ index, sql, difference });
    if (/time\s*zone|binaryOutputStyle/i.test(sql)) style = await styleOf(spark);
  }
  return found;
}

async function styleOf(spark: SparkSession): Promise<HiveStyle> {
  return {
    timeZone: await spark.conf.get("spark.sql.session.timeZone"),
    binary: (await spark.conf.getOption("spark.sql.binaryOutputStyle")) ?? "UTF8",
  };
}
