/** A standalone cluster on this machine: a master and two workers, each in its own process. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.mjs";

const WORKERS = 2;
const START_MS = 60_000;
const KILL_AFTER_MS = 10_000;

/** Starts the cluster with the Spark of `prepared`. Returns the master's URL and a function that stops it. */
export async function startStandaloneCluster(prepared) {
  const folder = mkdtempSync(join(tmpdir(), "sparktide-cluster-"));
  const running = [];
  const stop = async () => {
    // Stop the workers first, because they end their executors.
    for (const { child, ended } of running.reverse()) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (name, className, args) => {
    const path = join(folder, `${name}.log`);
    const log = openSync(path, "w");
    const child = spawn(
      prepared.java.path,
      ["-cp", join(prepared.sparkHome, "jars", "*"), "-Xmx256m", className, ...args],
      {
        cwd: folder,
        stdio: ["ignore", log, log],
        env: {
          ...process.env,
          SPARK_HOME: prepared.sparkHome,
          JAVA_HOME: prepared.java.home,
          SPARK_LOCAL_IP: "127.0.0.1",
          PYSPARK_PYTHON: prepared.pythonPath,
          PYTHONHASHSEED: "0",
          // As in Spark's start scripts: without it no executor starts.
          SPARK_SCALA_VERSION: "2.13",
          SPARK_CONF_DIR: folder,
        },
      },
    );
    closeSync(log);
    const ended = new Promise((resolve) => {
      child.once("exit", resolve);
      child.once("error", resolve);
    });
    running.push({ child, ended });
    return async (line) => {
      const endsAt = performance.now() + START_MS;
      while (!line.test(readFileSync(path, "utf8"))) {
        if (child.exitCode !== null || performance.now() > endsAt) {
          throw new Error(`${name} did not start:\n${readFileSync(path, "utf8").slice(-2000)}`);
        }
        await delay(100);
      }
    };
  };
  try {
    const port = await freePort();
    const url = `spark://127.0.0.1:${port}`;
    const master = start("master", "org.apache.spark.deploy.master.Master", [
      ...["--host", "127.0.0.1", "--port", String(port), "--webui-port", "0"],
    ]);
    await master(/New state: ALIVE/);
    for (let number = 1; number <= WORKERS; number++) {
      const worker = start(`worker-${number}`, "org.apache.spark.deploy.worker.Worker", [
        ...["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0"],
        ...["--work-dir", join(folder, `work-${number}`), url],
      ]);
      await worker(/Successfully registered with master/);
    }
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
