import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { udf, udtf } from "../../src/cluster/index.js";
import { JavaScriptFunctionError, type SparkSession } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast } from "./support.js";

const SEPARATOR = "-";

function words(text: string): string[] {
  return text.toLowerCase().split(/\W+/);
}

/** A function that fails at the third row of its partition. */
function failing(id: bigint): bigint {
  if (id === 2n) throw new RangeError("no two", { cause: new Error("the reason") });
  return id;
}

async function failureOf(query: Promise<unknown>): Promise<JavaScriptFunctionError> {
  const error: unknown = await query.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(JavaScriptFunctionError);
  return error as JavaScriptFunctionError;
}

describe("functions in TypeScript", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  describe.skipIf(!isSparkAtLeast(4, 1))("of columns", () => {
    it("receive values as collect() returns them, with what they capture, also in calls of calls", async () => {
      const slug = udf(
        (title: string | null) => (title === null ? null : words(title).join(SEPARATOR)),
        "string",
      );
      const next = udf((id: bigint | null) => id && id + 1n, "bigint");
      const df = spark.query("SELECT * FROM VALUES (1L, 'To Be'), (2L, NULL) AS t(id, title)");
      const rows = df.select("id", slug("title").alias("slug"), next(next("id")).alias("later"));
      await expect(rows.collect()).resolves.toEqual([
        { id: 1n, slug: "to-be", later: 3n },
        { id: 2n, slug: null, later: 4n },
      ]);
    });

    it("are called by SQL under the name of their registration", async () => {
      const twice = udf((n: bigint | null) => n && n * 2n, "bigint");
      await spark.udf.register("ts_twice", twice);
      const rows = spark.query("SELECT ts_twice(21L) AS a, ts_twice(CAST(NULL AS BIGINT)) AS b");
      await expect(rows.collect()).resolves.toEqual([{ a: 42n, b: null }]);
      const none = ((n: bigint) => n) as never;
      await expect(spark.udf.register("ts_none", none)).rejects.toThrow(
        "register() takes a function that udf() of sparktide/cluster made",
      );
    });

    it("that return promises work on several rows at a time", async () => {
      const most = udf(
        async (id: bigint) => {
          const state = globalThis as { active?: number; most?: number };
          state.active = (state.active ?? 0) + 1;
          state.most = Math.max(state.most ?? 0, state.active);
          await new Promise((resolve) => setTimeout(resolve, 5));
          state.active -= 1;
          return id < 0n ? 0 : state.most;
        },
        "int",
        { concurrency: 4 },
      );
      const rows = await spark.range(0, 12, 1, 1).select(most("id").alias("most")).collect();
      expect(Math.max(...rows.map((row) => row.most ?? 0))).toBe(4);
    });

    it("report what they threw: the row, the cause, and the line of this file", async () => {
      const failed = spark.range(0, 5, 1, 1).select(udf(failing, "bigint")("id").alias("x"));
      const error = await failureOf(failed.collect());
      expect(error).toMatchObject({
        errorClass: "JAVASCRIPT_FUNCTION_FAILED",
        functionName: "failing",
        row: 2,
        partition: 0,
        cause: { name: "RangeError", message: "no two", cause: { message: "the reason" } },
      });
      expect(error.message).toBe(
        "failing failed at row 2 of partition 0: RangeError: no two (cause: Error: the reason)",
      );
      expect((error.cause as Error).stack).toMatch(
        /at failing \(\S*cluster-functions\.test\.ts:15:\d+\)/,
      );
    });

    it("whose result does not fit name the row and the kind of value", async () => {
      const wrong = udf((id: bigint) => (id === 1n ? "one" : id), "bigint", { name: "wrong" });
      const rows = spark.range(0, 3, 1, 1).select(wrong("id").alias("x"));
      const failure = await failureOf(rows.collect());
      expect(failure.message).toBe(
        "wrong failed at row 1 of partition 0: TypeError: The result of wrong: string does not fit bigint: pass a bigint or a safe integer.",
      );
      expect(failure).toMatchObject({ row: 1, partition: 0, cause: { name: "TypeError" } });
    });

    it("end with a named error when they loop, exit or need too much memory, and Spark lives on", async () => {
      const cases = [
        [
          udf(
            (_id: bigint) => {
              for (;;);
            },
            "int",
            { name: "loops", timeoutMs: 500 },
          ),
          "JAVASCRIPT_TIMEOUT",
        ],
        [
          udf((_id: bigint) => process.exit(3), "int", { name: "exits" }),
          "JAVASCRIPT_PROCESS_ENDED",
        ],
        [
          udf(
            (_id: bigint) => {
              const held: unknown[] = [];
              for (;;) held.push(new Array(1000).fill(held.length));
            },
            "int",
            { name: "hoards", heapMb: 32 },
          ),
          "JAVASCRIPT_OUT_OF_MEMORY",
        ],
      ] as const;
      for (const [fn, errorClass] of cases) {
        const error = await failureOf(
          spark.range(0, 1, 1, 1).select(fn("id").alias("x")).collect(),
        );
        expect(error.errorClass).toBe(errorClass);
      }
      const alive = udf((_id: bigint) => 1, "int");
      await expect(spark.range(1).select(alive("id").alias("x")).collect()).resolves.toEqual([
        { x: 1 },
      ]);
    });

    it("see no secret of the environment, no files, and only the hosts that they declare", async () => {
      const names = udf((_id: bigint) => {
        const worker = process;
        return Object.keys(worker.env).join(" ");
      }, "string");
      const [row] = await spark.range(1).select(names("id").alias("names")).collect();
      expect(row?.names).not.toMatch(/SPARK|TOKEN|SECRET|PASSWORD|KEY\b/i);
      const reads = udf(
        (_id: bigint) => process.getBuiltinModule("node:fs").readFileSync("/etc/hosts", "utf8"),
        "string",
      );
      const refused = await failureOf(spark.range(1).select(reads("id").alias("x")).collect());
      expect(refused.cause).toMatchObject({ code: "ERR_ACCESS_DENIED" });
      const calls = udf(
        async (_id: bigint) => (await fetch("http://other.example/")).status,
        "int",
        {
          name: "calls",
          network: ["api.example.com"],
        },
      );
      const { message } = await failureOf(spark.range(1).select(calls("id").alias("x")).collect());
      expect(message).toContain(
        "This function may connect only to api.example.com, but it connects to other.example.",
      );
    });

    it("print to the log of their worker, which Spark collects for the session if it is asked to", async () => {
      await using session = await connect();
      await session.conf.set("spark.sql.pyspark.worker.logging.enabled", true);
      const prints = udf(
        (id: bigint) => {
          console.log(`row ${id} is über`);
          return id;
        },
        "bigint",
        { name: "prints" },
      );
      await session.range(0, 2, 1, 1).select(prints("id")).collect();
      // The lines arrive after the rows.
      await eventually(
        async () => {
          const logs = await session.tvf.python_worker_logs().select("msg").collect();
          const lines = logs.flatMap(({ msg }) => String(msg).split("\n"));
          return lines.includes("row 0 is über") && lines.includes("row 1 is über");
        },
        { withinMs: 30_000 },
      );
    });

    it("need an argument, because Spark counts rows by the arguments", async () => {
      const one = udf(() => 1, "int", { name: "one" });
      expect(() => one()).toThrow("one needs at least one column as argument");
      await spark.udf.register("ts_one", one);
      const { message } = await failureOf(spark.query("SELECT ts_one()").collect());
      expect(message).toContain("one needs at least one argument");
    });

    it("are refused in a command by their name", async () => {
      const flag = udf((_id: bigint) => true, "boolean", { name: "flag" });
      await expect(spark.range(1).writeTo("nowhere").overwrite(flag("id"))).rejects.toThrow(
        "A command cannot call the TypeScript function flag itself.",
      );
    });
  });

  it.skipIf(isSparkAtLeast(4, 1))("of columns are refused on Spark 4.0", async () => {
    const next = udf((id: bigint) => id + 1n, "bigint");
    await expect(spark.range(1).select(next("id")).collect()).rejects.toThrow("4.1");
  });

  it("mapRows() passes the rows of a partition and takes the rows that the function yields", async () => {
    const halves = spark.range(0, 6, 1, 2).mapRows(async function* (rows) {
      let seen = 0;
      for await (const { id } of rows) {
        seen++;
        if (id % 2n === 0n) yield { id, half: `${id / 2n}`, seen };
      }
    }, "id BIGINT, half STRING, seen INT");
    await expect(halves.orderBy("id").collect()).resolves.toEqual([
      { id: 0n, half: "0", seen: 1 },
      { id: 2n, half: "1", seen: 3 },
      { id: 4n, half: "2", seen: 2 },
    ]);
    // A LIMIT leaves the function in the middle of its rows.
    await expect(halves.limit(1).count()).resolves.toBe(1);
  });

  it("applyRows() passes the rows and the key of each group", async () => {
    const grouped = spark.range(0, 10).groupBy((c) => ({ third: c.id.mod(3) }));
    const totals = grouped.applyRows(async function* (rows, { third }) {
      let total = 0n;
      for await (const { id } of rows) total += id;
      yield { third, total };
    }, "third BIGINT, total BIGINT");
    await expect(totals.orderBy("third").collect()).resolves.toEqual([
      { third: 0n, total: 18n },
      { third: 1n, total: 12n },
      { third: 2n, total: 15n },
    ]);
  });

  it("table functions yield rows for each call in SQL, also in a LATERAL join", async () => {
    const split = udtf(function* (text: string, most: number) {
      for (const [at, word] of words(text).entries()) if (at < most) yield { at, word };
    }, "at INT, word STRING");
    await spark.udtf.register("ts_words", split);
    const rows = spark.query(
      "SELECT t.id, w.* FROM VALUES (1, 'a b c'), (2, 'd') AS t(id, text), LATERAL ts_words(t.text, 2) AS w ORDER BY ALL",
    );
    await expect(rows.collect()).resolves.toEqual([
      { id: 1, at: 0, word: "a" },
      { id: 1, at: 1, word: "b" },
      { id: 2, at: 0, word: "d" },
    ]);
  });
});
