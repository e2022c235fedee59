import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServer, type RequestListener } from "node:http";
import { connect as connectTo, type AddressInfo } from "node:net";
import { AnalysisException, ArgumentError, SparkError, SparkSession } from "../../src/index.js";
import { col, from_json } from "../../src/functions/index.js";
import {
  inferRestSchema,
  inputDataFrom,
  rest,
  type RestAuthOptions,
  type RestOptions,
} from "../../src/sources/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { apiUrl, connect } from "./support.js";

const EGRESS = { allowHttp: true, allowPrivateHosts: true } as const;
/** The replay server's token for /items. */
const TOKEN = { authType: "Bearer", oauthToken: "replay-token" } as const;
/** The replay server's OAuth2 client. */
const CLIENT = { authType: "OAuth2", oauthClientId: "replay-client" } as const;

/** An API on this machine while `use` runs, with the paths that it was asked for. */
async function withApi<T>(
  listener: RequestListener,
  use: (url: string, asked: readonly string[]) => Promise<T>,
): Promise<T> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    listener(request, response);
  });
  // A proxy opens a tunnel for CONNECT.
  server.on("connect", ({ url = "" }, near) => {
    asked.push(`CONNECT ${url}`);
    const { hostname, port } = new URL(`http://${url}`);
    const far = connectTo(Number(port), hostname, () => {
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      far.pipe(near).pipe(far);
    });
    for (const socket of [near, far]) {
      socket.on("error", () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("inferRestSchema and inputDataFrom against a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(rest);
  });
  afterAll(async () => {
    await spark.stop();
  });

  function load(options: RestOptions): ReturnType<SparkSession["table"]> {
    return spark.read.format("rest").options(rest.options(options)).load();
  }

  it.each<[string, RestAuthOptions]>([
    ["/events", {}],
    ["/items?per_page=5", TOKEN],
  ])(
    "infers from one page of %s a schema by which from_json gives every value",
    async (path, auth) => {
      const options = { url: `${apiUrl()}${path}`, ...EGRESS, ...auth };
      const ddl = await inferRestSchema(spark, options);
      expect(ddl).toMatch(/^id (?:STRING|BIGINT), /);

      const parsed = load(options).select(
        col("output"),
        from_json(col("output"), ddl, { mode: "FAILFAST" }).alias("record"),
      );
      const back = await parsed
        .selectExpr("output", "to_json(record, map('ignoreNullFields', 'false')) AS again")
        .collect();
      expect(back.length).toBeGreaterThan(0);
      for (const { output, again } of back)
        expect(JSON.parse(String(again))).toMatchObject(JSON.parse(String(output)) as object);
    },
  );

  it("keep the type and digits of every value, even under unusual names", async () => {
    const body = `[
      {"id": 9223372036854775807, "wide": -${"9".repeat(38)}, "first name": "é",
       "a\`b.c": {"x y": [1, 2.5]}, "mixed": 9007199254740993, "seen": "2024-01-02T03:04:05Z"},
      {"id": 1, "mixed": [1.10], "huge": 1e400, "none": null, "select": {}, "beyond": 1${"0".repeat(40)}}
    ]`;
    await withApi(
      (_, response) => response.end(body),
      async (url) => {
        const options = { url, ...EGRESS };
        const ddl = await inferRestSchema(spark, options);
        expect(ddl).toBe(
          "id BIGINT, wide DECIMAL(38,0), `first name` STRING, `a``b.c` STRUCT<`x y`: ARRAY<DOUBLE>>, " +
            "mixed STRING, seen STRING, huge STRING, none STRING, select STRING, beyond STRING",
        );
        const rows = await load(options)
          .select(from_json(col("output"), ddl, { mode: "FAILFAST" }).alias("r"))
          .select("r.*")
          .collect();
        const columns = await spark.read
          .format("rest")
          .options({ ...rest.options(options), outputType: "columns", schema: ddl })
          .load()
          .collect();
        const nothing = Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, null]));
        const first = {
          ...nothing,
          id: 9223372036854775807n,
          wide: `-${"9".repeat(38)}`,
          "first name": "é",
          "a`b.c": { "x y": [1, 2.5] },
          mixed: "9007199254740993",
          seen: "2024-01-02T03:04:05Z",
        };
        const second = { ...nothing, id: 1n, select: "{}", beyond: `1${"0".repeat(40)}` };
        // Unlike the source's columns, from_json reformats fractions before they become text.
        expect(rows).toEqual([first, { ...second, mixed: "[1.1]", huge: '"Infinity"' }]);
        expect(columns).toEqual([first, { ...second, mixed: "[1.10]", huge: "1e400" }]);
      },
    );
  });

  it("signs in with OAuth2 in a session that has not registered rest", async () => {
    await using fresh = await connect();
    const ddl = await inferRestSchema(fresh, {
      url: `${apiUrl()}/items`,
      ...EGRESS,
      ...CLIENT,
      oauthTokenUrl: `${apiUrl()}/oauth/token`,
      oauthClientSecret: "replay-secret",
    });
    expect(ddl).toMatch(/^id BIGINT, /);
  });

  it("reads CSV, of which each cell is text", async () => {
    const body = "id;first name\r\n1;Ann\r\n";
    await withApi(
      (_, response) => response.end(body),
      async (url) => {
        const format = { responseFormat: "csv", csvDelimiter: ";" } as const;
        const options = { url, ...EGRESS, ...format };
        expect(await inferRestSchema(spark, options)).toBe("id STRING, `first name` STRING");
      },
    );
  });

  it("calls the API through a proxy", async () => {
    await withApi(
      (_, response) => response.end('[{"id":1}]'),
      (url, asked) =>
        withApi(
          (_, response) => response.writeHead(500).end(),
          async (proxy, tunnels) => {
            const options = { url, ...EGRESS, proxy: proxy.slice(0, -1) };
            expect(await inferRestSchema(spark, options)).toBe("id BIGINT");
            expect(asked).toEqual(["/"]);
            expect(tunnels).toEqual([`CONNECT ${new URL(url).host}`]);
          },
        ),
    );
  });

  it("resolves references to secrets on the server, which may refuse credentials themselves", async () => {
    await using local = await LocalSpark.start({
      heapMb: 512,
      delta: false,
      javaOptions: ["-XX:TieredStopAtLevel=1"],
      env: {
        SPARKTIDE_SECRET_ID: "replay-client",
        SPARKTIDE_SECRET_KEY: "replay-secret",
        SPARKTIDE_REQUIRE_SECRET_REFERENCES: "true",
      },
      sparkVersion: process.env["SPARKTIDE_TEST_SPARK_VERSION"],
    });
    await using own = await SparkSession.builder().remote(local.url).create();
    const options = {
      url: `${apiUrl()}/items`,
      ...EGRESS,
      ...CLIENT,
      oauthClientId: "env:SPARKTIDE_SECRET_ID",
      oauthTokenUrl: `${apiUrl()}/oauth/token`,
    };
    const secret = { ...options, oauthClientSecret: "env:SPARKTIDE_SECRET_KEY" };
    expect(await inferRestSchema(own, secret)).toMatch(/^id BIGINT, /);
    const written = inferRestSchema(own, { ...options, oauthClientSecret: "replay-secret" });
    await expect(written).rejects.toBeInstanceOf(AnalysisException);
    await expect(written).rejects.toThrow(/option 'oauthClientSecret' holds a credential itself/);
    const forbidden = inferRestSchema(own, { ...options, oauthClientSecret: "env:HOME" });
    await expect(forbidden).rejects.toBeInstanceOf(ArgumentError);
    await expect(forbidden).rejects.toThrow(/'env:HOME', which is not in the server's list/);
  }, 180_000);

  it("reports an API's error in the API's own words after one request, without credentials", async () => {
    const token = "sentinel_4f0a71";
    await withApi(
      (_, response) => response.writeHead(404).end(`{"message":"no items for ${token}"}`),
      async (url, asked) => {
        const options = { url, ...EGRESS, authType: "Bearer", oauthToken: token } as const;
        const failure = inferRestSchema(spark, options);
        await expect(failure).rejects.toBeInstanceOf(SparkError);
        await expect(failure).rejects.toMatchObject({ code: "HTTP_STATUS" });
        await expect(failure).rejects.toThrow(/^GET .* 404 Not Found: no items for \*\*\*/);
        expect(asked).toEqual(["/"]);
      },
    );
  });

  it("refuses a wrong option by its name in one line, without a request", async () => {
    await withApi(
      (_, response) => response.end("[]"),
      async (url, asked) => {
        const options = { url, ...EGRESS, pagging: "link" } as RestOptions;
        const failure = inferRestSchema(spark, options);
        await expect(failure).rejects.toBeInstanceOf(ArgumentError);
        await expect(failure).rejects.toThrow(
          /^Unknown option pagging of rest\.options\(\)\. Known options: url, /,
        );
        expect(asked).toEqual([]);
      },
    );
  });

  it("takes the options of a read that has its columns already", async () => {
    await withApi(
      (_, response) => response.end('[{"a":{"b":[1]}}]'),
      async (url) => {
        const columns = { outputType: "columns", schema: "a STRING" } as const;
        const options = { url, ...EGRESS, ...columns };
        expect(await inferRestSchema(spark, options)).toBe("a STRUCT<b: ARRAY<BIGINT>>");
      },
    );
  });

  it("rejects with the signal's own reason while the API is silent", async () => {
    await withApi(
      () => undefined,
      async (url, asked) => {
        const reason = new Error("enough");
        const controller = new AbortController();
        const options = { url, ...EGRESS, readTimeout: 60_000 };
        const failure = inferRestSchema(spark, options, { signal: controller.signal });
        failure.catch(() => undefined);
        await eventually(
          () => {
            expect(asked).toEqual(["/"]);
          },
          { withinMs: 30_000 },
        );
        controller.abort(reason);
        await expect(failure).rejects.toBe(reason);
      },
    );
  });

  it("pass the rows of a DataFrame to the source as inputData, with every digit and with nulls", async () => {
    const inputs = await spark.sql(
      "SELECT * FROM VALUES (3, 'x', 9007199254740993L, NULL), (1, 'é\"', -1L, 1.50BD) " +
        "AS t(id, `odd name`, big, amount)",
    );
    const text = await inputDataFrom(inputs);
    expect(text).toBe(
      '[{"id":3,"odd name":"x","big":9007199254740993,"amount":null},' +
        '{"id":1,"odd name":"é\\"","big":-1,"amount":1.50}]',
    );
    const rows = await spark.read
      .format("rest")
      .options(rest.options({ url: `${apiUrl()}/items`, method: "POST", ...EGRESS, ...TOKEN }))
      .option("inputData", text)
      .option("partitions", "1")
      .load()
      .collect();
    const echoes = rows.map((row) => String(row["output"]));
    expect(echoes[0]).toBe('{"echo":{"id":3,"odd name":"x","big":9007199254740993,"amount":null}}');
    expect(JSON.parse(echoes[1] ?? "")).toEqual({
      echo: { id: 1, "odd name": 'é"', big: -1, amount: 1.5 },
    });
  });

  it("keep microseconds, nested values and the order of the rows", async () => {
    const inputs = await spark.sql(
      "SELECT id, timestamp_ntz'2024-01-02 03:04:05.123456' AS ntz, " +
        "to_utc_timestamp(timestamp_ntz'2024-01-02 03:04:05.000001', 'UTC') AS ts, " +
        "named_struct('a', array(1, NULL)) AS deep FROM range(0, 1000, 1, 8) ORDER BY id DESC",
    );
    const parsed = JSON.parse(await inputDataFrom(inputs)) as Record<string, unknown>[];
    expect(parsed.map((row) => row["id"])).toEqual(Array.from({ length: 1000 }, (_, n) => 999 - n));
    expect(parsed[0]).toMatchObject({
      ntz: "2024-01-02T03:04:05.123456",
      deep: { a: [1, null] },
    });
    expect(parsed[0]?.["ts"]).toMatch(/^2024-01-02T.*05\.000001(?:Z|[+-]\d\d:\d\d)$/);
  });

  it("refuse an empty DataFrame, too many bytes, no columns and duplicate column names", async () => {
    const many = spark.range(100_000_000_000);
    await expect(inputDataFrom(many)).rejects.toThrow(/more than 100000 rows .*: filter it/);
    await expect(inputDataFrom(many, { maxBytes: 1000 })).rejects.toThrow(
      /more than 1000 bytes .* after 100 rows: select only the columns/,
    );
    expect(await inputDataFrom(spark.range(2), { maxRows: 2, maxBytes: 19 })).toHaveLength(19);
    await expect(inputDataFrom(spark.range(2), { maxBytes: 18 })).rejects.toThrow(/maxBytes/);
    await expect(inputDataFrom(spark.range(2), { maxRows: 1 })).rejects.toThrow(/maxRows/);
    for (const [df, message] of [
      [spark.range(0), /no rows/],
      [spark.range(1).select(), /no columns/],
      [await spark.sql("SELECT 1 AS a, 2 AS a"), /two columns named a/],
    ] as const) {
      const failure = inputDataFrom(df);
      await expect(failure).rejects.toBeInstanceOf(ArgumentError);
      await expect(failure).rejects.toThrow(message);
    }
  });

  it("reject with the reason of an aborted signal", async () => {
    const reason = new Error("enough");
    const failure = inputDataFrom(spark.range(10), { signal: AbortSignal.abort(reason) });
    await expect(failure).rejects.toBe(reason);
  });
});
