/**
 * A service that keeps its streams running after failures and after restarts of the server or of itself. It
 * serves probes and metrics over HTTP, and stops between batches on SIGTERM.
 */
import { createServer } from "node:http";
import { StreamSupervisor } from "sparktide";
import { connect, dataFolder } from "./session.js";

const folder = await dataFolder();

const supervisor = new StreamSupervisor({
  connect,
  state: `${folder}/streams.json`,
  handleSignals: true,
  streams: [
    {
      name: "rows",
      triggerIntervalMs: 1_000,
      start: (spark) =>
        spark.readStream
          .format("rate")
          .load()
          .writeStream.format("delta")
          .option("checkpointLocation", `${folder}/rows-checkpoint`)
          .trigger({ processingTime: "1 second" })
          .start(`${folder}/rows`),
    },
    {
      name: "alerts",
      restart: { initialBackoffMs: 500, maxRestarts: 5 },
      start: (spark, options) =>
        spark.readStream
          .format("rate")
          .load()
          .filter((row) => row.value.mod(10).eq(0))
          .writeStream.option("checkpointLocation", `${folder}/alerts-checkpoint`)
          .trigger({ processingTime: "1 second" })
          .foreachBatch(async (batch) => {
            for (const { value } of await batch.collect()) console.log(`alert ${String(value)}`);
          })
          .start(undefined, options),
    },
  ],
});
supervisor.on("restarting", ({ stream, delayMs, error }) => {
  console.log(`${stream} failed and starts again in ${delayMs} ms`, error);
});

const server = createServer((request, response) => {
  if (request.url === "/metrics") {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(supervisor.metricsText());
    return;
  }
  const health = supervisor.health();
  response.statusCode = health.ready ? 200 : 503;
  response.end(JSON.stringify(health));
}).listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") console.log(`listening on ${String(address?.port)}`);
});

try {
  await supervisor.run();
} finally {
  server.close();
}
