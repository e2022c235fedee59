// A process that supervises a pipeline until it is ended, and prints the events of its flows as JSON lines.
import { SparkSession, StreamSupervisor } from "../../dist/index.js";
import { pipeline, pipelineRun } from "../../dist/pipelines/index.js";
import { expr } from "../../dist/functions/index.js";

const [url, state, database, table, files, storage] = process.argv.slice(2);

const slow = pipeline({ database, storage }).streamingTable(table, ({ readStream }) =>
  readStream
    .schema("id bigint")
    .option("maxFilesPerTrigger", 1)
    .parquet(files)
    .withColumn(
      "slept",
      expr("reflect('java.util.concurrent.locks.LockSupport', 'parkNanos', 200000000L)"),
    ),
);
const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(url).create(),
  state,
  streams: [
    pipelineRun("slow", slow, { schedule: { every: "1 hour" } }),
    // Its query keeps the session, which the next process then joins.
    {
      name: "clicks",
      start: (spark) =>
        spark.readStream
          .format("rate")
          .load()
          .writeStream.format("noop")
          .option("checkpointLocation", `${storage}-clicks`)
          .start(),
    },
  ],
});
supervisor.on("flow", ({ stream, queryId, runId, state: name }) => {
  process.stdout.write(`${JSON.stringify({ name, stream, queryId, runId })}\n`);
});
supervisor.on("started", ({ stream, queryId, runId }) => {
  process.stdout.write(`${JSON.stringify({ name: "started", stream, queryId, runId })}\n`);
});
await supervisor.run();
