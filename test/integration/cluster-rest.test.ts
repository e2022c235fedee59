import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestSource, type Poll } from "../../src/cluster/index.js";
import type { SparkSession } from "../../src/index.js";
import { connect, uniquePath } from "./support.js";

/** Numbered orders, in the rows after a number. */
class Orders extends RestSource<{ url: string }> {
  readonly schema = "id BIGINT, placed_at TIMESTAMP, total DECIMAL(12,2)";

  async *poll({ http, since }: Poll<number>) {
    for await (const row of http.ndjson<{ id: number }>("/orders", { query: { after: since } }))
      yield { row, position: row.id };
  }
}

describe("a RestSource", () => {
  let spark: SparkSession;
  let api: Server;
  let url: string;
  const last = 25;
  const requests: string[] = [];
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    requests.push(request.url ?? "");
    const after = Number(searchParams.get("after"));
    const lines = Array.from({ length: Math.max(0, last - after) }, (_, at) =>
      JSON.stringify({
        id: after + at + 1,
        placed_at: "2026-01-31T12:00:00Z",
        total: `${after + at}.50`,
      }),
    );
    response.end(lines.join("\n"));
  }
  beforeAll(async () => {
    api = createServer(answer);
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    spark = await connect();
    await spark.dataSource.register(Orders);
  });
  afterAll(async () => {
    await spark.stop();
    api.close();
  });
  const options = () => ({ url, allowHttp: true, allowPrivateHosts: true, streamingInterval: 0 });

  it("reads all rows of a batch, with polls until one is empty", async () => {
    const df = spark.read.format("orders").options(options()).load();
    const rows = await df.collect();
    expect(rows).toHaveLength(25);
    expect(rows[24]).toMatchObject({ id: 25n, total: "24.50" });
    expect(requests).toEqual(["/orders", "/orders?after=25"]);
  });
  it("streams", async () => {
    const query = await spark.readStream
      .format("orders")
      .options({ ...options(), batchSize: 10 })
      .load()
      .writeStream.format("memory")
      .queryName("orders_rs")
      .option("checkpointLocation", uniquePath("orders"))
      .trigger({ availableNow: true })
      .start();
    await query.awaitTermination();
    const rows = await spark.table("orders_rs").collect();
    expect(rows).toHaveLength(25);
  });
});
