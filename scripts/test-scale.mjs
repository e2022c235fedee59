/**
 * `npm run test:scale`: one Node process supervises 30 queries on one server for five minutes. Prints
 * its CPU time and memory, and checks that it noticed the end of every query and that memory does not grow.
 * Then another process supervises 100 streams, most of them idle, and serves the monitor's page to a Chromium.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { closeWith, suiteWithFigures } from "./suites.mjs";

const MINUTES = 5;
const STREAMS = 30;
const MOST_GROWTH_MB = 20;
const SAMPLES_PER_MINUTE = 12;

function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Supervises the 30 queries. Prints the figures, and returns the counts. */
async function superviseQueries() {
  const startedAt = performance.now();
  const { SparkSession } = await import("../dist/index.js");
  const { LocalSpark } = await import("../dist/local/index.js");
  const folder = await mkdtemp(join(tmpdir(), "sparktide-scale-"));
  const local = await LocalSpark.start({ heapMb: 6144 });
  const events = [];
  try {
    const settings = JSON.stringify({ folder, url: local.url });
    const service = spawn(process.execPath, [join(root, "test/scale/service.mjs"), settings], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: service.stdout }).on("line", (line) => events.push(JSON.parse(line)));
    const samples = () => events.filter(({ event }) => event === "sample");
    const isUp = () => {
      const { runs = [] } = samples().at(-1) ?? {};
      return runs.filter(({ state }) => state === "running").length === STREAMS;
    };
    while (!isUp()) {
      if (service.exitCode !== null) throw new Error("the service ended by itself");
      await delay(1_000);
    }
    const firstSample = samples().length;
    while (samples().length < firstSample + MINUTES * SAMPLES_PER_MINUTE) await delay(1_000);

    // The service missed a termination if a run has ended on the server but is still running for the service.
    const { sessionId } = JSON.parse(await readFile(join(folder, "state.json"), "utf8"));
    const beside = await SparkSession.builder().remote(local.url).sessionId(sessionId).create();
    const believedBefore = new Map(
      samples()
        .at(-1)
        .runs.map(({ name, runId }) => [runId, name]),
    );
    const active = new Set((await beside.streams.active()).map(({ runId }) => runId));
    const count = samples().length;
    while (samples().length < count + 2) await delay(1_000);
    const believed = samples()
      .at(-1)
      .runs.filter(({ state }) => state === "running");
    const missed = believed.filter(({ runId }) => believedBefore.has(runId) && !active.has(runId));
    await beside.stop();

    const exited = once(service, "exit");
    service.kill("SIGTERM");
    const [exitCode] = await exited;

    const measured = samples().slice(firstSample);
    const minute = (number) =>
      measured.slice(number * SAMPLES_PER_MINUTE, (number + 1) * SAMPLES_PER_MINUTE);
    const rss = [...Array(MINUTES).keys()].map((number) =>
      median(minute(number).map(({ rssMb }) => rssMb)),
    );
    const afterFirstMinute = measured[SAMPLES_PER_MINUTE].rssMb;
    const growth = median(measured.slice(-4).map(({ rssMb }) => rssMb)) - afterFirstMinute;
    const failures = events.filter(({ event }) => event === "restarting").length;
    const lost = events.filter(({ event }) =>
      ["fatal", "superseded", "sessionLost"].includes(event),
    );
    console.log("");
    console.log(`batches: ${measured.at(-1).batches}`);
    console.log(`failures, each restarted: ${failures}`);
    console.log(
      `CPU of the service: ${median(measured.map((sample) => sample.cpuPercent)).toFixed(1)} % of one core (median)`,
    );
    console.log(
      `resident memory, median of each minute: ${rss.map((mb) => mb.toFixed(1)).join(" ")} MB`,
    );
    console.log(`growth after the first minute: ${growth.toFixed(1)} MB`);
    console.log(`terminations missed: ${missed.length}`);
    const checks = {
      "no termination is missed": missed.length === 0,
      "some queries failed and were restarted": failures > 0,
      "no stream was given up": lost.length === 0,
      [`memory grows by less than ${MOST_GROWTH_MB} MB`]: growth < MOST_GROWTH_MB,
      "the service ends by itself": exitCode === 0,
    };
    for (const [name, holds] of Object.entries(checks)) {
      if (!holds) console.log(`FAILED ${name}`);
    }
    const failed = Object.values(checks).filter((holds) => !holds).length;
    return {
      passed: Object.keys(checks).length - failed,
      failed,
      skipped: 0,
      seconds: ((performance.now() - startedAt) / 1000).toFixed(1),
    };
  } finally {
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runScript(async () => {
  await bootstrap({ python: true });
  return closeWith({
    "30 queries": await superviseQueries(),
    "100 streams and the page": await suiteWithFigures("scale", "SPARKTIDE_SCALE_FIGURES"),
  });
});
