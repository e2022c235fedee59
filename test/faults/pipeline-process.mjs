// Runs a pipeline once, and prints its events and its end as JSON lines.
import { DEFAULT_RETRY_POLICY, SparkSession } from "../../dist/index.js";
import { expr } from "../../dist/functions/index.js";
import { pipeline } from "../../dist/pipelines/index.js";
import { rest } from "../../dist/sources/index.js";

/** The run of a killed client is still busy when the next run starts. */
const SLEEP = expr("reflect('java.util.concurrent.locks.LockSupport', 'parkNanos', 300000000L)");
const { url, database, storage, source, api } = JSON.parse(process.argv[2]);
const print = (line) => console.log(JSON.stringify(line));
const textOf = (error) => `${error.name} ${error.code}: ${error.message}`;

const records = rest.options({
  ...{ url: `${api}/events?per_page=100`, offsetField: "id", offsetType: "incremental" },
  ...{ streamingInterval: 0, batchSize: 1, allowHttp: true, allowPrivateHosts: true },
});
// With the default policy, a run waits ten minutes for a server that is down.
const spark = await SparkSession.builder()
  .remote(url)
  .dataSources(rest)
  .retryPolicy({ ...DEFAULT_RETRY_POLICY, maxRetries: 3 })
  .create();
const run = await pipeline({ database, storage })
  .streamingTable("numbers", ({ readStream }) =>
    readStream
      .schema("id bigint")
      .option("maxFilesPerTrigger", 1)
      .parquet(source)
      .withColumn("slept", SLEEP),
  )
  .streamingTable("events", ({ readStream }) =>
    readStream
      .format("rest")
      .options(records)
      .load()
      .selectExpr("get_json_object(output, '$.id') AS id"),
  )
  .start(spark);
const iterated = (async () => {
  for await (const { message } of run) print({ message });
})();
const result = await run.result().then(() => "completed", textOf);
print({ result, iteration: await iterated.then(() => "ended", textOf) });
process.exit();
