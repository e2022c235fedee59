/** Listens to all queries of the session, and logs each batch and the end of each query. */
import type { StreamingQueryListener } from "sparktide";
import { connect } from "./session.js";

await using spark = await connect();

const listener: StreamingQueryListener = {
  onQueryStarted: ({ name, runId }) => {
    console.log(`started ${name ?? runId}`);
  },
  onQueryProgress: ({ progress }) => {
    const { batchId, name, numInputRows, batchDuration } = progress;
    console.log(`${name ?? ""} batch ${batchId}: ${numInputRows} rows in ${batchDuration} ms`);
  },
  onQueryTerminated: ({ runId, errorClassOnException }) => {
    console.log(`ended ${runId}: ${errorClassOnException ?? "stopped"}`);
  },
  onGap: ({ queries }) => {
    console.log(`events of ${queries.length} queries may have been missed`);
  },
};
await spark.streams.addListener(listener);

const rows = spark.readStream.format("rate").option("rowsPerSecond", 10).load();
const healthy = await rows.writeStream.queryName("healthy").format("noop").start();
const failing = await rows
  .selectExpr("1 DIV (value - 5) AS quotient")
  .writeStream.queryName("failing")
  .format("noop")
  .start();

await failing.awaitTermination().catch((error: unknown) => {
  console.log(`failing: ${error instanceof Error ? error.name : String(error)}`);
});
await healthy.stop();
await spark.streams.removeListener(listener);
