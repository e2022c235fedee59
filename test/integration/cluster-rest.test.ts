import { readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestSource, type Poll, type Polled } from "../../src/cluster/index.js";
import type { SparkSession } from "../../src/index.js";
import { connect, isSparkAtLeast, uniquePath } from "./support.js";

/** Numbered orders, in the rows after a number. */
class Orders extends RestSource<{ url: string; apiKey?: string }> {
  static override readonly hiddenOptions: readonly string[] = ["apiKey"];

  readonly schema = "id BIGINT, placed_at TIMESTAMP, total DECIMAL(12,2)";

  override authorize(): { authorization: string } {
    return { authorization: `Bearer ${this.options.apiKey ?? "none"}` };
  }

  async *poll({ http, since }: Poll<number>): AsyncGenerator<Polled> {
    for await (const row of http.ndjson<{ id: number }>("/orders", { query: { after: since } }))
      yield { row, position: row.id };
  }
}

/** As Orders, without rows in offsets. */
class LargeOrders extends Orders {
  static override readonly replay = "refetch";
}

describe("a RestSource", () => {
  let spark: SparkSession;
  let api: Server;
  let url: string;
  let last: number;
  /** The day of all orders. */
  let day = "31";
  let requests: string[] = [];
  beforeAll(async () => {
    api = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "", "http://localhost");
      requests.push(request.url ?? "");
      if (request.headers.authorization === "Bearer wr0ng-key") {
        response.writeHead(403).end(`no rights for ${request.headers.authorization}`);
        return;
      }
      const after = Number(searchParams.get("after"));
      const lines = Array.from({ length: Math.max(0, last - after) }, (_, at) => {
        const id = after + at + 1;
        return JSON.stringify({ id, placed_at: `2026-01-${day}T12:00:00Z`, total: `${id}.50` });
      });
      response.end(lines.join("\n"));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    spark = await connect();
    await spark.dataSource.register(Orders, LargeOrders);
  });
  afterAll(async () => {
    await spark.stop();
    api.close();
  });
  const options = () => ({ url, allowHttp: true, allowPrivateHosts: true, batchSize: 10 });

  it("reads all rows of a batch, with polls until one is empty", async () => {
    last = 25;
    requests = [];
    const rows = await spark.read.format("orders").options(options()).load().collect();
    expect(rows).toHaveLength(25);
    expect(rows[24]).toMatchObject({ id: 25n, total: "25.50" });
    expect(String(rows[0]?.["placed_at"])).toBe("2026-01-31T12:00:00.000000Z");
    expect(requests).toEqual(["/orders", "/orders?after=25"]);
  });

  it("is only called at public addresses over https, unless the options say otherwise", async () => {
    const read = spark.read.format("orders").option("url", url).load().collect();
    await expect(read).rejects.toThrow("http://127.0.0.1 is refused: only https is called");
  });

  it("shows a credential neither in plans nor in errors, and reads only references that the server allows", async () => {
    const read = (apiKey: string) =>
      spark.read
        .format("orders")
        .options({ ...options(), apiKey })
        .load();
    const plain = read("wr0ng-key");
    await expect(plain.explainString("extended")).resolves.not.toContain("wr0ng-key");
    await expect(plain.collect()).rejects.toThrow("answered 403 Forbidden: no rights for ***");
    await expect(read("env:HOME").collect()).rejects.toThrow(
      "option 'apiKey' refers to 'env:HOME', which is not in the server's list of secrets",
    );
    await expect(read("env:SPARKTIDE_SECRET_NOT_SET").collect()).rejects.toThrow(
      "the environment variable 'SPARKTIDE_SECRET_NOT_SET', which is not set",
    );
  });

  // Before Spark 4.2, a source cannot continue such a query.
  describe.skipIf(!isSparkAtLeast(4, 2))("in a stream that runs its last batch again", () => {
    async function run(format: string, folder: string): Promise<void> {
      const query = await spark.readStream
        .format(format)
        .options(options())
        .load()
        .writeStream.format("parquet")
        .option("path", join(folder, "out"))
        .option("checkpointLocation", join(folder, "checkpoint"))
        .trigger({ availableNow: true })
        .start();
      await query.awaitTermination();
    }

    /** Makes the last batch look unfinished: removes its commit, and the sink's note of it. */
    function forgetLastBatch(folder: string): void {
      const commits = join(folder, "checkpoint", "commits");
      const batch = Math.max(...readdirSync(commits).map(Number).filter(Number.isInteger));
      for (const notes of [commits, join(folder, "out", "_spark_metadata")])
        for (const name of [String(batch), `.${batch}.crc`])
          rmSync(join(notes, name), { force: true });
    }

    async function rowsIn(folder: string): Promise<number[]> {
      const rows = await spark.read
        .parquet(join(folder, "out"))
        .selectExpr("CAST(id AS INT) AS id", "day(placed_at) AS day")
        .orderBy("id")
        .collect();
      expect(new Set(rows.map((row) => row["day"]))).toEqual(new Set([31]));
      return rows.map((row) => row["id"] as number);
    }
    const upTo = (most: number): number[] => Array.from({ length: most }, (_, at) => at + 1);

    it("takes the rows from the offset", async () => {
      const folder = uniquePath("orders");
      last = 25;
      await run("orders", folder);
      forgetLastBatch(folder);
      // The API would now answer otherwise.
      day = "30";
      requests = [];
      try {
        await run("orders", folder);
      } finally {
        day = "31";
      }
      expect(requests.filter((path) => path !== "/orders?after=25")).toEqual([]);
      await expect(rowsIn(folder)).resolves.toEqual(upTo(25));
    });

    it("with refetch asks for the same rows, and fails if the API gives others", async () => {
      const folder = uniquePath("large-orders");
      last = 25;
      await run("largeOrders", folder);
      forgetLastBatch(folder);
      day = "30";
      try {
        await expect(run("largeOrders", folder)).rejects.toThrow(
          "Spark repeats a batch of LargeOrders that had 5 rows, but the API now gives 5 rows with another content.",
        );
      } finally {
        day = "31";
      }
      last = 27;
      requests = [];
      await run("largeOrders", folder);
      expect(requests[0]).toBe("/orders?after=20");
      await run("largeOrders", folder);
      await expect(rowsIn(folder)).resolves.toEqual(upTo(27));
    });
  });
});
