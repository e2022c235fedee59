/** A service that queries Spark, runs streams, and can be watched. See README.md. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metrics, trace } from "@opentelemetry/api";
import { SparkSession } from "sparktide";
import { LocalSpark, progressLine } from "sparktide/local";
import { buildApp } from "./app.js";
import { Streams } from "./streams.js";
import { startTelemetry } from "./telemetry.js";

const metricsText = startTelemetry(console.log);
const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "sparktide-service-")));
await mkdir(folder, { recursive: true });

// All sessions of the service use one embedded Spark, unless SPARK_REMOTE names a server.
const local =
  process.env["SPARK_REMOTE"] === undefined
    ? await LocalSpark.start({ onProgress: progressLine() })
    : undefined;

function connect(): Promise<SparkSession> {
  const builder = SparkSession.builder()
    .tracer(trace.getTracer("sparktide"))
    .meter(metrics.getMeter("sparktide"));
  return (local === undefined ? builder : builder.remote(local.url)).create();
}

const spark = await connect();
const streams = new Streams(connect, folder);
const app = buildApp({ spark, streams, metricsText });
const address = await app.listen({ port: Number(process.env["PORT"] ?? 0), host: "127.0.0.1" });
console.log(`listening on ${address}, session ${spark.sessionId}`);

for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.once(name, () => {
    void (async () => {
      await app.close();
      await streams.stopAll();
      await spark.stop();
      await local?.stop();
    })();
  });
}
