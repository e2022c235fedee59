import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expr } from "../../src/functions/index.js";
import type { DataFrame, SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

/** The line of this file that calls this function. */
function thisLine(): number {
  const [, , frame = ""] = (new Error("here").stack ?? "").split("\n");
  return Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]);
}

describe.skipIf(!isSparkAtLeast(4, 1))("a wrong pipeline", () => {
  let spark: SparkSession;
  let database: string;

  beforeAll(async () => {
    spark = await connect();
    database = uniqueName("wrong");
    await spark.sql(`CREATE DATABASE ${database}`);
  });

  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });

  function empty(): Pipeline {
    return pipeline({ database, storage: `file://${uniquePath("storage")}` });
  }

  /** The message with which a dry run fails. */
  async function failure(p: Pipeline): Promise<string> {
    try {
      await (await p.start(spark, { dryRun: true })).result();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("the dry run did not fail");
  }

  const rate = ({ readStream }: SparkSession): DataFrame => readStream.format("rate").load();

  it("with a cycle fails with both datasets and their lines", async () => {
    const line = thisLine();
    const message = await failure(
      empty()
        .materializedView("first", (session) => session.table("second"))
        .materializedView("second", (session) => session.table("first")),
    );
    expect(message).toContain("Circular dependencies are not supported");
    expect(message).toMatch(new RegExp(`first: Defined at .*pipeline-errors.test.ts:${line + 3}`));
    expect(message).toMatch(new RegExp(`second: Defined at .*pipeline-errors.test.ts:${line + 4}`));
  });

  it("that reads a missing table fails with the dataset, the table and the line", async () => {
    const line = thisLine();
    const p = empty().materializedView("lost", (session) => session.table("nothing"));
    const message = await failure(p);
    expect(message).toMatch(/\.lost: \[TABLE_OR_VIEW_NOT_FOUND\][\s\S]*`nothing`/);
    expect(message).toContain(`pipeline-errors.test.ts:${line + 1}.`);
  });

  it("with a type error fails with the dataset and the line, also in SQL", async () => {
    const wrong = "id + array(1)";
    const line = thisLine();
    const code = empty().materializedView("typed", (session) =>
      session.range(3).select(expr(wrong)),
    );
    const text = empty().sql(`CREATE MATERIALIZED VIEW typed AS SELECT ${wrong} FROM range(3)`);
    for (const [p, at] of [
      [code, line + 1],
      [text, line + 4],
    ] as const) {
      const message = await failure(p);
      expect(message).toContain(".typed: [DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES]");
      expect(message).toContain(`pipeline-errors.test.ts:${at}.`);
    }
  });

  it("in a SQL file fails with the file", async () => {
    const file = uniquePath("wrong.sql");
    await writeFile(file, "CREATE MATERIALIZED VIEW m AS SELECT * FROM nothing");
    expect(await failure(empty().sql({ file }))).toContain(`Defined at ${file}:1.`);
    await writeFile(file, "CREATE MATERIALIZED VIEW m AS SELEC 1");
    expect(await failure(empty().sql({ file }))).toMatch(
      /PARSE_SYNTAX_ERROR[\s\S]*Defined at .*:1\.$/,
    );
  });

  it("with two flows without a target fails with both flows and their lines before anything is defined", async () => {
    const line = thisLine();
    const p = empty()
      .createStreamingTable("event")
      .appendFlow("events", rate, { name: "one" })
      .appendFlow("others", rate, { name: "two" });
    const message = await failure(p);
    expect(message).toMatch(
      new RegExp(
        `The flow one writes to events, which the pipeline does not define. Did you mean event\\?.*\\n.*:${line + 3}\\.\\n` +
          `The flow two writes to others, which the pipeline does not define.*\\n.*:${line + 4}\\.$`,
      ),
    );
  });

  it("takes a dataset in SQL as the target of a flow", async () => {
    const p = empty().sql("CREATE STREAMING TABLE target").appendFlow("target", rate);
    await (await p.start(spark, { dryRun: true })).result();
  });

  it("with a table without a flow, or with a batch query for a stream, fails with the line", async () => {
    const line = thisLine();
    const without = empty()
      .createStreamingTable("alone")
      .materializedView("m", (s) => s.range(1));
    const batch = empty().streamingTable("batch", (session) => session.range(1));
    expect(await failure(without)).toMatch(
      new RegExp(`PIPELINE_DATASET_WITHOUT_FLOW[\\s\\S]*:${line + 2}\\.$`),
    );
    expect(await failure(batch)).toMatch(
      new RegExp(`BATCH_RELATION_FOR_STREAMING_TABLE[\\s\\S]*:${line + 4}\\.$`),
    );
  });

  it("with two datasets of one name is refused with both lines", () => {
    const line = thisLine();
    const p = empty().materializedView("same", (session) => session.range(1));
    expect(() => p.temporaryView(`${database}.\`SAME\``, (session) => session.range(1))).toThrow(
      new RegExp(
        `already has the materialized view same. Defined at .*:${line + 1}\\.[\\s\\S]*:${line + 2}\\.$`,
      ),
    );
  });

  it("is refused if a function fails or returns no DataFrame", async () => {
    const thrown = empty().materializedView("m", () => {
      throw new Error("no such coin");
    });
    expect(await failure(thrown)).toMatch(
      /^The function of the materialized view m failed: no such coin\nDefined at .*:\d+\.$/,
    );
    const nothing = empty().materializedView("m", (() => undefined) as never);
    expect(await failure(nothing)).toContain("must return a DataFrame, got undefined.");
    const other = await connect();
    const foreign = empty().materializedView("m", () => other.range(1));
    expect(await failure(foreign)).toContain("returned a DataFrame of another session");
    await other.stop();
  });

  describe("in a flow function", () => {
    const refused: Record<string, [(session: SparkSession) => unknown, string]> = {
      "a write": [(session) => session.range(1).write.parquet("/tmp/never"), "writes rows"],
      "a table": [(session) => session.range(1).write.saveAsTable("never"), "writes rows"],
      "a query": [
        (session) => rate(session).writeStream.format("noop").start(),
        "starts a streaming query",
      ],
      "a setting": [
        (session) => session.conf.set("spark.sql.ansi.enabled", true),
        "changes the setting",
      ],
      "no setting": [
        (session) => session.conf.unset("spark.sql.ansi.enabled"),
        "changes the setting",
      ],
      "a database": [
        (session) => session.catalog.setCurrentDatabase("default"),
        "setCurrentDatabase",
      ],
      "a view": [(session) => session.range(1).createOrReplaceTempView("v"), "creates a view"],
      "a dropped view": [(session) => session.catalog.dropTempView("v"), "dropTempView"],
      "rows of a dataset": [(session) => session.table("own").collect(), "reads rows of own"],
      "columns of a dataset": [
        (session) => session.table("own").columns(),
        "asks for the columns of own",
      ],
      "rows by SQL": [
        (session) => session.query("SELECT * FROM own").collect(),
        "reads rows of own",
      ],
      "columns of a stream": [
        (session) => session.readStream.table("own").schema(),
        "asks for the columns of own",
      ],
      "a SQL command": [
        (session) => session.sql("CREATE TABLE never (a INT)"),
        "UNSUPPORTED_PIPELINE_SPARK_SQL_COMMAND",
      ],
    };
    it.each(Object.entries(refused))("%s is refused by name", async (_, [work, words]) => {
      const p = empty()
        .streamingTable("own", rate)
        .materializedView("bad", async (session) => {
          await work(session);
          return session.range(1);
        });
      const message = await failure(p);
      expect(message).toContain(words);
      expect(message).toMatch(
        /materialized view bad[\s\S]*Defined at .*pipeline-errors.test.ts:\d+\.$/,
      );
    });

    it("SQL queries and local rows may be used, and the session is free at the same time and afterwards", async () => {
      let outside: Promise<number> | undefined;
      const isFree = new Promise<void>((resolve) => {
        outside = eventually(
          async () => {
            await spark.conf.set("spark.sql.shuffle.partitions", 3);
            return spark.range(4).count();
          },
          { withinMs: 30_000 },
        ).finally(resolve);
      });
      const p = empty()
        .streamingTable("own", rate)
        .materializedView("good", async (session) => {
          await isFree;
          const query = await session.sql("SELECT 1 AS one");
          return query.unionAll(session.createDataFrame([{ one: 2 }]));
        });
      await (await p.start(spark, { dryRun: true })).result();
      expect(await outside).toBe(4);
      expect(await spark.conf.get("spark.sql.shuffle.partitions")).toBe("3");
    });
  });
});
