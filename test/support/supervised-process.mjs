// A process that supervises two streams until it is ended, and prints its events as JSON lines.
import { SparkSession, StreamSupervisor } from "../../dist/index.js";

const [url, state, folder] = process.argv.slice(2);

const rate = (spark) => spark.readStream.format("rate").option("rowsPerSecond", 20).load();
const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(url).create(),
  state,
  handleSignals: true,
  streams: [
    {
      name: "plain",
      start: (spark) =>
        rate(spark)
          .select("value")
          .writeStream.format("parquet")
          .option("checkpointLocation", `${folder}/plain-checkpoint`)
          .trigger({ processingTime: "500 milliseconds" })
          .start(`${folder}/plain`),
    },
    {
      name: "callback",
      start: (spark, options) =>
        rate(spark)
          .writeStream.option("checkpointLocation", `${folder}/callback-checkpoint`)
          .trigger({ processingTime: "500 milliseconds" })
          .foreachBatch(async (batch) => {
            await batch.count();
          })
          .start(undefined, options),
    },
  ],
});
for (const name of ["started", "adopted", "progress", "stopped", "restarting", "fatal"]) {
  supervisor.on(name, ({ stream, queryId, runId, graceful, error }) => {
    const event = { name, stream, queryId, runId, graceful, error: error?.message };
    process.stdout.write(`${JSON.stringify(event)}\n`);
  });
}
await supervisor.run();
