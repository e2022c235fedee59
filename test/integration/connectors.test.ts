import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { DataSource } from "../../src/cluster/index.js";
import { defineConnector, delta } from "../../src/connectors/index.js";
import { sinkTable } from "../../src/connectors/delta-sink.js";
import { prepareTable } from "../../src/connectors/prepare-table.js";
import { structTypeFromDdl } from "../../src/types/parse-ddl.js";
import { mergeBatch, historySql, upsertSql } from "../../src/connectors/merge-batch.js";
import type { SparkSession } from "../../src/index.js";
import { checkConnector, recordApi, replayApi } from "../../src/testing/index.js";
import { ConnectorApis } from "../support/connector-apis.js";
import { exampleConnector } from "../support/connector-rounds.js";
import { connect, uniquePath } from "./support.js";

/** A connector of two tables, one of them with a class of its own. */
class Countdown extends DataSource<{ readonly from: string }> {
  override schema(): string {
    return "n int";
  }
  override *read(): Generator<{ n: number }> {
    for (let n = Number(this.options.from); n > 0; n -= 1) yield { n };
  }
}

const local = { allowHttp: true, allowPrivateHosts: true } as const;

function shop(baseUrl: string) {
  return defineConnector({
    name: "shop",
    baseUrl,
    parameters: ["owner"],
    defaults: { ...local, pagination: "link" },
    tables: {
      issues: {
        url: "/repos/{owner}/repo/issues?direction=asc&since={updated_at}",
        schema: "id bigint, title string, updated_at timestamp",
        key: "id",
        offsetField: "updated_at",
        offsetType: "max_field",
        initialOffset: "1970-01-01T00:00:00Z",
      },
      countdown: { source: Countdown, schema: "n int", key: "n" },
    },
  });
}

describe("a registered connector", () => {
  let spark: SparkSession;
  let apis: ConnectorApis;
  beforeAll(async () => {
    apis = await ConnectorApis.start();
    spark = await connect(shop(apis.url));
    apis.records.issues = [1, 2, 3, 4].map((id) => ({
      id,
      title: `issue ${id}`,
      updated_at: `2026-01-0${id}T00:00:00Z`,
    }));
  });
  afterAll(async () => {
    await spark.stop();
    await apis[Symbol.asyncDispose]();
  });

  it("reads the table that an option names, with the parameters in its URL and rows of its schema", async () => {
    const options = shop(apis.url).options({ table: "issues", owner: "a/b" });
    const rows = await spark.read.format("shop").options(options).load().orderBy("id").collect();
    const titles: (string | null)[] = rows.map(({ title }) => title);
    expect(titles).toEqual(["issue 1", "issue 2", "issue 3", "issue 4"]);
    expect(apis.requests.at(-1)).toContain("/repos/a%2Fb/repo/issues?");
  });

  it("reads a table that has a class of its own with that class", async () => {
    const read = spark.read.format("shop").option("table", "countdown").option("from", 3).load();
    expect(await read.collect({ rowMode: "array" })).toEqual([[3], [2], [1]]);
  });

  it("names the tables if the table is missing or unknown, and the parameter that is missing", async () => {
    const read = (options: Record<string, string>): Promise<unknown> =>
      spark.read.format("shop").options(options).load().collect();
    await expect(read({})).rejects.toThrow(
      "'table' is required. The tables are: countdown, issues",
    );
    await expect(read({ table: "isues" })).rejects.toThrow("The tables are: countdown, issues");
    await expect(read({ table: "issues" })).rejects.toThrow("option 'owner' is required");
    await expect(read({ table: "issues", owner: ".." })).rejects.toThrow("must not be '..'");
  });

  it("reads the hours of Open-Meteo's archive with the connector in examples/, a week in each request", async () => {
    await spark.dataSource.register(await exampleConnector("open-meteo", "openMeteo"));
    const hours = spark.read
      .format("openmeteo")
      .options({ table: "hours", latitude: "52.5", longitude: "13.4", finalOffset: "2024-01-11" })
      .options({ baseUrl: apis.url, ...local })
      .load();
    const rows = await hours
      .selectExpr("CAST(time AS STRING)", "temperature_2m")
      .collect({ rowMode: "array" });
    expect(rows).toHaveLength(20);
    expect(rows.sort().slice(-2)).toEqual([
      ["2024-01-10 00:00:00", 1.5],
      ["2024-01-10 01:00:00", null],
    ]);
    const asked = apis.requests.filter((url) => url.startsWith("/archive"));
    expect(asked.map((url) => /start_date=.*?&end_date=[^&]*/.exec(url)?.[0]).sort()).toEqual([
      "start_date=2024-01-01&end_date=2024-01-07",
      "start_date=2024-01-08&end_date=2024-01-10",
    ]);
  });

  it("passes checkConnector() while its API is recorded, and reads the recording without the API", async () => {
    const file = uniquePath("recording");
    await using recorded = await recordApi({ target: apis.url, file });
    const options = { owner: "a", baseUrl: recorded.url };
    await checkConnector(spark, shop(apis.url), { tables: ["issues"], options });
    await recorded.stop();
    const served = apis.requests.length;
    await using replayed = await replayApi({ file });
    const read = shop(apis.url).options({ table: "issues", owner: "a", baseUrl: replayed.url });
    expect(await spark.read.format("shop").options(read).load().count()).toBe(4);
    expect(apis.requests).toHaveLength(served);
    const other = spark.read
      .format("shop")
      .options({ ...read, owner: "b" })
      .load();
    await expect(other.collect()).rejects.toThrow("The recording has no request GET /repos/b/");
  });

  it("fails checkConnector() if two records have the same key", async () => {
    const twice = defineConnector({
      name: "twice",
      baseUrl: apis.url,
      defaults: local,
      tables: {
        issues: { url: "/repos/a/b/issues", schema: "id bigint, state string", key: "id" },
      },
    });
    await spark.dataSource.register(twice);
    const [first] = apis.records.issues;
    apis.records.issues = [...apis.records.issues.slice(0, 2), { ...first }];
    await expect(checkConnector(spark, twice)).rejects.toThrow(
      'The table issues of twice breaks a promise: a read ends within 60000 ms, and its records fit schema and key. 2 records have the key {"k0":1}.',
    );
  });

  it("is refused at registration if the options of a table contradict each other", async () => {
    const bad = defineConnector({
      name: "bad",
      baseUrl: apis.url,
      tables: {
        users: { url: "/users", schema: "id int", key: "id", dataField: "a", moreField: "more" },
      },
    });
    await expect(spark.dataSource.register(bad)).rejects.toThrow(/connector bad, table users/);
  });
});

