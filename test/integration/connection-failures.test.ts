import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { constants } from "node:http2";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession, type Column } from "../../src/index.js";
import { lit } from "../../src/functions/index.js";
import { StreamCutProxy } from "../support/stream-cut-proxy.js";
import { connect, tableFormat, uniqueName } from "./support.js";

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(() => spark.stop());

describe("a server that refuses keepalive pings", () => {
  it("does not fail a call without messages for seconds: the client reconnects and gets the result", async () => {
    const pinging = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .keepalive({ timeMs: 300 })
      .create();
    const retries: unknown[] = [];
    const note = (message: unknown): void => void retries.push(message);
    subscribe("sparktide:retry", note);
    try {
      const sleep = "java_method('java.lang.Thread', 'sleep', 3000L)";
      const slow = await pinging.sql(`SELECT ${sleep} AS slept`);
      expect(await slow.collect()).toEqual([{ slept: "null" }]);
      expect(retries).not.toEqual([]);
    } finally {
      unsubscribe("sparktide:retry", note);
      await pinging.stop();
    }
  });
});

describe("a proxy that resets streams", () => {
  it.each([constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_INTERNAL_ERROR])(
    "loses no row of an operation, and its plan runs once (code %i)",
    async (code) => {
      const [, target = "", parameters = ""] =
        /^sc:\/\/([^/]+)(.*)$/.exec(inject("sparkUrl")) ?? [];
      await using proxy = await StreamCutProxy.start(target, (rpc, call) => {
        if (rpc === "ExecutePlan") return { when: "afterAnswer", code };
        if (rpc === "ReattachExecute" && call % 2 === 0) return { when: "afterRequest", code };
        return rpc === "AnalyzePlan" && call === 1 ? { when: "afterRequest", code } : undefined;
      });
      const behind = await SparkSession.builder()
        .remote(`sc://127.0.0.1:${proxy.port}${parameters}`)
        .create();
      try {
        const table = uniqueName("cut");
        await behind.range(1000).write.format(tableFormat()).saveAsTable(table);
        const rows = await behind.table(table).orderBy("id").toColumns();
        expect(rows["id"]).toEqual(Array.from({ length: 1000 }, (_, id) => BigInt(id)));
        await behind.sql(`DROP TABLE ${table}`);
        expect(proxy.cuts).toContain("ExecutePlan");
        expect(proxy.cuts).toContain("ReattachExecute");
      } finally {
        await behind.stop();
      }
    },
  );
});

describe("deeply nested messages", () => {
  it("can be read: the schema and rows of a struct 100 levels deep", async () => {
    let type = "INT";
    for (let level = 0; level < 100; level++) type = `STRUCT<a: ${type}>`;
    const df = await spark.sql(`SELECT CAST(NULL AS ${type}) AS x`);
    expect((await df.schema()).fieldNames).toEqual(["x"]);
    expect(await df.collect()).toEqual([{ x: null }]);
  });

  it("are refused with an ArgumentError if the request cannot be encoded", () => {
    let deep: Column = lit(1);
    for (let level = 0; level < 20_000; level++) deep = deep.plus(lit(level));
    expect(() => spark.range(1).select(deep)).toThrow(
      expect.objectContaining({ name: "ArgumentError", argument: "plan" }),
    );
  });
});

describe("the query contexts of an error", () => {
  it("name the place of the error, and are missing if Spark does not know it", async () => {
    const text = await spark.sql("SELECT 1/0");
    await expect(text.collect()).rejects.toMatchObject({ queryContexts: [{ fragment: "1/0" }] });
    const built = spark.range(1).select(lit(1).divide(lit(0)));
    await expect(built.collect()).rejects.toMatchObject({
      errorClass: "DIVIDE_BY_ZERO",
      queryContexts: [],
    });
  });
});
