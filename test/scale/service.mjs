/**
 * The process that test:scale measures: one supervisor with 30 streams. It writes each sample and each
 * event as a line of JSON, and exits at SIGTERM.
 */
import { join } from "node:path";
import { SparkSession, StreamSupervisor } from "../../dist/index.js";
import { expr } from "../../dist/functions/index.js";

const { folder, url } = JSON.parse(process.argv[2]);
const PLAIN = 28;
/** The number of plain streams that fail now and then. */
const FAILING = 4;
const CALLBACKS = 2;
const SAMPLE_MS = 5_000;

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const rate = (spark) => spark.readStream.format("rate").option("rowsPerSecond", 2).load();
const writer = (rows, name) =>
  rows.writeStream
    .option("checkpointLocation", join(folder, `${name}-checkpoint`))
    .trigger({ processingTime: "5 seconds" });

function plain(number) {
  const name = `plain-${number}`;
  const value =
    number < FAILING
      ? expr("IF(rand() < 0.01, raise_error('now and then'), value)")
      : expr("value");
  return {
    name,
    restart: { initialBackoffMs: 200, maxBackoffMs: 1_000, maxRestarts: 1_000 },
    start: (spark) =>
      writer(rate(spark).withColumn("value", value), name)
        .format("parquet")
        .start(join(folder, name)),
  };
}

function callback(number) {
  const name = `callback-${number}`;
  return {
    name,
    start: (spark) =>
      writer(rate(spark), name)
        .foreachBatch(async (batch) => {
          await batch.write.mode("append").parquet(join(folder, name));
        })
        .start(),
  };
}

const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(url).create(),
  streams: [...Array(PLAIN).keys()].map(plain).concat([...Array(CALLBACKS).keys()].map(callback)),
  state: join(folder, "state.json"),
  handleSignals: true,
});
for (const event of ["started", "restarting", "fatal", "superseded", "sessionLost", "gap"]) {
  supervisor.on(event, ({ stream, runId }) => say({ event, stream, runId }));
}
let batches = 0;
supervisor.on("progress", () => batches++);

let cpu = process.cpuUsage();
let atMs = performance.now();
const sampling = setInterval(() => {
  const { user, system } = process.cpuUsage(cpu);
  const now = performance.now();
  say({
    event: "sample",
    cpuPercent: ((user + system) / 1000 / (now - atMs)) * 100,
    rssMb: process.memoryUsage().rss / 2 ** 20,
    batches,
    runs: supervisor.status().map(({ name, runId, state }) => ({ name, runId, state })),
  });
  cpu = process.cpuUsage();
  atMs = now;
}, SAMPLE_MS);
await supervisor.run();
clearInterval(sampling);
