/**
 * The documented examples of the three sources, with their options and values; only the host is the
 * replay server's. The Python tests compare the requests to the live hosts with a golden file.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DataStreamReader, SparkSession, StreamingQuery } from "../../src/index.js";
import { AnalysisException, StreamingQueryException } from "../../src/index.js";
import { col, from_json } from "../../src/functions/index.js";
import { coingecko, rest, weather } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { apiUrl, connect, replayEgress, tableFormat, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();

/** The examples write into Delta, which not every release of Spark has. */
const TABLES = tableFormat();

interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
}

async function journal(path: string): Promise<JournalEntry[]> {
  const entries = (await (await fetch(`${api}/__journal`)).json()) as JournalEntry[];
  return entries.filter((entry) => entry.path === path);
}

describe("the documented examples of weather, coingecko and rest", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(weather, coingecko, rest);
  });
  afterAll(async () => {
    await spark.stop();
  });
  beforeEach(async () => {
    await fetch(`${apiUrl()}/__reset`, { method: "POST" });
    await fetch(`${apiUrl()}/__journal`, { method: "DELETE" });
  });

  async function untilBatch(query: StreamingQuery, batchId: number): Promise<void> {
    const ended = await eventually(
      async () =>
        (await query.exception()) ?? ((await query.lastProgress())?.batchId ?? -1) >= batchId,
      { withinMs: 90_000 },
    );
    if (ended !== true) throw ended;
    await query.stop();
  }

  it("weather reads a station given as a Python literal, to the console", async () => {
    const df = spark.readStream
      .format("weather")
      .option("stations", "[{'id':'NYC','lat':40.71,'lon':-74.01}]")
      .option("baseUrl", api)
      .options(egress)
      .option("streamingInterval", 1)
      .load();
    expect((await df.schema()).simpleString()).toBe(
      "struct<station:string,temperature_2m:double,relative_humidity_2m:double,ts_ingest:bigint>",
    );
    const query = await df.writeStream
      .format("console")
      .outputMode("append")
      .option("truncate", false)
      .start();
    await untilBatch(query, 1);
    const [request] = await journal("/v1/forecast");
    expect(request?.query).toEqual({
      latitude: "40.71",
      longitude: "-74.01",
      current: "temperature_2m,relative_humidity_2m",
    });
  });

  it("coingecko runs to the console and reports its status, then runs into Delta with a checkpoint", async () => {
    const df = spark.readStream
      .format("coingecko")
      .option("coins", "bitcoin,ethereum")
      .option("baseUrl", api)
      .options(egress)
      .load();
    const query = await df.writeStream
      .format("console")
      .outputMode("append")
      .option("truncate", false)
      .trigger({ processingTime: "30 seconds" })
      .start();
    await eventually(async () => (await query.lastProgress()) !== undefined, { withinMs: 60_000 });
    expect(await query.isActive()).toBe(true);
    expect((await query.status()).message).toMatch(/\w/);
    expect(await query.lastProgress()).toMatchObject({ batchId: 0n });
    await query.stop();

    const path = uniquePath("coingecko_prices_delta");
    const delta = await df.writeStream
      .format(TABLES)
      .outputMode("append")
      .option("checkpointLocation", uniquePath("coingecko_prices"))
      .trigger({ processingTime: "30 seconds" })
      .start(path);
    await untilBatch(delta, 0);
    const rows = await spark.read.format(TABLES).load(path).orderBy("coin").collect();
    expect(rows.map((row) => row["coin"])).toEqual(["bitcoin", "ethereum"]);
    expect((await journal("/api/v3/simple/price"))[0]?.query).toEqual({
      ids: "bitcoin,ethereum",
      vs_currencies: "usd",
    });
  });

  it("rest reads the quick start API by timestamp with a bearer token, to the console", async () => {
    const df = spark.readStream
      .format("rest")
      .option("url", `${api}/tweets?since={timestamp}`)
      .option("method", "GET")
      .option("authType", "Bearer")
      .option("oauthToken", "your_token")
      .option("streaming", "true")
      .option("streamingInterval", "30")
      .option("offsetField", "timestamp")
      .option("offsetType", "timestamp")
      .options(egress)
      .load();
    expect((await df.schema()).simpleString()).toBe("struct<output:string>");
    const query = await df.writeStream.format("console").start();
    await untilBatch(query, 0);
    expect(await query.isActive()).toBe(false);
    const requests = await journal("/tweets");
    expect(requests).toHaveLength(1);
    expect(requests[0]?.query).toEqual({ since: "0" });
    expect(requests[0]?.headers["authorization"]).toBe("Bearer your_token");
  });

  /** Runs a stream into Delta for two batches and returns the records that it wrote. */
  async function records(options: Record<string, string | boolean | number>): Promise<unknown[]> {
    const path = uniquePath("rest");
    const query = await spark.readStream
      .format("rest")
      .options({ ...options, ...egress, streaming: "true" })
      .load()
      .writeStream.format(TABLES)
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" })
      .start(path);
    await untilBatch(query, 1);
    const rows = await spark.read.format(TABLES).load(path).collect();
    return rows.map((row) => JSON.parse(String(row["output"])) as unknown);
  }

  function ids(written: unknown[], field = "id"): string[] {
    return written.map((record) => String((record as Record<string, unknown>)[field]));
  }

  it("rest reads a Twitter-like API by timestamp with a bearer token", async () => {
    const written = await records({
      url: `${api}/tweets?since={timestamp}`,
      method: "GET",
      authType: "Bearer",
      oauthToken: "your_token",
      streamingInterval: "1",
      offsetField: "timestamp",
      offsetType: "timestamp",
      initialOffset: "0",
    });
    expect(written.length).toBeGreaterThan(3);
    expect(new Set(ids(written)).size).toBe(written.length);
    const requests = await journal("/tweets");
    expect(requests[0]?.query).toEqual({ since: "0" });
    expect(requests[0]?.headers["authorization"]).toBe("Bearer your_token");
    expect(Number(requests[1]?.query["since"])).toBeGreaterThan(1_700_000_000);
  });

  const clever = {
    method: "GET",
    authType: "Bearer",
    oauthToken: "your_clever_token",
    streamingInterval: "1",
    offsetType: "cursor",
    dataField: "data",
  };

  it("rest refuses Clever's users by last_id, which the API lacks, and names both correct ways", async () => {
    const url = `${api}/v3.0/users?role=student&starting_after={last_id}`;
    const failure = records({ ...clever, url, offsetField: "last_id" });
    await expect(failure).rejects.toBeInstanceOf(StreamingQueryException);
    await expect(failure).rejects.toThrow(/write \{id\} in the url, offsetField=id/);
    await expect(failure).rejects.toThrow(/offsetField=links\.next and no placeholder/);
  });

  it.each([
    ["the last record's id", "&starting_after={id}", "id"],
    ["the relative link to the next page", "&limit=2", "links.next"],
  ])("rest reads each of Clever's users once by %s", async (_, query, offsetField) => {
    const url = `${api}/v3.0/users?role=student${query}`;
    const written = await records({ ...clever, url, offsetField });
    const found = written.map((record) => (record as { data: { id: string } }).data.id);
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found).size).toBe(found.length);
    const requests = await journal("/v3.0/users");
    expect(requests[0]?.query).toMatchObject({ role: "student" });
    expect(requests.some((request) => found.includes(request.query["starting_after"] ?? ""))).toBe(
      true,
    );
  });

  /** GitHub's events with the options of the documented example. */
  function events(): DataStreamReader {
    return spark.readStream
      .format("rest")
      .option("url", `${api}/events?per_page=100`)
      .option("method", "GET")
      .option("authType", "Bearer")
      .option("oauthToken", "ghp_...")
      .option("streaming", "true")
      .option("streamingInterval", "1")
      .option("offsetField", "id")
      .option("offsetType", "incremental")
      .options(egress);
  }

  it("a filter of GitHub's events by output.type fails with the options that are missing", async () => {
    const filtered = events().load().filter("output.type = 'PushEvent'");
    const start = (): Promise<StreamingQuery> =>
      filtered.writeStream.format("console").option("truncate", false).start();
    for (const act of [start, () => filtered.schema(), () => filtered.explainString()]) {
      const failure = act();
      await expect(failure).rejects.toBeInstanceOf(AnalysisException);
      await expect(failure).rejects.toMatchObject({
        errorClass: "INVALID_EXTRACT_BASE_FIELD_TYPE",
        message: expect.stringMatching(
          /Can't extract a value from "output".*\n.*set outputType=struct and the option schema/s,
        ) as string,
      });
    }
    expect(await journal("/events")).toEqual([]);
  });

  it("a filter of GitHub's events by output.type works with outputType=struct and a schema", async () => {
    const path = uniquePath("pushes");
    const filtered = events()
      .option("outputType", "struct")
      .option("schema", "id STRING, type STRING")
      .load()
      .filter("output.type = 'PushEvent'");
    const query = await filtered.writeStream
      .format(TABLES)
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" })
      .start(path);
    await untilBatch(query, 1);
    const rows = await spark.read.format(TABLES).load(path).select("output.*").collect();
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows.map((row) => row["type"]))).toEqual(new Set(["PushEvent"]));
    expect(new Set(rows.map((row) => row["id"])).size).toBe(rows.length);
  });

  it("rest reads GitHub's events by incremental id, and Spark parses and filters them", async () => {
    const path = uniquePath("events");
    const query = await events()
      .load()
      .select(from_json("output", "id STRING, type STRING").alias("data"))
      .select("data.*")
      .filter(col("type").isin("PushEvent", "WatchEvent", "IssuesEvent", "PullRequestEvent"))
      .writeStream.format(TABLES)
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" })
      .start(path);
    await untilBatch(query, 1);
    const rows = await spark.read.format(TABLES).load(path).collect();
    const found = rows.map((row) => String(row["id"]));
    expect(found.length).toBeGreaterThan(5);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toContain("40000000000000000");
  });

  it("rest reads an API with custom headers by cursor", async () => {
    const written = await records({
      url: `${api}/stream?after={cursor}&limit=2`,
      method: "GET",
      headers: JSON.stringify({ "X-API-Key": "your_key", "X-Custom-Header": "value" }),
      streamingInterval: "1",
      offsetField: "cursor",
      offsetType: "cursor",
    });
    expect(ids(written, "n").slice(0, 4)).toEqual(["0", "1", "2", "3"]);
    const [request] = await journal("/stream");
    expect(request?.headers).toMatchObject({ "x-api-key": "your_key", "x-custom-header": "value" });
  });

  it("rest and coingecko run at once, one into parquet, one batch by batch in TypeScript", async () => {
    const [path, checkpoint] = [uniquePath("tweets"), uniquePath("tweets-checkpoint")];
    const tweets = await spark.readStream
      .format("rest")
      .option("url", `${api}/tweets?since={timestamp}`)
      .option("method", "GET")
      .options(egress)
      .option("authType", "Bearer")
      .option("oauthToken", "replay-token")
      .option("streaming", "true")
      .option("streamingInterval", "1")
      .option("offsetField", "timestamp")
      .option("offsetType", "timestamp")
      .option("initialOffset", "0")
      .load()
      .writeStream.format("parquet")
      .option("path", path)
      .option("checkpointLocation", checkpoint)
      .start();
    const prices: unknown[] = [];
    const coins = await spark.readStream
      .format("coingecko")
      .option("coins", "bitcoin,ethereum")
      .option("baseUrl", api)
      .options(egress)
      .option("streamingInterval", 1)
      .load()
      .writeStream.trigger({ processingTime: "1 second" })
      .foreachBatch(async (batch) => {
        for (const row of await batch.orderBy("coin").collect()) prices.push(row["coin"]);
      })
      .start();
    const both = (await spark.streams.active()).map(({ id }) => id);
    expect(both).toEqual(expect.arrayContaining([tweets.id, coins.id]));
    await untilBatch(tweets, 1);
    await untilBatch(coins, 1);
    expect(await tweets.isActive()).toBe(false);
    expect(await spark.read.parquet(path).count()).toBeGreaterThan(0);
    expect(prices.slice(0, 4)).toEqual(["bitcoin", "ethereum", "bitcoin", "ethereum"]);
  });

  it("options alone read one API twice: with a token and pages, and with a password and links", async () => {
    const byPage = await spark.read
      .format("rest")
      .options({
        ...rest.options({ url: `${api}/items`, authType: "Bearer", oauthToken: "replay-token" }),
        ...egress,
      })
      .options({ pagination: "page", pageSize: 10 })
      .load()
      .collect();
    const byLink = await spark.read
      .format("rest")
      .options({
        ...rest.options({
          url: `${api}/items`,
          authType: "Basic",
          userId: "replay",
          userPassword: "replay:pass",
        }),
        ...egress,
      })
      .option("pagination", "link")
      .load()
      .collect();
    const expected = Array.from({ length: 25 }, (_, index) => index + 1);
    for (const rows of [byPage, byLink]) {
      const numbers = rows.map((row) => (JSON.parse(String(row["output"])) as { id: number }).id);
      expect(numbers.sort((a, b) => a - b)).toEqual(expected);
    }
    const refused = spark.read
      .format("rest")
      .options({
        ...rest.options({ url: `${api}/items`, authType: "Bearer", oauthToken: "wrong" }),
        ...egress,
      })
      .load()
      .collect();
    await expect(refused).rejects.toThrow(/Bad credentials/);
    await expect(refused).rejects.not.toThrow(/wrong/);
  });
});
