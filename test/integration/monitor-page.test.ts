import { request } from "node:http";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SparkSession } from "../../src/index.js";
import { StreamSupervisor, type StreamingQuery } from "../../src/index.js";
import { serveMonitor, type ServedMonitor } from "../../src/monitor/index.js";
import { chromiumPath, NO_CHROMIUM } from "../support/chromium.js";
import { CutProxy } from "../support/cut-proxy.js";
import { eventually } from "../support/eventually.js";
import { connect, uniquePath } from "./support.js";

const executablePath = chromiumPath();
if (executablePath === undefined) console.warn(NO_CHROMIUM);

const TOKEN = "0123456789abcdef";
const WITHIN = { withinMs: 60_000 };
describe.skipIf(executablePath === undefined)("the monitor's page of a supervisor on Spark", () => {
  const path = uniquePath("monitor-page");
  let browser: Browser;
  let page: Page;
  let spark: SparkSession | undefined;
  let supervisor: StreamSupervisor;
  let monitor: ServedMonitor;
  let network: CutProxy;
  let url: string;
  let running: Promise<void>;
  let starts = 0;

  function clicks(own: SparkSession, name: string, column = "value"): Promise<StreamingQuery> {
    return own.readStream
      .format("rate")
      .option("rowsPerSecond", 40)
      .load()
      .selectExpr(column)
      .writeStream.format("noop")
      .option("checkpointLocation", join(path, name))
      .trigger({ processingTime: "1 second" })
      .start();
  }

  beforeAll(async () => {
    supervisor = new StreamSupervisor({
      connect: async () => (spark = await connect()),
      streams: [
        { name: "clicks", start: (own) => clicks(own, "clicks") },
        {
          name: "visitors",
          start: (own) =>
            own.readStream
              .format("rate")
              .option("rowsPerSecond", 20)
              .load()
              .withWatermark("timestamp", "5 seconds")
              .groupBy("timestamp")
              .count()
              .writeStream.format("noop")
              .outputMode("update")
              .option("checkpointLocation", join(path, "visitors"))
              .trigger({ processingTime: "2 seconds" })
              .start(),
        },
        {
          name: "payments",
          restart: { initialBackoffMs: 2_000 },
          start: (own) => {
            starts += 1;
            const failing = "raise_error('no price for product 31') AS price";
            return clicks(own, "payments", starts === 1 ? failing : "value");
          },
        },
      ],
    });
    monitor = await serveMonitor({
      supervisor,
      port: 0,
      token: TOKEN,
      control: true,
      title: "Shop streams",
    });
    const { hostname: host, port } = new URL(monitor.url);
    network = await CutProxy.start(() => ({ host, port: Number(port) }));
    url = `http://127.0.0.1:${network.port}/`;
    running = supervisor.run();
    // A container has no user namespaces, which Chromium's sandbox needs.
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox"],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(WITHIN.withinMs);
    await page.goto(url);
  });
  afterAll(async () => {
    await browser.close();
    await supervisor.stop();
    await running;
    await monitor.close();
    await network[Symbol.asyncDispose]();
  });

  const serverRuns = async (): Promise<(string | undefined)[]> =>
    (await spark?.streams.active())?.map(({ runId }) => runId) ?? [];
  const runOf = (name: string): string | undefined =>
    supervisor.status().find((stream) => stream.name === name)?.runId;

  it("asks for the token, and then lists the streams", async () => {
    await page.getByLabel("Token").fill(TOKEN);
    await page.keyboard.press("Enter");
    for (const name of ["clicks", "visitors"])
      await page.getByRole("row", { name }).getByText("Running").waitFor();
  });

  it("shows a failure of a stream and its restart", async () => {
    await page.goto(`${url}#/streams/payments`);
    await page
      .getByText(/The query failed, and starts again in .* no price for product 31/s)
      .waitFor();
    await page.getByText("The query started again (restart 1).").waitFor();
    await page.locator(".title .badge").getByText("Running").waitFor();
    expect(starts).toBe(2);
  });

  it("continues its charts with each batch", async () => {
    await page.goto(`${url}#/streams/visitors`);
    const chart = page.getByRole("img", { name: /^Duration of a batch/ });
    await chart.waitFor();
    const before = await chart.getAttribute("aria-label");
    await eventually(async () => (await chart.getAttribute("aria-label")) !== before, WITHIN);
    await page.getByText("Rows in the state", { exact: true }).waitFor();
    await page.getByText("Plan", { exact: true }).click();
    await page
      .getByText(/StateStoreSave/)
      .first()
      .waitFor();
  });

  it("pauses and resumes the query on the server", async () => {
    await page.goto(`${url}#/streams/clicks`);
    const runId = runOf("clicks");
    expect(await serverRuns()).toContain(runId);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.locator(".title .badge").getByText("Paused").waitFor();
    expect(await serverRuns()).not.toContain(runId);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await page.locator(".title .badge").getByText("Running").waitFor();
    await eventually(async () => (await serverRuns()).includes(runOf("clicks")), WITHIN);
    expect(runOf("clicks")).not.toBe(runId);
  });

  it("says that the connection is lost, and continues after it", async () => {
    await page.goto(`${url}#`);
    await page.getByText("Live", { exact: true }).waitFor();
    network.down();
    await page.getByText(/Connection lost, last data/).waitFor();
    network.up();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row", { name: "clicks" }).getByText("Running").waitFor();
  });

  it("refuses commands from other sites, and without a token also other names", async () => {
    await using open = await serveMonitor({ supervisor, port: 0 });
    const status = (
      headers: Record<string, string>,
      { hostname, port, host } = new URL(monitor.url),
    ): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = request({
          ...{ hostname, port, method: "POST", path: "/api/streams/clicks/pause" },
          headers: {
            authorization: `Bearer ${TOKEN}`,
            "content-type": "application/json",
            "x-sparktide-command": "1",
            host,
            ...headers,
          },
        });
        sent.on("response", (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on("error", reject);
        sent.end("{}");
      });
    expect(await status({ origin: "https://example.com" })).toBe(403);
    expect(await status({ host: "rebound.example.com" }, new URL(open.url))).toBe(421);
    expect(await status({ authorization: "Bearer wrong" })).toBe(401);
    expect(supervisor.status()[0]).toMatchObject({ name: "clicks", desired: "running" });
  });
});
