/**
 * Runs each recipe of docs/sources/rest-recipes.md against the API of the replay server that has its name,
 * see python-udsource/src/sparktide_replay/recipe_apis.py. Each lists the same orders, or takes rows. To add a recipe, add
 * a function there and a section to the page: this file needs no change.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DataFrame, SparkSession } from "../../src/index.js";
import { col, lit } from "../../src/functions/index.js";
import { rest, type RestOptions, type RestWriteOptions } from "../../src/sources/index.js";
import { loggedBatches } from "../support/checkpoint.js";
import { eventually } from "../support/eventually.js";
import { connect, replayEgress, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();
const PYTHON = fileURLToPath(new URL("../../python-udsource", import.meta.url));
const HOST = "https://api.example.com/";
const KEY = "replay-key";
/** The recipes that also run on a Spark, where each costs seconds: those with a part in the client or in offsets. */
const ON_SPARK =
  /internal-host|number-of-pages|last-page-again|columns|keyed|time-header|first-null|array-cursor/;

interface Recipe {
  readonly title: string;
  readonly options: RestOptions;
  /** The options as the client sends them, with the key that the page refers to. */
  readonly texts: Readonly<Record<string, string>>;
  /** The beginning of the answer, as the page shows it. */
  readonly answer: string;
}

/** The options in the call of `rest.options()` or `rest.writeOptions()` of a block. */
function optionsIn(code: string): unknown {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
  });
  const call = outputText
    .replace(/^import .*$/m, "")
    .replace(/rest\.(?:options|writeOptions)\(/, "return (");
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page is ours.
  return (new Function(call) as () => unknown)();
}

