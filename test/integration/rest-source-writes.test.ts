import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SparkSession, StreamingQuery } from "../../src/index.js";
import { rest, type RestWriteOptions } from "../../src/sources/index.js";
import { connect, replayEgress, uniquePath } from "./support.js";

const { baseUrl: api, ...egress } = replayEgress();

/** A request that the replay server received. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Options for the API that honours idempotency keys. */
function orders(options: Partial<RestWriteOptions> = {}): Record<string, string> {
  return rest.writeOptions({ url: `${api}/orders`, ...egress, ...options } as RestWriteOptions);
}

async function control(path: string, body?: unknown): Promise<unknown> {
  const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`${api}/${path}`, request);
  return response.status === 204 ? undefined : response.json();
}

async function journal(): Promise<readonly Received[]> {
  return (await control("__journal")) as readonly Received[];
}

/** The ids of the rows that the API accepted. */
async function accepted(): Promise<number[]> {
  const state = (await control("__state")) as { accepted: { row: { id: number } }[] };
  return state.accepted.map(({ row }) => row.id).sort((a, b) => a - b);
}

describe("a write with rest", () => {
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

  it("sends a request for each row, with the exact value of each column", async () => {
    const rows = await spark.sql(
      `SELECT 9007199254740993 AS id, 12.10BD AS price, float(0.1) AS share, true AS paid,
                timestamp'2026-12-01 09:30:00.123456+02:00' AS at, timestamp_ntz'2026-12-01 09:30:00' AS local,
                date'2026-12-01' AS day, X'00FF' AS raw, CAST(NULL AS STRING) AS note,
                array(1.50BD, NULL) AS parts, map('k', 1) AS tags, named_struct('a', 1, 'b', 'ü') AS inner`,
    );
    await rows.write
      .format("rest")
      .options(orders({ headers: { "X-Tenant": "t" }, authType: "Bearer", oauthToken: "env-less" }))
      .mode("append")
      .save();
    const [request, ...others] = await journal();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: "POST", path: "/orders" });
    expect(request?.headers).toMatchObject({ "x-tenant": "t", authorization: "Bearer env-less" });
    expect(request?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(request?.body).toBe(
      String.raw`{"id":9007199254740993,"price":12.10,"share":0.1,"paid":true,` +
        String.raw`"at":"2026-12-01T07:30:00.123456Z","local":"2026-12-01T09:30:00",` +
        String.raw`"day":"2026-12-01","raw":"AP8=","note":null,"parts":[1.50,null],` +
        String.raw`"tags":{"k":1},"inner":{"a":1,"b":"\u00fc"}}`,
    );
  });

  it("puts columns into the URL, and several rows into one request", async () => {
    const rows = spark.range(5).selectExpr("id", "concat('n', id) AS name").coalesce(1);
    await rows.write
      .format("rest")
      .options(orders({ url: `${api}/orders/{id}`, method: "PUT" }))
      .mode("append")
      .save();
    const many = orders({ url: `${api}/bulk`, requestFormat: "array", rowsPerRequest: 3 });
    await rows.write.format("rest").options(many).mode("append").save();
    const requests = await journal();
    expect(requests.slice(0, 5).map(({ method, path, body }) => [method, path, body])).toEqual(
      [0, 1, 2, 3, 4].map((id) => ["PUT", `/orders/${String(id)}`, `{"name":"n${String(id)}"}`]),
    );
    expect(requests.slice(5).map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([
      3, 2,
    ]);
  });

  it("sends the same keys when a program repeats a failed write with the same writeId", async () => {
    const write = async (): Promise<void> => {
      await spark
        .range(0, 20, 1, 2)
        .write.format("rest")
        .options(orders({ writeId: "nightly" }))
        .mode("append")
        .save();
    };
    // On a cluster Spark tries a failed task four times.
    await control("__faults", [{ route: "/orders", status: 400, skip: 7, times: 8 }]);
    await expect(write()).rejects.toThrow("answered 400");
    await fetch(`${api}/__faults`, { method: "DELETE" });
    await write();
    expect(await accepted()).toEqual(Array.from({ length: 20 }, (_, id) => id));
    expect((await journal()).length).toBeGreaterThan(20);
  });

  it("of a stream sends the same keys when a batch comes again, and writes dead letters once", async () => {
    const path = uniquePath("rest-sink");
    await spark
      .range(0, 12, 1, 1)
      .selectExpr("id", "CASE WHEN id % 5 = 4 THEN 422 END AS refuse")
      .write.json(`${path}/in`);
    const start = async (): Promise<StreamingQuery> => {
      const query = await spark.readStream
        .format("json")
        .schema("id bigint, refuse int")
        .load(`${path}/in`)
        .writeStream.format("rest")
        .options(
          orders({
            onError: "deadLetter",
            deadLetterPath: `${path}/dead`,
            onStatus: { 409: "fail" },
          }),
        )
        .option("checkpointLocation", `${path}/check`)
        .trigger({ availableNow: true })
        .start();
      return query;
    };
    await control("__faults", [{ route: "/orders", status: 409, skip: 6, times: 8 }]);
    const failed = await start();
    await expect(failed.awaitTermination()).rejects.toThrow("answered 409");
    await fetch(`${api}/__faults`, { method: "DELETE" });
    const query = await start();
    expect(query.id).toBe(failed.id);
    expect(await query.awaitTermination({ timeoutMs: 60_000 })).toBe(true);
    expect(await accepted()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 10, 11]);
    expect(readdirSync(`${path}/dead`)).toEqual([`${query.id}-0.jsonl`]);
    const letters = readFileSync(`${path}/dead/${query.id}-0.jsonl`, "utf8").trim().split("\n");
    expect(letters.map((line) => (JSON.parse(line) as { row: unknown }).row)).toEqual([
      { id: 4, refuse: 422 },
      { id: 9, refuse: 422 },
    ]);
  });

  it.each([
    ["overwrite", {}, "rest can't replace the data of an API"],
    ["append", { pagination: "link" }, "rest option 'pagination': is for reading, not for writing"],
    [
      "append",
      { keyColumns: "nope" },
      "rest option 'keyColumns': has 'nope'; the rows have the columns id",
    ],
    [
      "append",
      { url: `${api}/orders/{nope}` },
      "has the placeholder {nope}, and the rows have no such column",
    ],
  ] as const)(
    "with mode %s and the options %o is refused before any request",
    async (mode, options, message) => {
      const writer = spark
        .range(1)
        .write.format("rest")
        .options({ ...orders(), ...options });
      await expect(writer.mode(mode).save()).rejects.toThrow(message);
      expect(await journal()).toEqual([]);
    },
  );

  it("shows no literal secret of its options in its error", async () => {
    const secret = "sentinel_51c4de";
    const options = orders({
      url: `${api}/orders?key=${secret}`,
      authType: "Bearer",
      oauthToken: secret,
      headers: { "X-Key": secret },
    });
    await control("__faults", [
      { route: "/orders", status: 400, body: { message: `no ${secret}` }, times: 4 },
    ]);
    const failure = await spark
      .range(0, 1, 1, 1)
      .write.format("rest")
      .options(options)
      .mode("append")
      .save()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(String(failure)).toContain("answered 400");
    expect(String(failure)).not.toContain(secret);
  });
});
