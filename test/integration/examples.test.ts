import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import parseText from "parse-prometheus-text-format";
import { afterEach, describe, expect, inject, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { eventually } from "../support/eventually.js";
import { uniquePath } from "./support.js";

const compiled = fileURLToPath(new URL("../../build/examples", import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly folder: string;
  output: string;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

describe("the testing example", () => {
  const folder = fileURLToPath(new URL("../../examples/testing", import.meta.url));
  const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

  it("passes with vitest on the server of SPARK_REMOTE, and reports the time of its session", async () => {
    const child = spawn(process.execPath, [vitest, "run"], {
      cwd: folder,
      env: { ...process.env, SPARK_REMOTE: inject("sparkUrl"), NODE_OPTIONS: "", VITEST: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => (output += piece.toString()));
    const [exitCode] = (await once(child, "close")) as [number | null];
    expect(exitCode, output).toBe(0);
    expect(output).toContain("2 passed");
    expect(output).toMatch(/^Spark at localhost:\d+ \(SPARK_REMOTE\); 1 session made in \d/m);
    expect(output).not.toContain("token=");
  });
});

/** Starts a program, such as `streaming/listen`. */
function startProgram(program: string): Run {
  const folder = uniquePath(program.replace("/", "-"));
  const child = spawn(process.execPath, [join(compiled, `${program}.js`), folder], {
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const run = { child, folder, output: "" };
  child.stdout.on("data", (piece: Buffer) => (run.output += piece.toString()));
  return run;
}

describe("the streaming examples", () => {
  function start(name: string): Run {
    return startProgram(`streaming/${name}`);
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

describe("the example of a service", () => {
  it("answers queries as NDJSON, runs streams, and shows traces and metrics of both", async () => {
    const run = startProgram("service/main");
    const [url = "", sessionId = ""] = await eventually(
      () => /listening on (\S+), session (\S+)/.exec(run.output)?.slice(1) ?? false,
      { withinMs: 60_000 },
    );
    const call = async (path: string, options?: RequestInit): Promise<string> =>
      (await fetch(`${url}${path}`, options)).text();

    expect(await call("/query?rows=6&divisor=2")).toBe(
      [1, 3, 5].map((id) => `{"id":"${id}","remainder":"1"}\n`).join(""),
    );
    expect(await call("/query?rows=-1")).toContain("querystring/rows must be >= 0");
    await eventually(() => run.output.includes("GET /query"), { withinMs: 10_000 });
    expect(run.output.replaceAll("spark.connect.SparkConnectService/", "")).toMatch(
      /^GET \/query \d+ ms .*=200\n {2}SparkSession.sql .*(?:\n {4}.*)+\n {2}DataFrame.toJsonLines .*returned_rows=3\n {4}ExecutePlan/m,
    );

    for (const name of ["readings", "alerts"]) {
      expect(await call(`/streams/${name}`, { method: "POST" })).toContain(`"name":"${name}"`);
    }
    const rows = /sparktide_stream_rows_total\{supervisor="readings",stream="readings"\} [1-9]/;
    const metrics = await eventually(
      async () => {
        const text = await call("/metrics");
        return rows.test(text) && text;
      },
      { withinMs: 60_000 },
    );
    expect(await call("/health")).toContain('"healthy":true');
    const families = parseText(metrics).map(({ name }) => name);
    expect(new Set(families).size).toBe(families.length);
    expect(families).toContain("db_client_operation_duration");
    expect(await call("/streams/alerts", { method: "DELETE" })).not.toContain("alerts");

    const gone = new AbortController();
    // The test does not read these rows, so the query waits for it until the abort.
    const endless = await fetch(`${url}/query?rows=10000000&divisor=2`, {
      signal: gone.signal,
    });
    expect(endless.status).toBe(200);
    gone.abort();
    const aborted = /client_disconnected .*\n(?:.*\n)* {2}DataFrame.toJsonLines /;
    await eventually(() => aborted.test(run.output), { withinMs: 30_000 });
    // Another client of the same session finds nothing to interrupt, because the service has done it.
    await using twin = await SparkSession.builder()
      .remote(inject("sparkUrl"))
      .sessionId(sessionId)
      .create();
    expect(await twin.interruptAll()).toEqual([]);

    run.child.kill("SIGTERM");
    const [exitCode] = (await once(run.child, "exit")) as [number | null];
    expect(exitCode, run.output).toBe(0);
  });
});
