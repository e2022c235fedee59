/** Several flows into one table: refused for plain files, where Spark would lose rows, and complete in Delta. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ArgumentError, type DataFrame, type SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

let spark: SparkSession;
const database = uniqueName("shared_files");
const source = uniquePath("coins");
const storage = `file://${uniquePath("storage")}`;
beforeAll(async () => {
  spark = await connect();
  await spark.sql(`CREATE DATABASE ${database}`);
  await mkdir(source, { recursive: true });
});
afterAll(async () => {
  await spark.sql(`DROP DATABASE IF EXISTS ${database} CASCADE`);
  await spark.stop();
});

const coin =
  (name: string) =>
  ({ readStream }: SparkSession): DataFrame =>
    readStream.format("json").schema("coin STRING").load(source).where(`coin = '${name}'`);

const empty = (): Pipeline => pipeline({ storage, database });

const SQL = `
  CREATE STREAMING TABLE coins;
  CREATE FLOW a AS INSERT INTO coins BY NAME SELECT * FROM STREAM raw;
  CREATE FLOW b AS INSERT INTO coins BY NAME SELECT * FROM STREAM raw;
`;

describe.skipIf(!isSparkAtLeast(4, 1))("several flows into one table", () => {
  it.each([
    ["of the default format", () => empty().createStreamingTable("coins")],
    ["with the format orc", () => empty().createStreamingTable("coins", { format: "orc" })],
    ["that is a sink of files", () => empty().sink("coins", { format: "json" })],
  ])("are refused for a table %s", async (_, table) => {
    const own = table()
      .appendFlow("coins", coin("a"), { name: "a" })
      .appendFlow("coins", coin("b"), { name: "b" });
    const started = own.start(spark);
    await expect(started).rejects.toBeInstanceOf(ArgumentError);
    await expect(started).rejects.toThrow(
      /^coins has the format \w+ and several flows: a, b\. .*\nDefined at .*shared-files\.test\.ts:\d+\.$/s,
    );
  });

  it("are refused for a table in SQL", async () => {
    await expect(empty().sql({ file: "coins.sql", text: SQL }).start(spark)).rejects.toThrow(
      /^coins has the format parquet and several flows: a, b\..*\nDefined at coins\.sql:1\.$/s,
    );
  });

  it.skipIf(!inject("hasDelta"))("keep all rows in Delta, the session's default", async () => {
    await using own = await connect();
    await own.conf.set("spark.sql.sources.default", "delta");
    for (const round of [1, 2]) {
      await writeFile(join(source, `${round}.json`), '{"coin":"a"}\n{"coin":"b"}\n');
      const run = await empty()
        .createStreamingTable("coins")
        .appendFlow("coins", coin("a"), { name: "a" })
        .appendFlow("coins", coin("b"), { name: "b" })
        .start(own);
      await run.result();
      expect(await own.table(`${database}.coins`).count()).toBe(2 * round);
    }
  });
});
