import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sourceFromModule } from "../../src/cluster/index.js";
import type { Row, SparkSession } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { RestSourceApis } from "../support/rest-source-apis.js";
import { connect, isSparkAtLeast, uniquePath } from "./support.js";

/** The heap limit of these sources' processes. No other process has it, so the test finds those that it may end. */
const HEAP_MB = 200 + (process.pid % 300);

/** Kills the Node.js processes of these sources, and returns their number. */
function killChildren(): number {
  const flag = `--max-old-space-size=${HEAP_MB}`;
  const pids = readdirSync("/proc").filter((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").includes(flag);
    } catch {
      return false;
    }
  });
  for (const pid of pids) process.kill(Number(pid), "SIGKILL");
  return pids.length;
}

describe("the examples of RestSource", () => {
  let spark: SparkSession;
  const api = new RestSourceApis();
  beforeAll(async () => {
    await api.start();
    spark = await connect();
    const source = (file: string, name: string, hiddenOptions: string[] = []) =>
      sourceFromModule(new URL(`../../examples/cluster-rest/${file}.ts`, import.meta.url), name, {
        hiddenOptions,
        heapMb: HEAP_MB,
      });
    await spark.dataSource.register(
      source("export-jobs", "Exports"),
      source("signed-requests", "JwtTickets", ["privateKey"]),
      source("signed-requests", "HmacTickets", ["secret"]),
      source("xml", "Invoices"),
      source("graphql", "Issues"),
      source("server-sent-events", "LiveEvents"),
    );
  });
  beforeEach(() => {
    api.last = 10;
    api.journal.length = 0;
    api.jobs.clear();
    api.beforeAnswer = () => undefined;
  });
  afterAll(async () => {
    await spark.stop();
    api.stop();
  });

  const pem = api.keys.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  /** The format, its options, its key column, and which request ends the process of the first run. */
  const examples = [
    ["exports", {}, "id", "POST /exports"],
    ["jwtTickets", { appId: "7", privateKey: pem }, "id", "GET /tickets"],
    ["hmacTickets", { keyId: "k1", secret: "hmac-s3cret" }, "id", "GET /tickets"],
    ["invoices", {}, "id", "GET /invoices.xml"],
    ["issues", {}, "number", "POST /graphql"],
    ["liveEvents", {}, "id", "GET /events"],
  ] as const;

  const common = () => ({
    url: api.url,
    allowHttp: true,
    allowPrivateHosts: true,
    streamingInterval: 0.2,
    batchSize: 3,
  });

  async function run(format: string, options: object, folder: string): Promise<void> {
    const start = spark.readStream
      .format(format)
      .options({ ...common(), ...options })
      .load()
      .writeStream.format("parquet")
      .option("path", join(folder, "out"))
      .option("checkpointLocation", join(folder, "checkpoint"));
    if (isSparkAtLeast(4, 2)) {
      const query = await start.trigger({ availableNow: true }).start();
      await query.awaitTermination();
      return;
    }
    const query = await start.trigger({ processingTime: "0 seconds" }).start();
    await eventually(
      async () => {
        if (!(await query.isActive())) return;
        expect(await spark.read.parquet(join(folder, "out")).count()).toBe(api.last);
      },
      { withinMs: 60_000 },
    );
    const failure = await query.exception();
    if (failure) throw failure;
    await query.stop();
  }

  it.each(examples)(
    "%s streams each row once, also if its process is killed and the query starts again",
    async (format, options, key, request) => {
      const folder = uniquePath(format);
      let kills = 0;
      api.beforeAnswer = (line) => {
        if (line === request && kills === 0) kills = killChildren();
      };
      await expect(run(format, options, folder)).rejects.toThrow("ended by signal 9");
      expect(kills).toBeGreaterThan(0);
      api.last = 14;
      await run(format, options, folder);
      const rows = await spark.read
        .parquet(join(folder, "out"))
        .selectExpr(`CAST(${key} AS INT) AS key`)
        .orderBy("key")
        .collect();
      expect(rows.map((row) => row["key"])).toEqual(Array.from({ length: 14 }, (_, at) => at + 1));
      if (format !== "exports") return;
      // The killed process had sent its POST. The next one sent it again with the key from the checkpoint.
      expect(api.journal.filter((line) => line === request)).toHaveLength(3);
      expect([...api.jobs.values()].map(({ after }) => after)).toEqual([0, 10]);
    },
  );

  it("are batch reads too, and keep all digits of XML and the lines of an event", async () => {
    const read = (format: string): Promise<Row[]> =>
      spark.read.format(format).options(common()).load().limit(1).collect();
    await expect(read("invoices")).resolves.toEqual([
      { id: 1n, issued: expect.anything() as unknown, total: "100000000000.0001" },
    ]);
    await expect(read("liveEvents")).resolves.toEqual([
      { id: "1", event: "sale", data: "line 1\nline 2 of 1" },
    ]);
  });

  it("show no credential in an error", async () => {
    const options = { ...common(), keyId: "k1", secret: "a-wr0ng-s3cret" };
    const read = spark.read.format("hmacTickets").options(options).load().collect();
    await expect(read).rejects.toThrow(
      /GET http:.*answered 401 Unauthorized: bad signature \*\*\*/,
    );
    await expect(read).rejects.not.toThrow("a-wr0ng-s3cret");
  });
});
