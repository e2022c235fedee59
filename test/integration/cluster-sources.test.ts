import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataSource, SimpleDataSource, type ReadLimit } from "../../src/cluster/index.js";
import type { SparkSession } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const PAGE = 20;

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Position {
  readonly next: number;
}

async function get<T>(url: string, key = ""): Promise<T> {
  const response = await fetch(url, { headers: { "api-key": key } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as T;
}

/** Reads numbered events from an HTTP API, in pages. */
class ApiEvents extends DataSource<{ url: string; apiKey?: string }> {
  static override readonly hiddenOptions = ["apiKey"];

  override schema(): string {
    return "id BIGINT, kind STRING, amount DECIMAL(10,2), at TIMESTAMP, tags ARRAY<STRING>";
  }

  override async partitions(): Promise<Range[]> {
    return this.pages(0, (await this.latestOffset()).next);
  }

  override async *read({ from, to }: Range): AsyncGenerator<object> {
    const url = `${this.options.url}/events?from=${from}&to=${to}`;
    for (const id of await get<number[]>(url, this.options.apiKey))
      yield {
        id,
        kind: id % 3 === 0 ? null : "x",
        amount: `${id}.50`,
        at: new Date(id * 1000),
        tags: ["a", null],
      };
  }

  override initialOffset(): Position {
    return { next: 0 };
  }

  override async latestOffset(): Promise<Position> {
    return { next: (await get<Position>(`${this.options.url}/latest`)).next };
  }

  override partitionsBetween(start: Position, end: Position): Range[] {
    return this.pages(start.next, end.next);
  }

  private pages(from: number, to: number): Range[] {
    const pages: Range[] = [];
    for (let at = from; at < to; at += PAGE) pages.push({ from: at, to: Math.min(to, at + PAGE) });
    return pages;
  }
}

/** Ten numbers, at most three in a batch. */
class LimitedNumbers extends DataSource {
  end = 10;

  override schema(): string {
    return "id BIGINT";
  }

  override initialOffset(): Position {
    return { next: 0 };
  }

  override getDefaultReadLimit(): ReadLimit {
    return { maxRows: 3 };
  }

  override prepareForTriggerAvailableNow(): void {
    this.end = 7;
  }

  override latestOffset({ next }: Position, { maxRows = 10 }: ReadLimit): Position {
    return { next: Math.min(this.end, next + maxRows) };
  }

  override partitionsBetween(start: Position, end: Position): Range[] {
    return [{ from: start.next, to: end.next }];
  }

  override *read({ from, to }: Range): Generator<object> {
    for (let id = from; id < to; id++) yield { id };
  }
}

/** Counts, one number in each batch. */
class ApiTicks extends SimpleDataSource<{ most: string }> {
  schema(): string {
    return "tick BIGINT";
  }

  initialOffset(): Position {
    return { next: 0 };
  }

  read({ next }: Position): { rows: object[]; end: Position } {
    const hasNext = next < Number(this.options.most);
    return { rows: hasNext ? [{ tick: next }] : [], end: { next: hasNext ? next + 1 : next } };
  }

  readBetween(start: Position, end: Position): object[] {
    return Array.from({ length: end.next - start.next }, (_, at) => ({ tick: start.next + at }));
  }
}

describe("data sources in TypeScript", () => {
  let spark: SparkSession;
  let api: Server;
  let url: string;
  let latest = 50;
  let requests: string[] = [];
  const keys: unknown[] = [];
  beforeAll(async () => {
    api = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      requests.push(request.url ?? "");
      keys.push(request.headers["api-key"]);
      const from = Number(searchParams.get("from"));
      const to = Number(searchParams.get("to"));
      const ids = Array.from({ length: to - from }, (_, at) => from + at);
      response.end(JSON.stringify(pathname === "/latest" ? { next: latest } : ids));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    spark = await connect();
    await spark.dataSource.register(ApiEvents, ApiTicks);
  });
  afterAll(async () => {
    await spark.stop();
    api.close();
  });

  it("yield the rows of all partitions of a batch, with the types of their schema", async () => {
    const df = spark.read.format("apiEvents").option("url", url).load();
    await expect(df.count()).resolves.toBe(50);
    const [row] = await df.filter("id = 21").collect();
    expect(row).toMatchObject({ id: 21n, kind: null, amount: "21.50", tags: ["a", null] });
    expect(String(row?.["at"])).toBe("1970-01-01T00:00:21.000000Z");
  });

  it("hide the values of their hidden options in plans, and can read them", async () => {
    const df = spark.read.format("apiEvents").options({ url, apiKey: "pa55-w0rd" }).load();
    await expect(df.explainString("extended")).resolves.not.toContain("pa55-w0rd");
    await expect(df.count()).resolves.toBe(50);
    expect(keys).toContain("pa55-w0rd");
  });

  it("stream, and read exactly the last range again if its batch was not committed", async () => {
    const checkpoint = uniquePath("cluster-checkpoint");
    const out = uniquePath("cluster-out");
    const start = () =>
      spark.readStream
        .format("apiEvents")
        .option("url", url)
        .load()
        .writeStream.format("parquet")
        .option("path", out)
        .option("checkpointLocation", checkpoint)
        .trigger({ availableNow: true })
        .start();
    const ids = async (): Promise<bigint[]> => {
      const rows = await spark.read.parquet(out).select("id").orderBy("id").collect();
      return rows.map((row) => row["id"] as bigint);
    };
    const run = async (): Promise<void> => {
      const query = await start();
      await query.awaitTermination();
    };
    await run();
    latest = 90;
    await run();
    expect(await ids()).toEqual(Array.from({ length: 90 }, (_, id) => BigInt(id)));

    // Make the last batch look unfinished: remove its commit, and the sink's note of it.
    const last = String(
      Math.max(...readdirSync(join(checkpoint, "commits")).map(Number).filter(Number.isInteger)),
    );
    for (const folder of [join(checkpoint, "commits"), join(out, "_spark_metadata")])
      for (const name of [last, `.${last}.crc`]) rmSync(join(folder, name), { force: true });
    latest = 120;
    requests = [];
    await run();
    const read = requests.filter((path) => path.startsWith("/events"));
    expect(read.slice(0, 2).sort()).toEqual(["/events?from=50&to=70", "/events?from=70&to=90"]);
    // Spark ends a triggered run after such a batch. The next run reads what is new.
    await run();
    expect(await ids()).toEqual(Array.from({ length: 120 }, (_, id) => BigInt(id)));
  });

  it.skipIf(!isSparkAtLeast(4, 2))(
    "that limit their batches are read to the end by a triggered run",
    async () => {
      await spark.dataSource.register(LimitedNumbers);
      const name = uniqueName("limited");
      const query = await spark.readStream
        .format("limitedNumbers")
        .load()
        .writeStream.format("memory")
        .queryName(name)
        .option("checkpointLocation", uniquePath("limited"))
        .trigger({ availableNow: true })
        .start();
      await query.awaitTermination();
      const rows = await spark.table(name).orderBy("id").collect();
      expect(rows.map((row) => row["id"])).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
      const reports = await query.recentProgress();
      const batches = reports.map(({ numInputRows }) => Number(numInputRows)).filter((n) => n > 0);
      expect(batches).toEqual([3, 3, 1]);
    },
  );

  it("that are simple stream rows from the driver", async () => {
    const name = uniqueName("ticks");
    const query = await spark.readStream
      .format("apiTicks")
      .option("most", "3")
      .load()
      .writeStream.format("memory")
      .queryName(name)
      .option("checkpointLocation", uniquePath("ticks"))
      .start();
    try {
      await eventually(
        async () => {
          const rows = await spark.table(name).orderBy("tick").collect();
          expect(rows).toEqual([{ tick: 0n }, { tick: 1n }, { tick: 2n }]);
        },
        { withinMs: 60_000 },
      );
    } finally {
      await query.stop();
    }
  });

  it("say which method they lack, and which read they support", async () => {
    class Half extends DataSource {
      override schema(): string {
        return "id INT";
      }
      override read(): object[] {
        return [{ id: 1 }];
      }
    }
    await spark.dataSource.register(Half);
    await expect(spark.read.format("half").load().collect()).resolves.toEqual([{ id: 1 }]);
    const stream = spark.readStream.format("half").load().writeStream.format("noop");
    await expect(
      stream
        .option("checkpointLocation", uniquePath("half"))
        .start()
        .then((query) => query.awaitTermination()),
    ).rejects.toThrow("The data source Half has no method initialOffset(), which a stream needs.");
    await expect(spark.read.format("apiTicks").load().collect()).rejects.toThrow(
      "The data source ApiTicks is a SimpleDataSource, which only streams can read. Use spark.readStream.",
    );
  });
});
