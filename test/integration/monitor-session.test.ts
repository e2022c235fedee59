import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession, StreamingQuery } from "../../src/index.js";
import {
  serveMonitor,
  watchSession,
  type StreamDocument,
  type StreamsDocument,
} from "../../src/monitor/index.js";
import { eventually } from "../support/eventually.js";
import { connect, uniqueName } from "./support.js";

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(async () => {
  await spark.stop();
});

describe("a monitor of a session", () => {
  it("shows the queries of the session, their batches, their plan and how they ended", async () => {
    const [name, failing] = [uniqueName("watched"), uniqueName("failing")];
    const start = (queryName: string, column: string): Promise<StreamingQuery> =>
      spark.readStream
        .format("rate")
        .option("rowsPerSecond", 20)
        .load()
        .selectExpr(column)
        .writeStream.format("noop")
        .queryName(queryName)
        .trigger({ processingTime: "500 milliseconds" })
        .start();
    const query = await start(name, "value");
    await using session = watchSession(spark);
    await using monitor = await serveMonitor({
      supervisor: session,
      port: 0,
      token: "a-token-of-the-test",
      control: true,
    });
    const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
      const headers = {
        Authorization: "Bearer a-token-of-the-test",
        "X-Sparktide-Command": "1",
        "Content-Type": "application/json",
      };
      return (await fetch(new URL(path, monitor.url), { headers, ...init })).json();
    };
    const stream = async (of: string): Promise<StreamDocument> =>
      (await ask(`api/streams/${of}`)) as StreamDocument;

    const running = await eventually(
      async () => {
        const document = await stream(name);
        expect(Number(document.summary.rowsTotal)).toBeGreaterThan(0);
        return document;
      },
      { withinMs: 30_000 },
    );
    expect(running).toMatchObject({
      summary: { state: "running", queryId: query.id, runId: query.runId, lastError: null },
      sources: [{ description: expect.stringContaining("RateStream") as string }],
    });
    expect(running.events.at(-1)).toMatchObject({ event: "adopted", level: "info" });
    const history = (await ask(`api/streams/${name}/history`)) as {
      at: number[];
      phasesMs: object;
    };
    expect(history.at.length).toBeGreaterThan(0);
    expect(Object.keys(history.phasesMs)).toContain("addBatch");
    const { plan } = (await ask(`api/streams/${name}/plan`)) as { plan: string };
    expect(plan).toContain("== Physical Plan ==");

    await start(failing, "raise_error('the value is wrong: password=hunter22')");
    const failed = await eventually(
      async () => {
        const document = await stream(failing);
        expect(document.summary.state).toBe("fatal");
        return document;
      },
      { withinMs: 30_000 },
    );
    expect(failed.summary.lastError).toMatchObject({
      name: "StreamingQueryException",
      message: expect.stringContaining("the value is wrong") as string,
    });
    expect(JSON.stringify(failed)).not.toContain("hunter22");

    const stopped = await ask(`api/streams/${name}/stop`, { method: "POST", body: "{}" });
    expect(stopped).toMatchObject({ stream: { name, state: "stopped" } });
    const { events } = await stream(name);
    expect(events.slice(0, 2)).toMatchObject([
      { event: "stopped", text: "The query stopped between two batches." },
      { event: "commanded", text: expect.stringContaining("gave the command stop") as string },
    ]);
    expect(await query.isActive()).toBe(false);
    const { service, streams } = (await ask("api/streams")) as StreamsDocument;
    expect(service).toMatchObject({
      kind: "session",
      sessionId: spark.sessionId,
      sparkVersion: await spark.version(),
      healthy: false,
      commands: ["stop"],
    });
    expect(streams.map((one) => [one.name, one.state])).toEqual([
      [name, "stopped"],
      [failing, "fatal"],
    ]);
  });
});
