/**
 * The process that the page's part of test:scale measures: one supervisor with 100 streams and its monitor. It sends the monitor's
 * address to its parent process, and its figures for each message of that process. Needs `--expose-gc`.
 */
import { join } from "node:path";
import { SparkSession, StreamSupervisor } from "../../dist/index.js";
import { serveMonitor } from "../../dist/monitor/index.js";

const TICK_MS = 20;
const { active, folder, idle, url } = JSON.parse(process.argv[2]);

const stream = (name, declaration) => ({
  name,
  sink: { format: "noop" },
  checkpoint: join(folder, `${name}-checkpoint`),
  ...declaration,
});

const numbers = (count) => [...Array(count).keys()];

const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(url).create(),
  streams: [
    ...numbers(active).map((number) =>
      stream(`active-${number}`, {
        source: "rate",
        options: { rowsPerSecond: 20 },
        trigger: { processingTime: "5 seconds" },
      }),
    ),
    // Their folder has no files.
    ...numbers(idle).map((number) =>
      stream(`idle-${number}`, {
        source: "text",
        options: { path: join(folder, "empty") },
        trigger: { processingTime: "30 seconds" },
      }),
    ),
  ],
  state: join(folder, "state.json"),
  handleSignals: true,
});
const monitor = await serveMonitor({ supervisor, port: 0 });

/**
 * The longest wait of the event loop beyond the interval of a timer, and the most processor time between two calls of that timer.
 * A wait with little processor time means that the process waited for a processor, which monitorEventLoopDelay() does not tell.
 */
let pauses;
let last;
function resetPauses() {
  pauses = { longestMs: 0, longestCpuMs: 0, mostCpuMs: 0 };
  last = { atMs: performance.now(), cpuMs: cpuMs() };
}
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
resetPauses();
const ticking = setInterval(() => {
  const now = { atMs: performance.now(), cpuMs: cpuMs() };
  const pausedMs = now.atMs - last.atMs - TICK_MS;
  const usedMs = now.cpuMs - last.cpuMs;
  if (pausedMs > pauses.longestMs)
    Object.assign(pauses, { longestMs: pausedMs, longestCpuMs: usedMs });
  pauses.mostCpuMs = Math.max(pauses.mostCpuMs, usedMs);
  last = now;
}, TICK_MS);

process.on("message", () => {
  const before = { pauses, cpuMs: cpuMs() };
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ ...before, rssBytes: rss, heapBytes: heapUsed });
  // The collection above is not a pause of the service.
  resetPauses();
});
// Without its parent process, this one would run for ever.
const leave = () => process.exit(1);
process.once("disconnect", leave);
process.send({ url: monitor.url });
await supervisor.run();
await monitor.close();
clearInterval(ticking);
process.off("disconnect", leave);
process.disconnect();
