/** The packaged data sources as flows of a pipeline. */
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { pipeline, type Pipeline, type PipelineEvent } from "../../src/pipelines/index.js";
import { coingecko, rest, weather } from "../../src/sources/index.js";
import { connect, isSparkAtLeast, replayEgress, uniqueName, uniquePath } from "./support.js";

const SECRET = "sentinel_5b2f9d";
const { baseUrl: api, ...egress } = replayEgress();
const stations = [{ id: "NYC", lat: 40.71, lon: -74.01 }];
const restFlow = { url: `${api}/events?per_page=100`, offsetField: "id", ...egress };

/** Adds events. From now on, requests do not add any: they could, after the source read them all. */
async function grow(events: number): Promise<void> {
  const body = JSON.stringify({ config: { grow: 0 }, grow: { events } });
  await fetch(`${api}/__state`, { method: "POST", body });
}

async function known(): Promise<string[]> {
  const state = (await (await fetch(`${api}/__state`)).json()) as {
    records: { events: { id: string }[] };
  };
  return state.records.events.map((event) => event.id).sort();
}

describe.skipIf(!isSparkAtLeast(4, 1))("a pipeline over the packaged sources", () => {
  let spark: SparkSession;
  let database: string;

  beforeAll(async () => {
    spark = await connect(rest, coingecko, weather);
    database = uniqueName("sources");
    await spark.sql(`CREATE DATABASE ${database}`);
  });
  afterAll(async () => {
    await spark.sql(`DROP DATABASE ${database} CASCADE`);
    await spark.stop();
  });
  beforeEach(async () => {
    await fetch(`${api}/__reset`, { method: "POST" });
  });

  function declared(): Pipeline {
    return pipeline({ database, storage: `file://${uniquePath("storage")}` });
  }

  function withWeather(own: Pipeline, table: string): Pipeline {
    const options = weather.options({ stations, streamingInterval: 0, ...replayEgress() });
    return own.streamingTable(table, ({ readStream }) =>
      readStream.format("weather").options(options).load(),
    );
  }

  function withPrices(own: Pipeline, table: string): Pipeline {
    const options = coingecko.options({
      ...{ coins: ["bitcoin", "ethereum"], streamingInterval: 0, ...replayEgress() },
    });
    return own.streamingTable(table, ({ readStream }) =>
      readStream.format("coingecko").options(options).load(),
    );
  }

  function withEvents(own: Pipeline, table: string): Pipeline {
    const options = rest.options({
      ...{ ...restFlow, offsetType: "incremental", streamingInterval: 0, batchSize: 2 },
    });
    return own.streamingTable(table, ({ readStream }) =>
      readStream
        .format("rest")
        .options(options)
        .load()
        .selectExpr("get_json_object(output, '$.id') AS id"),
    );
  }

  async function run(own: Pipeline): Promise<Record<string, bigint | undefined>> {
    const { flows } = await (await own.start(spark)).result();
    return Object.fromEntries(flows.map(({ dataset = "", rows }) => [dataset, rows]));
  }

  const count = (table: string): Promise<number> => spark.table(`${database}.${table}`).count();

  it("runs weather and coingecko until each has polled, and the next run adds new polls", async () => {
    const [observations, prices] = [uniqueName("weather"), uniqueName("prices")];
    const own = withPrices(withWeather(declared(), observations), prices).materializedView(
      `${prices}_latest`,
      (session) => session.table(prices).groupBy("coin").count(),
    );
    expect(await run(own)).toMatchObject({ [prices]: 2n });
    expect(await count(prices)).toBe(2);
    const observed = await count(observations);
    expect(observed).toBeGreaterThan(0);
    expect(await run(own)).toMatchObject({ [prices]: 2n });
    expect(await count(prices)).toBe(4);
    expect(await count(`${prices}_latest`)).toBe(2);
    const distinct = await spark.table(`${database}.${observations}`).dropDuplicates().count();
    expect(await count(observations)).toBe(distinct);
  });

  // Before 4.2, Spark cannot end a run of the source rest by itself.
  it.skipIf(!isSparkAtLeast(4, 2))(
    "reads all records of rest in batches, and the next run only the new records",
    async () => {
      const table = uniqueName("events");
      const own = withEvents(declared(), table);
      let before = 0;
      for (const grown of [0, 3, 0]) {
        await grow(grown);
        const { [table]: read } = await run(own);
        const rows = await spark.table(`${database}.${table}`).collect();
        expect(rows.map((row) => String(row["id"])).sort()).toEqual(await known());
        expect(Number(read ?? 0n)).toBe(rows.length - before);
        before = rows.length;
      }
    },
  );

  // Before 4.2, the client refuses a run of rest.
  describe.skipIf(!isSparkAtLeast(4, 2))("with a literal secret in an option of rest", () => {
    const hidden = (path: string): Record<string, string> => ({
      ...rest.options({
        url: `${api}${path}?key=${SECRET}`,
        authType: "Bearer",
        oauthToken: SECRET,
        headers: { "X-API-Key": SECRET },
        offsetType: "incremental",
        offsetField: "id",
        streamingInterval: 0,
        ...egress,
      }),
    });

    /** Everything that a user sees of a run. */
    async function seen(own: Pipeline, dryRun = false): Promise<string> {
      const shown: unknown[] = [await own.graph(spark).catch((error: unknown) => error)];
      const events: PipelineEvent[] = [];
      try {
        const started = await own.start(spark, { dryRun });
        const collected = (async () => {
          for await (const event of started) events.push(event);
        })();
        shown.push(started, ...(await Promise.allSettled([started.result(), collected])));
      } catch (error) {
        shown.push(error);
      }
      const depth = { depth: 20, maxArrayLength: Infinity, maxStringLength: Infinity } as const;
      return inspect([shown, events], { ...depth, showHidden: true });
    }

    function secretPipeline(path: string, column = "output"): Pipeline {
      return declared()
        .streamingTable(uniqueName("hidden"), ({ readStream }) =>
          readStream.format("rest").options(hidden(path)).load().selectExpr(column),
        )
        .materializedView(uniqueName("batch"), ({ read }) => {
          return read.format("rest").options(hidden(path)).load().selectExpr(column);
        });
    }

    it("shows it in no event, error or graph of a run", async () => {
      for (const [own, found] of [
        [secretPipeline("/no-such-path"), /FAILED/],
        [secretPipeline("/events", "no_such_column"), /no_such_column/],
        [secretPipeline("/events", "raise_error(output)"), /FAILED/],
      ] as const) {
        const text = await seen(own);
        expect(text).toMatch(found);
        expect(text).not.toContain(SECRET);
      }
      const text = await seen(secretPipeline("/events", "no_such_column"), true);
      expect(text).toContain("no_such_column");
      expect(text).not.toContain(SECRET);
    });

    it("shows it in no explained plan of a flow", async () => {
      const source = spark.readStream.format("rest").options(hidden("/events")).load();
      for (const mode of ["simple", "extended", "formatted"] as const)
        expect(await source.explainString(mode)).not.toContain(SECRET);
    });
  });
});
