import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type CDPSession, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalSpark } from "../../src/local/index.js";
import { chromiumPath, NO_CHROMIUM } from "../support/chromium.js";
import { CutProxy } from "../support/cut-proxy.js";

const executablePath = chromiumPath();
if (executablePath === undefined) console.warn(NO_CHROMIUM);

const SERVICE = fileURLToPath(new URL("monitored-service.mjs", import.meta.url));
const ACTIVE = 10;
const IDLE = 90;
const MEASURED_MS = 150_000;
const MB = 2 ** 20;
/** Far above what the charts of these minutes need. */
const MOST_GROWTH_MB = 20;

/** What the service answers to a message. */
interface ServiceFigures {
  readonly cpuMs: number;
  /** Of the event loop, since the message before. */
  readonly pauses: {
    readonly longestMs: number;
    /** The processor time within the longest pause. */
    readonly longestCpuMs: number;
    readonly mostCpuMs: number;
  };
  readonly rssBytes: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
}

/** All values at one moment. */
interface Moment extends ServiceFigures {
  readonly atMs: number;
  readonly bytesToPage: number;
  /** After a garbage collection. */
  readonly pageHeapBytes: number;
  readonly pageCpuMs: number;
  /** The durations of the page's tasks of 50 ms or more, in milliseconds. */
  readonly longTasks: readonly number[];
}

/** Runs in the page before its own code. */
const OBSERVE_LONG_TASKS = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
`;

describe.skipIf(executablePath === undefined)("100 streams and the monitor's page", () => {
  let folder: string;
  let spark: LocalSpark;
  let service: ChildProcess;
  let proxy: CutProxy;
  let browser: Browser;
  let page: Page;
  let developerTools: CDPSession;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-scale-page-"));
    await mkdir(join(folder, "empty"));
    spark = await LocalSpark.start({ heapMb: 3072 });
    const settings = JSON.stringify({ folder, url: spark.url, active: ACTIVE, idle: IDLE });
    service = fork(SERVICE, [settings], { execArgv: ["--expose-gc"] });
    const [{ url }] = (await once(service, "message")) as [{ url: string }];
    const { hostname: host, port } = new URL(url);
    proxy = await CutProxy.start(() => ({ host, port: Number(port) }));
    // A container has no user namespaces, which Chromium's sandbox needs.
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox"],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(OBSERVE_LONG_TASKS);
    developerTools = await page.context().newCDPSession(page);
    await developerTools.send("Performance.enable");
    await page.goto(`http://127.0.0.1:${proxy.port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await proxy[Symbol.asyncDispose]();
    service.kill("SIGKILL");
    await spark.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function measure(): Promise<Moment> {
    const answer = once(service, "message");
    service.send("measure");
    const [figures] = (await answer) as [ServiceFigures];
    const atMs = performance.now();
    const bytesToPage = proxy.bytesToClients;
    await developerTools.send("HeapProfiler.collectGarbage");
    const { metrics } = await developerTools.send("Performance.getMetrics");
    const metric = (name: string): number =>
      metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    return {
      ...figures,
      atMs,
      bytesToPage,
      pageHeapBytes: metric("JSHeapUsedSize"),
      pageCpuMs: metric("TaskDuration") * 1_000,
      longTasks: await page.evaluate<number[]>("window.longTasks"),
    };
  }

  const runningRows = () => page.getByRole("row").filter({ hasText: "Running" });

  it("lists all streams as running", async () => {
    await expect
      .poll(() => runningRows().count(), { timeout: 240_000, interval: 1_000 })
      .toBe(ACTIVE + IDLE);
    await page.getByText("Live", { exact: true }).waitFor();
  });

  it("stays live without a new connection, while the memory of both stays bounded", async () => {
    // What the starts of the streams left behind is not measured.
    const start = await measure();
    await delay(10_000);
    const begin = await measure();
    await delay(MEASURED_MS);
    const end = await measure();

    await writeFigures(start, begin, end);
    expect(await runningRows().count()).toBe(ACTIVE + IDLE);
    await page.getByText("Live", { exact: true }).waitFor();
    // The browser lists a request when it ends.
    const ended = await page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name)",
    );
    expect(ended.filter((address) => address.includes("/api/live"))).toEqual([]);
    expect(end.bytesToPage).toBeGreaterThan(begin.bytesToPage);
    expect((end.heapBytes - begin.heapBytes) / MB).toBeLessThan(MOST_GROWTH_MB);
    expect((end.pageHeapBytes - begin.pageHeapBytes) / MB).toBeLessThan(MOST_GROWTH_MB);
  });

  it("ends at SIGTERM while the page is open", async () => {
    const exited = once(service, "exit");
    service.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });
});

/** Writes the figures that the script prints at its end. */
async function writeFigures(start: Moment, begin: Moment, end: Moment): Promise<void> {
  const path = process.env["SPARKTIDE_SCALE_FIGURES"];
  const elapsedMs = end.atMs - begin.atMs;
  const percent = (ms: number): string => `${((ms / elapsedMs) * 100).toFixed(1)} % of one core`;
  const change = (from: number, to: number): string =>
    `${(from / MB).toFixed(1)} to ${(to / MB).toFixed(1)} MB`;
  const pause = ({ pauses: { longestMs, longestCpuMs, mostCpuMs } }: Moment): string =>
    `${longestMs.toFixed(0)} ms, with ${longestCpuMs.toFixed(0)} ms of processor time (the most in one turn: ${mostCpuMs.toFixed(0)} ms)`;
  const longTasks = end.longTasks.slice(begin.longTasks.length);
  const longest = Math.max(0, ...longTasks);
  const figures = {
    "streams, of them active": `${ACTIVE + IDLE}, ${ACTIVE}`,
    "measured seconds": Math.round(elapsedMs / 1_000),
    "CPU of the service": percent(end.cpuMs - begin.cpuMs),
    "heap of the service": change(begin.heapBytes, end.heapBytes),
    "resident memory of the service": change(begin.rssBytes, end.rssBytes),
    "longest pause of the service's event loop": pause(end),
    "the same while the streams started": pause(start),
    "bytes to the page": `${(((end.bytesToPage - begin.bytesToPage) / elapsedMs) * 1_000).toFixed(0)} per second`,
    "CPU of the page's main thread": percent(end.pageCpuMs - begin.pageCpuMs),
    "heap of the page": change(begin.pageHeapBytes, end.pageHeapBytes),
    "tasks of the page of 50 ms or more": `${longTasks.length}, the longest ${longest.toFixed(0)} ms`,
  };
  if (path === undefined) console.log(figures);
  else await writeFile(path, JSON.stringify(figures));
}
