import { describe, expect, it, type TestContext } from "vitest";
import { inspect } from "node:util";
import type { DataFrame, SparkSession } from "../../src/index.js";
import { SparkException } from "../../src/index.js";
import { rest } from "../../src/sources/index.js";
import { connect, replayEgress, uniqueName } from "./support.js";

const SECRET = "sentinel_71c0de";
const { baseUrl: api, ...egress } = replayEgress();
const MODES = ["simple", "extended", "codegen", "cost", "formatted"] as const;

/** Options with a literal secret, one for each kind of option that may hold a secret. */
function withSecrets(spark: SparkSession, kind: "read" | "readStream"): DataFrame {
  const options = {
    url: `${api}/items?key=${SECRET}`,
    authType: "Bearer",
    oauthToken: SECRET,
    headers: JSON.stringify({ "X-API-Key": SECRET }),
    cookie: `session=${SECRET}`,
    offsetType: "incremental",
    offsetField: "id",
    ...egress,
  };
  return spark[kind].format("rest").options(options).load();
}

/** The address of the server's web interface, if it is on. */
async function webInterface(spark: SparkSession): Promise<string | undefined> {
  const enabled = await spark.conf.getOption("spark.ui.enabled");
  if (enabled?.toLowerCase() !== "true") return undefined;
  const port = (await spark.conf.getOption("spark.ui.port")) ?? "4040";
  return `http://127.0.0.1:${port}/api/v1/applications`;
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

describe("a literal secret in an option of rest", () => {
  it("is in no explained plan in any mode, of a batch, a stream, a view or a cached query", async () => {
    await using spark = await connect(rest);
    const batch = withSecrets(spark, "read");
    const view = uniqueName("items");
    await batch.createOrReplaceTempView(view);
    const plans = [
      batch,
      withSecrets(spark, "readStream"),
      spark.table(view).filter("output LIKE '%1%'"),
      await batch.select("output").persist(),
    ];
    for (const df of plans) {
      for (const mode of MODES) {
        const text = await df.explainString(mode);
        // Check that the text is a plan: an empty text would hold no secret either.
        expect(text, mode).toMatch(/output|WholeStageCodegen/);
        expect(text, mode).not.toContain(SECRET);
      }
    }
    await plans.at(-1)?.unpersist();
  });

  it("is in no error about a plan that reads it", async () => {
    await using spark = await connect(rest);
    const failures: unknown[] = [];
    for (const kind of ["read", "readStream"] as const) {
      const df = withSecrets(spark, kind);
      for (const act of [
        () => df.select("no_such_column").schema(),
        () => df.filter("output.type = 'x'").schema(),
        () => df.groupBy("output").count().select("output.a").explainString("extended"),
        () => df.collect(),
        () => df.selectExpr("raise_error(output)").collect(),
        () => df.writeStream.format("noop").outputMode("complete").start(),
        () => df.write.format("no_such_format").save(),
      ]) {
        failures.push(
          await act().then(
            () => undefined,
            (error: unknown) => error,
          ),
        );
      }
    }
    const query = await withSecrets(spark, "readStream").writeStream.format("noop").start();
    failures.push(
      await query.awaitTermination({ timeoutMs: 60_000 }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(failures.every((failure) => failure instanceof SparkException)).toBe(true);
    expect(inspect(failures, { depth: 10, maxStringLength: Infinity })).not.toContain(SECRET);
  });

  it("is not in the web interface's pages about queries", async (context: TestContext) => {
    await using spark = await connect(rest);
    const address = await webInterface(spark);
    if (address === undefined) {
      context.skip("the server's web interface is off (spark.ui.enabled)");
      return;
    }
    const marker = uniqueName("column");
    await withSecrets(spark, "read")
      .selectExpr(`output AS ${marker}`)
      .collect()
      .catch(() => undefined);
    const [application] = (await json(address)) as { id: string }[];
    const shown = inspect(
      await json(
        `${address}/${application?.id ?? ""}/sql?details=true&planDescription=true&length=1000`,
      ),
      { depth: 10, maxArrayLength: Infinity, maxStringLength: Infinity },
    );
    expect(shown).toContain(marker);
    expect(shown).not.toContain(SECRET);
  });
});