describe.skipIf(!inject("hasDelta"))("merges of a connector's batches", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    // Each merge has several shuffles of a few rows.
    await spark.conf.set("spark.sql.shuffle.partitions", 1);
  });
  afterAll(() => spark.stop());

  interface Version {
    readonly id: number;
    readonly v: number;
    readonly name: string | null;
  }

  /** A new table, and a function that merges a batch into it. */
  async function table(columns: string, kind: "upsert" | "scd2") {
    const path = uniquePath("connector");
    await spark.sql(`CREATE TABLE delta.\`${path}\` (${columns}) USING delta`);
    const merged = {
      name: "users of shop",
      sql: `delta.\`${path}\``,
      columns: ["id", "v", "name"],
      keys: ["id"],
      latestBy: "v",
      deletes: "name IS NULL",
    };
    const merge = (...rows: Version[]): Promise<void> =>
      mergeBatch(
        spark.createDataFrame(rows, "id bigint, v bigint, name string").coalesce(1),
        (view) => (kind === "scd2" ? historySql(view, merged, "v") : upsertSql(view, merged)),
        {},
      );
    const rows = async (...names: string[]): Promise<unknown[][]> => {
      const df = spark.read.format("delta").load(path);
      const sorted = await df
        .orderBy("id", "v")
        .select(...names)
        .collect({ rowMode: "array" });
      return sorted.map((row) =>
        row.map((value) => (typeof value === "bigint" ? Number(value) : value)),
      );
    };
    return { merge, rows };
  }

  it("a table gets the columns that the connector has in addition, and a column with another type is refused", async () => {
    const path = uniquePath("connector");
    const table = sinkTable(delta(path), "users");
    const prepare = (ddl: string): Promise<void> =>
      prepareTable(spark, table, structTypeFromDdl(ddl), {});
    await prepare("id bigint");
    await prepare("id bigint, name string");
    expect(await spark.read.format("delta").load(`${path}/users`).columns()).toEqual([
      "id",
      "name",
    ]);
    await expect(prepare("id string")).rejects.toThrow(
      "has the type bigint, but the connector defines string",
    );
  });

  it("upsert: the newest version of a key stays, a deletion removes it, an older version changes nothing", async () => {
    const { merge, rows } = await table("id bigint, v bigint, name string", "upsert");
    const batch: Version[] = [
      { id: 1, v: 2, name: "new" },
      { id: 1, v: 1, name: "old" },
      { id: 2, v: 1, name: "gone" },
      { id: 3, v: 1, name: null },
    ];
    await merge(...batch);
    await merge(...batch);
    await merge({ id: 2, v: 2, name: null }, { id: 1, v: 1, name: "late" });
    expect(await rows("id", "v", "name")).toEqual([[1, 2, "new"]]);
    const nothing = { id: null as unknown as number, v: 1, name: "x" };
    await expect(merge(nothing)).rejects.toThrow("A record of users of shop has no value in id");
  });

  it("scd2: each version has its time, also after each batch runs twice", async () => {
    const history = "valid_from bigint, valid_to bigint, is_current boolean";
    const { merge, rows } = await table(`id bigint, v bigint, name string, ${history}`, "scd2");
    const batches: Version[][] = [
      [
        { id: 1, v: 1, name: "a" },
        { id: 1, v: 3, name: "c" },
        { id: 2, v: 1, name: "x" },
        { id: 3, v: 1, name: null },
      ],
      [
        { id: 1, v: 2, name: "late" },
        { id: 1, v: 3, name: "c again" },
        { id: 1, v: 5, name: "e" },
        { id: 2, v: 1, name: null },
      ],
      [
        { id: 1, v: 6, name: null },
        { id: 1, v: 7, name: "g" },
        { id: 2, v: 2, name: "y" },
      ],
    ];
    for (const batch of batches) {
      await merge(...batch);
      await merge(...batch);
    }
    expect(await rows("id", "name", "valid_from", "valid_to", "is_current")).toEqual([
      [1, "a", 1, 3, false],
      [1, "c again", 3, 5, false],
      [1, "e", 5, 6, false],
      [1, "g", 7, null, true],
      [2, "x", 1, 1, false],
      [2, "y", 2, null, true],
    ]);
  });
});
