import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, inject, it } from "vitest";
import { eventually } from "../support/eventually.js";
import { uniquePath } from "./support.js";

const compiled = fileURLToPath(new URL("../../build/examples/streaming", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly folder: string;
  output: string;
}

describe("the streaming examples", () => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });

  function start(name: string): Run {
    const folder = uniquePath(name);
    const child = spawn(process.execPath, [join(compiled, `${name}.js`), folder], {
      env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const run = { child, folder, output: "" };
    child.stdout.on("data", (piece: Buffer) => (run.output += piece.toString()));
    return run;
  }

  /** The output of an example that ends by itself. */
  async function outputOf(name: string): Promise<string> {
    const run = start(name);
    const [exitCode] = (await once(run.child, "exit")) as [number | null];
    expect(exitCode, run.output).toBe(0);
    return run.output;
  }

  const itOnDelta = it.skipIf(!inject("hasDelta"));

  itOnDelta("foreach-batch.ts stores each row once", async () => {
    const output = await outputOf("foreach-batch");
    expect(output).toContain("batch 0: 50 odd, up to 99");
    expect(Number(/rows stored: (\d+)/.exec(output)?.[1])).toBeGreaterThanOrEqual(300);
  });

  itOnDelta("upsert.ts keeps one row per key", async () => {
    const output = await outputOf("upsert");
    expect(output).toContain("merged: 10 new, 0 updated");
    expect(output).toContain("merged: 0 new, 10 updated");
    expect(output.match(/^\|\s+\d\|\s+\d{3}\|$/gm)).toHaveLength(10);
    expect(output).toContain("MERGE");
  });

  it("listen.ts receives the events of every query", async () => {
    const output = await outputOf("listen");
    expect(output).toMatch(/^started healthy$/m);
    expect(output).toMatch(/^healthy batch \d+: \d+ rows in \d+ ms$/m);
    expect(output).toMatch(/^failing: StreamingQueryException$/m);
    expect(output).toMatch(/^ended \S+: DIVIDE_BY_ZERO$/m);
  });

  it("windows.ts counts events per window and joins two streams", async () => {
    const output = await outputOf("windows");
    expect(output).toContain("1970-01-01");
    expect(Number(/clicks: (\d+)/.exec(output)?.[1])).toBeGreaterThan(0);
  });

  itOnDelta("supervise.ts serves probes and metrics, and stops between batches", async () => {
    const run = start("supervise");
    const port = await eventually(() => /listening on (\d+)/.exec(run.output)?.[1] ?? false, {
      withinMs: 30_000,
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/ready`)).ok, {
      withinMs: 60_000,
    });
    await eventually(() => run.output.includes("alert 0"), { withinMs: 60_000 });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/sparktide_stream_up\{stream="rows"\} 1/);
    run.child.kill("SIGTERM");
    const [exitCode] = (await once(run.child, "exit")) as [number | null];
    expect(exitCode).toBe(0);
    expect(existsSync(join(run.folder, "rows", "_delta_log"))).toBe(true);
  });
});