const page = readFileSync(new URL("../../docs/sources/rest-recipes.md", import.meta.url), "utf8");
const sections = page.split(/^### /m).slice(1);

/** The text of a block of a section. */
function blockIn(section: string, language: string): string | undefined {
  return new RegExp(`^\`\`\`(?:${language})\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(section)?.[1];
}

const recipes: readonly Recipe[] = sections
  .filter((section) => !section.includes("rest.writeOptions("))
  .map((section) => {
    const [title = ""] = section.split("\n");
    const options = optionsIn(blockIn(section, "ts") ?? "") as RestOptions;
    const texts = Object.entries(rest.options(options)).map(([name, text]): [string, string] => [
      name,
      text.replaceAll(/env:SPARKTIDE_SECRET_\w+/g, KEY),
    ]);
    return {
      title,
      options,
      texts: Object.fromEntries(texts),
      answer: blockIn(section, "json|text") ?? "",
    };
  });
const writes = sections
  .filter((section) => section.includes("rest.writeOptions("))
  .map((section) => ({
    title: section.split("\n", 1)[0],
    options: optionsIn(blockIn(section, "ts") ?? "") as RestWriteOptions,
    body: blockIn(section, "json") ?? "",
  }));
const isStream = ({ options }: Recipe): boolean =>
  options.offsetField !== undefined || options.windowStep !== undefined;
const onSpark = recipes.filter(({ options }) => ON_SPARK.test(options.url));

/** Whether an answer begins like the sample: arrays and objects may have more at their end. */
function begins(sample: unknown, real: unknown): boolean {
  if (typeof sample !== "object" || sample === null || typeof real !== "object" || real === null)
    return sample === real;
  const [some, all] = [Object.entries(sample), Object.entries(real)];
  return (
    some.length > 0 &&
    Array.isArray(sample) === Array.isArray(real) &&
    some.every(([key, value], at) => key === all[at]?.[0] && begins(value, all[at][1]))
  );
}

/** What the replay server knows. */
async function control(name: "__state" | "__journal"): Promise<unknown> {
  return (await fetch(`${api}/${name}`)).json();
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

interface Found {
  readonly ids: readonly number[];
  readonly again?: readonly number[];
  readonly repeated?: readonly number[];
  readonly requests: number;
}

describe("the recipes of rest", () => {
  it.each(recipes)("show what the API answers: $title", async ({ options, texts, answer }) => {
    // The page shows the answer of the first request.
    const first = texts["loginUrl"] ?? options.parent?.url ?? options.url;
    const path = new URL(first.replaceAll(/[{}]/g, "")).pathname;
    const method = texts["loginUrl"] === undefined ? (options.method ?? "GET") : "POST";
    const reply = await fetch(`${api}/recipes${path}`, {
      method,
      headers: { "X-Orders-Key": KEY },
      ...(method === "POST" && { body: texts["loginBody"] ?? "{}" }),
    });
    const text = (await reply.text()).replaceAll(`${api}/recipes/`, HOST);
    if (options.responseFormat === undefined)
      expect(begins(JSON.parse(answer), JSON.parse(text)), text).toBe(true);
    else expect(text.startsWith(answer), text).toBe(true);
  });

  it("read each order once, also over a restart and in a repeated batch", () => {
    expect(recipes.length).toBeGreaterThan(20);
    const input = JSON.stringify(
      Object.fromEntries(recipes.map(({ title, texts }) => [title, texts])),
    );
    const printed = execFileSync(inject("python"), ["-B", join(PYTHON, "tests/run_recipes.py")], {
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(PYTHON, "src") },
      input,
      // Warnings of the source: an error of this call shows them.
      stdio: "pipe",
    });
    const found = JSON.parse(printed) as Record<string, Found>;
    const wanted = recipes.map((recipe) => [
      recipe.title,
      {
        ids: upTo(5),
        ...(isStream(recipe) && { again: [6, 7], repeated: [6, 7] }),
        requests: expect.any(Number) as number,
      },
    ]);
    expect(found).toEqual(Object.fromEntries(wanted));
    const requests = (path: string): number | undefined =>
      found[recipes.find(({ options }) => options.url === HOST + path)?.title ?? ""]?.requests;
    // There are three pages. No request more where the answer says that the third is the last one.
    for (const path of ["link-header", "internal-host", "number-of-pages", "number-of-records"])
      expect([path, requests(path)]).toEqual([path, 3]);
    for (const path of ["numbered-pages", "last-page-again"])
      expect([path, requests(path)]).toEqual([path, 4]);
  });
});

describe("the recipes of rest on a Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(rest);
  });
  afterAll(async () => {
    await spark.stop();
  });
  beforeEach(async () => {
    await fetch(`${api}/__reset`, { method: "POST" });
  });

  /** The rows of all given recipes. In one query, because that is cheaper. */
  function rowsOf(
    chosen: readonly Recipe[],
    load: (options: Record<string, string>) => DataFrame,
  ): DataFrame {
    return chosen
      .map(({ title, texts }): DataFrame => {
        const url = (texts["url"] ?? "").replace(HOST, `${api}/recipes/`);
        return load({ ...texts, url }).select(lit(title).alias("title"), col("output"));
      })
      .reduce((all, frame) => all.unionAll(frame));
  }

  /** The ids of the records, by recipe. */
  async function idsOf(rows: DataFrame): Promise<Map<string, number[]>> {
    const found = new Map<string, number[]>();
    for (const row of await rows.collect()) {
      const { id } = JSON.parse(String(row["output"])) as { id: number | string };
      const title = String(row["title"]);
      found.set(
        title,
        [...(found.get(title) ?? []), Number(id)].sort((a, b) => a - b),
      );
    }
    return found;
  }

  const each = (chosen: readonly Recipe[], count: number): Map<string, number[]> =>
    new Map(chosen.map(({ title }) => [title, upTo(count)]));

  it("read each order once in a batch", async () => {
    const chosen = onSpark.filter((recipe) => !isStream(recipe));
    const rows = rowsOf(chosen, (options) =>
      spark.read.format("rest").options(options).options(egress).load(),
    );
    expect(await idsOf(rows)).toEqual(each(chosen, 5));
  });

  it.each(writes)("send each row once: $title", async ({ options, body }) => {
    const url = options.url.replace(HOST, `${api}/recipes/`);
    await spark
      .range(1, 6, 1, 1)
      .selectExpr("id", "CAST(id * 12.1 AS DECIMAL(10,1)) AS total")
      .write.format("rest")
      .mode("append")
      .options(rest.writeOptions({ ...options, url, allowHttp: true, allowPrivateHosts: true }))
      .save();
    const { accepted } = (await control("__state")) as { accepted: { row: { id: number } }[] };
    expect(accepted.map(({ row }) => row.id)).toEqual(upTo(5));
    const requests = (await control("__journal")) as { body: string }[];
    expect(requests).toHaveLength(Math.ceil(5 / (options.rowsPerRequest ?? 1)));
    expect(begins(JSON.parse(body), JSON.parse(requests[0]?.body ?? "")), body).toBe(true);
  });

  it("read each order once in a stream, over a restart and a repeated batch", async () => {
    const path = uniquePath("recipes");
    const checkpoint = `${path}-checkpoint`;
    const chosen = onSpark.filter(isStream);
    const rows = rowsOf(chosen, (options) =>
      spark.readStream
        .format("rest")
        .options(options)
        .options({ ...egress, streamingInterval: 0.2 })
        .load(),
    );
    const runUntil = async (count: number): Promise<void> => {
      const query = await rows.writeStream
        .format("parquet")
        .option("checkpointLocation", checkpoint)
        .start(path);
      let found = new Map<string, number[]>();
      let batches = 0;
      const ended = await eventually(
        async () => {
          const committed = loggedBatches(checkpoint, "commits").length;
          if (committed > batches) found = await idsOf(spark.read.parquet(path));
          batches = committed;
          const isDone = chosen.every(({ title }) => found.get(title)?.length === count);
          return (await query.exception()) ?? isDone;
        },
        { withinMs: 90_000 },
      );
      await query.stop();
      if (ended !== true) throw ended;
      expect(found).toEqual(each(chosen, count));
    };
    await runUntil(5);
    // As after a crash: the last batch is logged, but not committed, and its files do not count.
    const last = String(loggedBatches(checkpoint, "commits").at(-1));
    for (const folder of [join(checkpoint, "commits"), join(path, "_spark_metadata")])
      for (const name of [last, `.${last}.crc`]) rmSync(join(folder, name));
    expect(await idsOf(spark.read.parquet(path))).not.toEqual(each(chosen, 5));
    await fetch(`${api}/__state`, { method: "POST", body: '{"grow": {"orders": 2}}' });
    await runUntil(7);
  });
});
