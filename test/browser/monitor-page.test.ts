import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, NO_CHROMIUM } from "../support/chromium.js";
import { eventually } from "../support/eventually.js";
import { FakeMonitor, type FakeMonitorOptions } from "../support/fake-monitor.js";

const executablePath = chromiumPath();
if (executablePath === undefined) console.warn(NO_CHROMIUM);

interface Opening {
  /** The address below the monitor's. */
  readonly path?: string;
  /** In pixels. */
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

/** The pictures of the docs, which UPDATE_SCREENSHOTS=1 replaces. */
const PICTURES = [
  { name: "monitor-list", width: 1280, scheme: "light", stream: "" },
  { name: "monitor-stream", width: 1280, scheme: "dark", stream: "weather-003" },
  { name: "monitor-list-dark", width: 1280, scheme: "dark", stream: "" },
  { name: "monitor-narrow", width: 360, scheme: "light", stream: "" },
] as const;

/** Longer than a new connection takes after a cut. */
const WITHIN = { withinMs: 15_000 };

describe.skipIf(executablePath === undefined)("the monitor's page", () => {
  let browser: Browser;
  let monitor: FakeMonitor;
  let page: Page;
  /** Messages of the console, and requests to other servers. A test that expects some removes them. */
  let problems: string[];

  beforeAll(async () => {
    // A container has no user namespaces, which Chromium's sandbox needs.
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--no-sandbox"],
    });
  });
  afterAll(() => browser.close());

