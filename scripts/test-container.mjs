/**
 * `npm run test:container`: builds the image of docker/, tests it and `SparkConnectContainer`, then runs
 * the most important integration tests on a Spark in a container. `npm run test:container all` runs all that
 * do not start their own Spark. Without a container engine, the result is one skipped test with the reason.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { bootstrap, built, runScript } from "./bootstrap.mjs";
import { docker, findBaseImage, findEngine } from "./container-engine.mjs";
import { freePort } from "./free-port.mjs";
import { closeWith, countVitest, QUICK_JAVA, runSuite, summary, vitest } from "./suites.mjs";

/** Enough tests to show that client, server and Python workers work together in the container. */
const CORE = [
  "sql",
  "sql-arguments",
  "sql-query",
  "session",
  "protocol",
  "artifacts",
  "sources",
  "foreach-batch",
  "streaming",
].map((name) => `integration/${name}.test.ts`);

/** Tests that start their own Spark or need one on this machine: they check its disk, its processes or its start. */
const WITH_A_SPARK_OF_THEIR_OWN = [
  ...[
    "cli",
    "crash",
    "demo",
    "idle",
    "javascript-node",
    "local",
    "packed",
    "readme",
    "restart",
    "tls",
  ],
];

const START_TIMEOUT_MS = 120_000;

/** Starts a server with this machine's network and user and with `folder`, which the integration tests need. */
async function startServer(env, image, folder) {
  const token = randomBytes(32).toString("hex");
  const port = await freePort();
  const settings = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": port,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": 2,
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": 8,
    "spark.databricks.delta.snapshotPartitions": 2,
    "spark.sql.warehouse.dir": join(folder, "warehouse"),
  };
  const id = docker(
    env,
    ...["run", "--detach", "--network", "host", "--volume", `${folder}:${folder}`],
    ...["--user", `${process.getuid()}:${process.getgid()}`, "--env", `HOME=${folder}`],
    ...["--env", `SPARK_CONNECT_AUTHENTICATE_TOKEN=${token}`, "--env", "SPARK_MASTER=local[2]"],
    ...["--env", "SPARK_DRIVER_MEMORY=1536m", "--env", "SPARK_LOCAL_IP=127.0.0.1"],
    ...["--env", `JAVA_TOOL_OPTIONS=${QUICK_JAVA}`, image],
    ...Object.entries(settings).flatMap(([key, value]) => ["--conf", `${key}=${value}`]),
  );
  const url = `sc://localhost:${port}/;token=${token}`;
  const { sparkVersionAt } = await built("transport/server-version.js");
  const endsAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await sparkVersionAt(url, AbortSignal.timeout(10_000));
      return { id, url };
    } catch (error) {
      const running = docker(env, "inspect", "--format", "{{.State.Running}}", id) === "true";
      if (!running || performance.now() > endsAt) {
        const log = docker(env, "logs", "--tail", "20", id);
        docker(env, "rm", "--force", id);
        throw new Error(`Spark in the container did not start:\n${log}`, { cause: error });
      }
      await delay(250);
    }
  }
}

/** Runs the suitable integration tests on a Spark in a container. */
async function integration(env, image, onLine) {
  const folder = mkdtempSync(join(tmpdir(), "sparktide-container-"));
  const server = await startServer(env, image, folder);
  try {
    const temporary = join(folder, "tests");
    mkdirSync(temporary);
    const files = process.argv.includes("all")
      ? WITH_A_SPARK_OF_THEIR_OWN.map((name) => `--exclude=**/${name}.test.ts`)
      : CORE;
    const testEnv = { ...env, TMPDIR: temporary, SPARKTIDE_TEST_REMOTE: server.url };
    // One file at a time: the other suite runs too, and a stream fails if its Python worker does not start within 10 s.
    const args = ["--no-file-parallelism", ...files];
    const run = vitest("integration", args, { env: testEnv, onLine });
    return await runSuite("container-integration.json", run, countVitest);
  } finally {
    docker(env, "rm", "--force", "--volumes", server.id);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tests(env) {
  const base = findBaseImage(env);
  if (base.missing !== undefined) return skip(base.missing);
  console.log(`building on ${base.image}`);
  const { ensureSparkConnectImage } = await built("testing/spark-connect-image.js");
  Object.assign(process.env, env);
  const startedAt = performance.now();
  const options = { baseImage: base.image, certificateAuthorities: base.authorities };
  const image = await ensureSparkConnectImage(options);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const size = Number(docker(env, "image", "inspect", "--format", "{{.Size}}", image)) / 1e9;
  console.log(`${image}: ${size.toFixed(2)} GB, ready after ${seconds} s`);
  const own = { ...env, SPARKTIDE_TEST_IMAGE_OPTIONS: JSON.stringify(options) };
  // At the same time, because both wait for containers that start.
  const output = [];
  const [container, onServer] = await Promise.allSettled([
    runSuite("container.json", vitest("container", [], { env: own }), countVitest),
    integration(env, image, (line) => output.push(line)),
  ]);
  console.log(output.join("\n"));
  for (const { reason } of [container, onServer]) if (reason !== undefined) throw reason;
  return closeWith({ container: container.value, integration: onServer.value });
}

function skip(reason) {
  console.log(`skipped: ${reason}`);
  console.log(summary({ passed: 0, failed: 0, skipped: 1 }));
  return 0;
}

await runScript(async () => {
  await bootstrap({ python: true });
  const engine = await findEngine();
  if (engine.missing !== undefined) return skip(engine.missing);
  try {
    return await tests(engine.env);
  } finally {
    await engine.stop();
  }
});
