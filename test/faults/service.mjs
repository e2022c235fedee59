/**
 * The Node service of the fault-injection suite test:faults: one supervisor with streams into Delta,
 * through a TypeScript callback and through the plain sink. It writes each event as a line of JSON.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SparkSession, StreamSupervisor } from "../../dist/index.js";
import { expr } from "../../dist/functions/index.js";
import { coingecko, rest } from "../../dist/sources/index.js";

const { apiUrl, folder, leaseMs, phase, port, state, tokenFile } = JSON.parse(process.argv[2]);
const egress = { allowHttp: true, allowPrivateHosts: true, streamingInterval: 1 };
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

let mustThrow = false;
process.on("SIGUSR2", () => (mustThrow = true));

const inputs = {
  rest: (spark) =>
    spark.readStream
      .format("rest")
      .options(
        rest.options({
          url: `${apiUrl}/events?per_page=100`,
          offsetField: "id",
          offsetType: "incremental",
          ...egress,
        }),
      )
      .load(),
  coingecko: (spark) =>
    spark.readStream
      .format("coingecko")
      .options(coingecko.options({ coins: ["bitcoin", "ethereum"], baseUrl: apiUrl, ...egress }))
      .load(),
  generated: (spark) =>
    spark.readStream
      .format("rate-micro-batch")
      .options({ rowsPerBatch: 50, numPartitions: 2 })
      .load(),
};

/** Long enough for a fault during a write. */
const slow = expr("java_method('java.lang.Thread', 'sleep', 300L)");

function stream(input, sink) {
  const name = `${input}-${sink}`;
  const path = join(folder, name);
  const start = (spark, options) => {
    const writer = inputs[input](spark)
      .writeStream.option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" });
    if (sink === "plain") return writer.format("delta").start(path);
    return writer
      .foreachBatch(
        async (batch, batchId, { txn }) => {
          say({ event: "begin", stream: name, batchId: String(batchId) });
          await spark.range(1).select(slow).collect();
          await batch.write.format("delta").mode("append").options(txn()).save(path);
          await spark.range(1).select(slow).collect();
          if (mustThrow) {
            mustThrow = false;
            throw new Error("struck");
          }
          say({ event: "end", stream: name, batchId: String(batchId) });
        },
        { leaseMs },
      )
      .start(undefined, options);
  };
  return { name, start, restart: { initialBackoffMs: 200, maxBackoffMs: 2_000, maxRestarts: 100 } };
}

const streams = {
  apis: [
    stream("rest", "callback"),
    stream("coingecko", "callback"),
    stream("rest", "plain"),
    stream("coingecko", "plain"),
  ],
  generated: [stream("generated", "callback"), stream("generated", "plain")],
};

const supervisor = new StreamSupervisor({
  connect: () =>
    SparkSession.builder()
      .remote(`sc://localhost:${port}`)
      .token(() => readFile(tokenFile, "utf8"))
      .dataSources(coingecko, rest)
      .create(),
  streams: streams[phase],
  state,
  handleSignals: true,
});
for (const event of [
  ...["started", "adopted", "restarting", "fatal", "superseded", "stalled", "stopped"],
  ...["connected", "disconnected", "reconnected", "sessionLost", "gap", "stateFailed"],
]) {
  supervisor.on(event, ({ stream, error, ...rest }) => {
    const why =
      error === undefined ? {} : { error: `${error.code}: ${error.message}`.slice(0, 300) };
    say({ event, stream, ...why, graceful: rest.graceful });
  });
}
await supervisor.run();