  /** Opens the page of a new monitor. */
  async function open(
    options: FakeMonitorOptions,
    { path = "", width = 1280, scheme = "light" }: Opening = {},
  ): Promise<void> {
    monitor = await FakeMonitor.start(options);
    problems = [];
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
    });
    // A wait that fails names what it waited for, unlike the limit of the test.
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(String(error.stack)));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(monitor.url) && !url.startsWith("data:"))
        problems.push(`request: ${url}`);
    });
    await page.goto(`${monitor.url}${path}`);
  }

  afterEach(async () => {
    await page.context().close();
    await monitor[Symbol.asyncDispose]();
    expect(problems).toEqual([]);
  });

  /** What axe finds in the open page, and is serious or critical. */
  async function findings(place: string): Promise<string[]> {
    await page.evaluate(axe.source);
    const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
    const { violations } = found as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[];
    };
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${place}: ${id} ${html}`));
  }

  const names = (): Promise<string[]> => page.locator("td.name a").allTextContents();

  it("lists each stream with its state in words, and counts them", async () => {
    await open({ streams: 12 });
    await page.getByRole("row", { name: "orders-001" }).getByText("Failed").waitFor();
    expect(await names()).toHaveLength(12);
    expect(await page.locator(".summary").innerText()).toMatch(/Running\s+5\s+of 12 streams/);
    expect(await page.title()).toBe("(2 failing) Shop pipelines");
  });

  it("filters and sorts, and its address opens the same list", async () => {
    await open({ streams: 12 });
    await page.getByPlaceholder("Filter by name or error").fill("orders");
    await page.getByRole("button", { name: "Stream", exact: true }).click();
    const expected = ["orders-001", "orders-009"];
    await eventually(async () => {
      expect(await names()).toEqual(expected);
    }, WITHIN);
    await page.getByRole("button", { name: "Stream", exact: true }).click();
    await eventually(async () => {
      expect(await names()).toEqual(expected.toReversed());
    }, WITHIN);
    await page.reload();
    await eventually(async () => {
      expect(await names()).toEqual(expected.toReversed());
    }, WITHIN);
    await page.getByRole("button", { name: /^Failing/ }).click();
    await eventually(async () => {
      expect(await names()).toEqual(["orders-001"]);
    }, WITHIN);
    await page.getByPlaceholder("Filter by name or error").fill("nothing like this");
    await page.getByRole("button", { name: "Show all streams" }).click();
    await eventually(async () => {
      expect(await names()).toHaveLength(12);
    }, WITHIN);
  });

  it("keeps the rows of 100 streams when their values change", async () => {
    await open({ streams: 100 });
    const row = page.getByRole("row", { name: "kafka-016" });
    await row.waitFor();
    await page.evaluate("for (const row of document.querySelectorAll('tbody tr')) row.mark = 1");
    const before = await row.innerText();
    monitor.stream("kafka-016").change({ restarts: 41 });
    monitor.beat();
    await row.getByText("41").waitFor();
    expect(await row.innerText()).not.toBe(before);
    const marked =
      "[...document.querySelectorAll('tbody tr')].filter((row) => row.mark === 1).length";
    expect(await page.evaluate(marked)).toBe(100);
  });

  it("draws the charts of a stream, which continue with each batch", async () => {
    await open({ streams: 4 }, { path: "#/streams/kafka-000" });
    await page.locator(".chart canvas").nth(5).waitFor();
    expect(await page.locator(".chart h3").allTextContents()).toEqual([
      "Rows per second",
      "Duration of a batch",
      "Lag",
      "Rows in the state",
      "Memory of the state",
      "Delay of the watermark",
    ]);
    const ink = `[...document.querySelectorAll(".chart canvas")].map((canvas) => canvas.getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, index) => index % 4 === 3 && byte > 0).length)`;
    await eventually(async () => {
      for (const pixels of await page.evaluate<number[]>(ink))
        expect(pixels).toBeGreaterThan(2_000);
    }, WITHIN);
    const picture = page.getByRole("img", { name: /^Rows per second/ });
    const before = await picture.getAttribute("aria-label");
    await eventually(async () => {
      monitor.beat();
      return (await picture.getAttribute("aria-label")) !== before;
    }, WITHIN);
    await page.getByRole("button", { name: "24 h" }).click();
    await eventually(() => page.url().endsWith("?span=24h"), WITHIN);
    await eventually(
      () => monitor.requests.filter((path) => path.endsWith("/history")).length > 1,
      WITHIN,
    );
  });

  it("shows a failure when it happens, with its advice and in the log", async () => {
    await open({ streams: 4 }, { path: "#/streams/weather-003" });
    await page.getByText("The stream started from its checkpoint.").waitFor();
    monitor.fail("weather-003", "fatal");
    await page.getByText("What to do:").first().waitFor();
    await page.getByText("The query failed. The stream restarts in 8 s.").waitFor();
    expect(await page.locator(".title .badge").innerText()).toBe("Failed");
    expect(
      await page.getByRole("link", { name: "Read about this error" }).first().getAttribute("href"),
    ).toMatch(/^https:/);
    await page.getByRole("button", { name: "Errors", exact: true }).click();
    await eventually(async () => {
      expect(await page.locator(".log li").count()).toBe(1);
    }, WITHIN);
  });

  it("shows a pipeline beside the streams, with its runs and the state of each flow", async () => {
    await open({ streams: 4, pipelines: ["markets"] });
    const row = page.getByRole("row", { name: "markets" });
    await row.getByText("Pipeline: 1 of 4 flows failed").waitFor();
    await row.getByText("every 1 hour").waitFor();
    await row.getByText(/^42\.2\ss, failed$/).waitFor();
    await page.getByRole("link", { name: "markets" }).click();
    const flows = page.getByRole("region", { name: "Flows" });
    expect(await flows.locator(".badge").allTextContents()).toEqual([
      ...["Completed", "Completed", "Failed", "Skipped"],
    ]);
    await flows.getByText("The price of order 4711 is negative.").waitFor();
    await flows.getByText("markets.ts:42").waitFor();
    const runs = page.getByRole("list", { name: "Runs, the newest first" });
    expect(await runs.locator(".badge").first().innerText()).toBe("Failed");
    expect(await page.locator(".chart, .details details").count()).toBe(0);
    const { pipeline } = monitor.stream("markets").summary;
    if (pipeline === null) throw new Error("The fake stream is not a pipeline.");
    const [first, ...others] = pipeline.flows;
    if (first === undefined) throw new Error("The fake pipeline has no flow.");
    monitor.stream("markets").change({
      state: "running",
      pipeline: { ...pipeline, flows: [{ ...first, state: "RUNNING", rows: null }, ...others] },
    });
    monitor.beat();
    await flows.getByText("Running").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByText("A run under way is stopped on the server.").waitFor();
  });

  it("says that the connection is lost, and then gets what it missed", async () => {
    await open({ streams: 4 });
    await page.getByText("Live", { exact: true }).waitFor();
    monitor.cut(true);
    await page.getByText(/Connection lost, last data \d+\ss ago/).waitFor();
    monitor.fail("kafka-000");
    monitor.cut(false);
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("row", { name: "kafka-000" }).getByText("Retrying").waitFor();
    expect(await page.locator(".banner").count()).toBe(0);
    // The first connection begins anew, the last one continues after the last message.
    expect(monitor.resumed[0]).toBeUndefined();
    expect(monitor.resumed.at(-1)).toMatch(/^\d+$/);
    problems = problems.filter((text) => !text.includes("Failed to load resource"));
  });

  it("asks for the token, and keeps it only in this tab", async () => {
    await open({ streams: 4, token: "right" });
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Show the streams" }).click();
    await page.getByText("The monitor refused this token.").waitFor();
    expect(await findings("token")).toEqual([]);
    await page.getByLabel("Token").fill("right");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: "kafka-000" }).waitFor();
    await page.reload();
    await page.getByRole("row", { name: "kafka-000" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(monitor.url);
    await other.getByText("This page needs a token").waitFor();
    expect(await page.evaluate("JSON.stringify(localStorage) + document.cookie")).toBe("{}");
    problems = problems.filter((text) => !text.includes("401"));
  });

  it("takes the token from its address, and removes it there", async () => {
    await open({ streams: 4, token: "right" }, { path: "#token=right" });
    await page.getByRole("row", { name: "kafka-000" }).waitFor();
    expect(page.url()).not.toContain("right");
  });

  it("sends a command only after the reader agreed, and shows the monitor's refusal", async () => {
    await open({ streams: 6 }, { path: "#/streams/kafka-000" });
    const posts = (): string[] => monitor.requests.filter((path) => path.startsWith("POST"));
    await page.getByRole("button", { name: "Pause" }).click();
    const dialog = page.getByRole("dialog", { name: "Pause kafka-000?" });
    await dialog.getByText("The running batch ends first.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(posts()).toEqual([]);
    await page.getByRole("button", { name: "Pause" }).click();
    await dialog.getByRole("button", { name: "Pause" }).click();
    await page.getByText("kafka-000 pauses.").waitFor();
    expect(posts()).toEqual(["POST /ops/api/streams/kafka-000/pause"]);
    expect(await page.locator(".title .badge").innerText()).toBe("Paused");

    await page.goto(`${monitor.url}#/streams/prices-004`);
    await page.getByRole("button", { name: "Run now" }).click();
    // The page learns of this only from the monitor's refusal.
    monitor.stream("prices-004").change({ schedule: null });
    await page.getByRole("dialog").getByRole("button", { name: "Run now" }).click();
    await page.getByText("The command failed: prices-004 has no schedule.").waitFor();
    problems = problems.filter((text) => !text.includes("409"));
  });

  it("has no commands if the monitor accepts none", async () => {
    await open({ streams: 2, control: false }, { path: "#/streams/kafka-000" });
    await page.getByRole("heading", { name: "Over time" }).waitFor();
    expect(await page.getByRole("group", { name: "Commands" }).count()).toBe(0);
  });

  it("changes its colours at a click, and keeps the choice for the next visit", async () => {
    await open({ streams: 1 }, { path: "#/streams/kafka-000" });
    await page.locator(".chart canvas").first().waitFor();
    const ground = "getComputedStyle(document.body).backgroundColor";
    const light = await page.evaluate(ground);
    await page.getByRole("button", { name: "Colours: as the system" }).click();
    expect(await page.evaluate(ground)).toBe(light);
    await page.getByRole("button", { name: "Colours: light" }).click();
    const dark = await page.evaluate(ground);
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole("button", { name: "Colours: dark" }).waitFor();
    expect(await page.evaluate(ground)).toBe(dark);
  });

  it("says how to add a stream when there are none", async () => {
    await open({ streams: 0 });
    await page.getByText("npx sparktide streams add orders.json").waitFor();
  });

  it("fits into 360 pixels", async () => {
    await open({ streams: 12, pipelines: ["markets"] }, { width: 360 });
    await page.getByText("orders-001").waitFor();
    const overflow = "document.documentElement.scrollWidth - innerWidth";
    expect(await page.evaluate(overflow)).toBe(0);
    await page.getByText("orders-001").click();
    await page.locator(".chart canvas").first().waitFor();
    expect(await page.evaluate(overflow)).toBe(0);
    await page.goto(`${monitor.url}#/streams/markets`);
    await page.getByRole("region", { name: "Flows" }).waitFor();
    expect(await page.evaluate(overflow)).toBe(0);
  });

  it.each(["light", "dark"] as const)(
    "has no serious finding of axe in its %s colours",
    async (scheme) => {
      await open({ streams: 12, pipelines: ["markets"] }, { scheme });
      await page.getByText("orders-001").waitFor();
      const all = await findings("list");
      await page.getByRole("link", { name: "markets" }).click();
      await page.getByRole("region", { name: "Flows" }).waitFor();
      all.push(...(await findings("pipeline")));
      await page.goBack();
      await page.getByText("orders-001").click();
      await page.locator(".chart canvas").first().waitFor();
      await page.getByText("Details").waitFor();
      all.push(...(await findings("stream")));
      await page.getByRole("button", { name: "Restart" }).click();
      await page.getByRole("dialog").waitFor();
      all.push(...(await findings("dialog")));
      expect(all).toEqual([]);
    },
  );

  it.each(PICTURES)(
    "gives the picture $name of the docs",
    async ({ name, width, scheme, stream }) => {
      await open(
        { streams: 12 },
        { width, scheme, path: stream === "" ? "" : `#/streams/${stream}` },
      );
      if (stream === "") await page.getByText("orders-001").waitFor();
      else await page.locator(".chart canvas").nth(1).waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
      const path =
        process.env["UPDATE_SCREENSHOTS"] === "1" ? `docs/images/${name}.png` : undefined;
      const picture = await page.screenshot({ animations: "disabled", ...(path && { path }) });
      // Many colours: an empty page compresses to some kilobytes.
      expect(picture.length).toBeGreaterThan(20_000);
    },
  );
});
