import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataSource } from "../../src/cluster/index.js";
import { SparkSession, type StreamingQuery } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { eventually } from "../support/eventually.js";
import { batchUnderWay, loggedBatches } from "../support/checkpoint.js";
import { processes, processesBelow } from "./processes.js";

/** Two executors in processes of their own. */
const MASTER = "local-cluster[2,1,1024]";
const RECOVERY_MS = 120_000;
const ROWS_PER_SECOND = 100;
const PAGE = 25;
const ROUNDS = 3;

interface Position {
  readonly next: number;
}
interface Page {
  readonly from: number;
  readonly to: number;
}

/** Numbered rows of an HTTP API, which grow with the time. */
class ApiNumbers extends DataSource<{ url: string }> {
  override schema(): string {
    return "id BIGINT, process INT";
  }

  override initialOffset(): Position {
    return { next: 0 };
  }

  override async latestOffset(): Promise<Position> {
    const response = await fetch(`${this.options.url}/latest`);
    return (await response.json()) as Position;
  }

  override partitionsBetween(start: Position, end: Position): Page[] {
    const pages: Page[] = [];
    for (let from = start.next; from < end.next; from += PAGE)
      pages.push({ from, to: Math.min(end.next, from + PAGE) });
    return pages;
  }

  override async *read({ from, to }: Page): AsyncGenerator<object> {
    const response = await fetch(`${this.options.url}/numbers?from=${from}&to=${to}`);
    for (const id of (await response.json()) as number[]) yield { id, process: process.pid };
  }
}

const CHILDREN = /-worker\.mjs/;
const FAULTS = {
  "a Node.js process": CHILDREN,
  "an executor": /CoarseGrainedExecutorBackend/,
} as const;

describe("a stream of a source in TypeScript into Delta", () => {
  let folder: string;
  let api: Server;
  let url: string;
  let spark: LocalSpark;
  let session: SparkSession;
  let query: StreamingQuery;
  const served = new Set<number>();
  const startedAt = performance.now();

  const checkpoint = (): string => join(folder, "checkpoint");
  const lastCommit = (): number => loggedBatches(checkpoint(), "commits").at(-1) ?? -1;

  async function startServer(): Promise<void> {
    spark = await LocalSpark.start({
      heapMb: 1024,
      master: MASTER,
      conf: { "spark.sql.streaming.minBatchesToRetain": "10000" },
    });
    session = await SparkSession.builder()
      .remote(spark.url)
      .javascript({ node: "client" })
      .create();
    await session.dataSource.register(ApiNumbers);
  }

  async function startQuery(): Promise<void> {
    query = await session.readStream
      .format("apiNumbers")
      .option("url", url)
      .load()
      .writeStream.format("delta")
      .option("checkpointLocation", checkpoint())
      .trigger({ processingTime: "500 milliseconds" })
      .start(join(folder, "table"));
  }

  /** Waits for a batch that is planned after this call. Starts the query again if it has failed. */
  async function recovers(): Promise<void> {
    const planned = loggedBatches(checkpoint(), "offsets").at(-1) ?? -1;
    await eventually(
      async () => {
        if (lastCommit() > planned) return true;
        if (!(await query.isActive())) await startQuery();
        return false;
      },
      { withinMs: RECOVERY_MS },
    );
  }

  async function insideBatch(): Promise<void> {
    await eventually(() => batchUnderWay(checkpoint()) !== undefined, { withinMs: RECOVERY_MS });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-cluster-faults-"));
    api = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const seconds = (performance.now() - startedAt) / 1000;
      if (pathname === "/latest") {
        response.end(JSON.stringify({ next: Math.floor(seconds * ROWS_PER_SECOND) }));
        return;
      }
      const from = Number(searchParams.get("from"));
      const ids = Array.from(
        { length: Number(searchParams.get("to")) - from },
        (_, at) => from + at,
      );
      for (const id of ids) served.add(id);
      response.end(JSON.stringify(ids));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    await startServer();
    await startQuery();
    await recovers();
  });
  afterAll(async () => {
    await spark.stop();
    api.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, pattern] of Object.entries(FAULTS))
      it(`continues after ${name} was killed inside a batch, round ${round}`, async () => {
        await insideBatch();
        const running = processesBelow(spark.pid, pattern);
        expect(running.length).toBeGreaterThan(0);
        const struck = running[round % running.length];
        if (struck !== undefined) process.kill(struck, "SIGKILL");
        await recovers();
      });

    it(`continues after the driver was killed inside a batch, round ${round}`, async () => {
      await insideBatch();
      process.kill(spark.pid, "SIGKILL");
      await spark.closed;
      await startServer();
      await startQuery();
      await recovers();
    });
  }

  it("has written each row of the API exactly once", async () => {
    await query.stop();
    const rows = await session.read.format("delta").load(join(folder, "table")).collect();
    const ids = rows.map((row) => Number(row["id"])).sort((a, b) => a - b);
    expect(ids.length).toBeGreaterThan(ROWS_PER_SECOND);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, id) => id));
    expect(ids.every((id) => served.has(id))).toBe(true);
    console.log(`rows ${ids.length}, lost 0, doubled 0, batches ${lastCommit() + 1}`);
  });

  it("leaves no Node.js process 90 s after the end of its session", async () => {
    await session.stop();
    await eventually(() => processes(CHILDREN).length === 0, { withinMs: 90_000 });
  });
});
