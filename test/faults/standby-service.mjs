/**
 * The service of the rounds of test:faults in which two processes contend for one state: a supervisor in standby with two streams
 * into Delta. It writes each event as a line of JSON, and starts an upgrade when its parent process asks for one.
 */
import { join } from "node:path";
import { SparkSession, StreamSupervisor } from "../../dist/index.js";
import { col, expr, lit } from "../../dist/functions/index.js";

const { callbackLeaseMs, folder, leaseMs, state, url } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${JSON.stringify({ ...line, atMs: Date.now() })}\n`);
const fieldsOf = (error) =>
  error === undefined ? {} : { error: `${error.code}: ${error.message}`.slice(0, 3_000) };

/** Long enough for a fault during a write. */
const slow = expr("java_method('java.lang.Thread', 'sleep', 200L)");

/** @param generation of the declaration; it is in each row */
function stream(sink, generation, value = col("value")) {
  const path = join(folder, sink);
  const start = (spark, options) => {
    const writer = spark.readStream
      .format("rate-micro-batch")
      .options({ rowsPerBatch: 50, numPartitions: 2 })
      .load()
      .select(value.alias("value"), lit(generation).alias("generation"))
      .writeStream.option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "1 second" });
    if (sink === "plain") return writer.format("delta").start(path);
    return writer
      .foreachBatch(
        async (batch, _batchId, { txn }) => {
          await spark.range(1).select(slow).collect();
          await batch.write.format("delta").mode("append").options(txn()).save(path);
          await spark.range(1).select(slow).collect();
        },
        { leaseMs: callbackLeaseMs },
      )
      .start(undefined, options);
  };
  return { name: sink, start, restart: { initialBackoffMs: 200, maxBackoffMs: 2_000 } };
}

/** The new declarations of the stream `plain`. */
const upgrades = {
  good: stream("plain", 2),
  failing: stream("plain", 2, expr("IF(value < 0, value, raise_error('not like this'))")),
};

const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(url).create(),
  streams: [stream("callback", 1), stream("plain", 1)],
  state,
  standby: true,
  leaseMs,
  handleSignals: true,
});
for (const event of [
  ...["started", "adopted", "restarting", "fatal", "superseded", "stopped", "stateFailed"],
  ...["connected", "disconnected", "sessionLost", "standby", "tookOver", "leaseLost"],
  ...["upgrading", "upgraded", "upgradeFailed"],
]) {
  supervisor.on(event, ({ stream, error, graceful, rolledBack, waitedMs }) => {
    say({ event, stream, ...fieldsOf(error), graceful, rolledBack, waitedMs });
  });
}
process.on("message", ({ upgrade, ...limits }) => {
  supervisor.upgrade("plain", upgrades[upgrade], limits).then(
    () => say({ event: "upgradeEnded" }),
    (error) => say({ event: "upgradeEnded", ...fieldsOf(error) }),
  );
});
await supervisor.run();
process.disconnect();
