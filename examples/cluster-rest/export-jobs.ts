/** An API that prepares exports: a job is started, asked for until it is done, and then its result is read. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { RestSource, type Poll, type Polled } from "sparktide/cluster";

interface Position {
  /** All orders up to this number are in the stream. */
  readonly after: number;
  /** The key with which the API recognizes a job that it has started already. */
  readonly key?: string;
  readonly job?: string;
  /** The number of the job's lines that are in the stream. */
  readonly line?: number;
}

interface Job {
  readonly id: string;
  readonly state: "running" | "done" | "failed";
  readonly url: string;
  readonly last: number;
}

export class Exports extends RestSource<{ url: string }> {
  readonly schema = "id BIGINT, placed_at TIMESTAMP, total DECIMAL(12,2)";

  async *poll({ http, since }: Poll<Position>): AsyncGenerator<Polled> {
    let at: Position = since ?? { after: 0 };
    const get = async <T>(path: string): Promise<T> => (await http.get(path)).json() as T;

    if (at.key === undefined) {
      const newest = await get<{ id: number }>("/orders/newest");
      if (newest.id <= at.after) return;
      // A position without a row is a step: it is in the checkpoint before the poll continues.
      at = { ...at, key: randomUUID() };
      yield { position: at };
    }
    if (at.job === undefined) {
      const headers = { "idempotency-key": at.key ?? "" };
      const body = { after: at.after };
      const answer = await http.post("/exports", body, { headers, repeatable: true });
      at = { ...at, job: (answer.json() as Job).id };
      yield { position: at };
    }
    const path = `/exports/${at.job ?? ""}`;
    let job = await get<Job>(path);
    for (; job.state === "running"; job = await get<Job>(path)) await sleep(100);
    if (job.state === "failed") throw new Error(`The export ${job.id} failed.`);

    let line = 0;
    for await (const row of http.ndjson(job.url))
      if (++line > (at.line ?? 0)) yield { row, position: { ...at, line } };
    yield { position: { after: job.last } };
  }
}
