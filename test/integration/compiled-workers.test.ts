import { readFileSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { workerChecks } from "../../src/cli/doctor/worker-checks.js";
import { SparkSession } from "../../src/index.js";
import { LocalSpark, prepareLocalSpark, type LocalSparkOptions } from "../../src/local/index.js";
import { coingecko } from "../../src/sources/index.js";
import { eventually } from "../support/eventually.js";
import { replayEgress, uniquePath } from "./support.js";

const sparkVersion = inject("sparkVersion");
const SMALL: LocalSparkOptions = {
  heapMb: 768,
  delta: false,
  javaOptions: ["-XX:TieredStopAtLevel=1"],
  sparkVersion,
};

/** For each Python process of the server, the module after `-m pyspark.` and the first entry of PYTHONPATH. */
function pythonProcesses(marker: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ");
      const module = / -m pyspark\.(\S+)/.exec(command)?.[1];
      const path = environment.find((entry) => entry.startsWith("PYTHONPATH="))?.slice(11);
      if (module === undefined || !environment.includes(`MARKER=${marker}`)) continue;
      found.set(module, path?.split(":")[0] ?? "");
    } catch {
      // The process has ended meanwhile.
    }
  }
  return found;
}

/** Each test starts its own server, which takes a minute on a busy machine. */
const timeout = 300_000;

describe("the Python processes of an embedded Spark", { timeout }, () => {
  it.runIf(process.platform === "linux")(
    "import compiled PySpark for batches, for the source of a stream and for foreachBatch",
    async () => {
      const marker = `compiled-${process.pid}-${Date.now()}`;
      await using local = await LocalSpark.start({ ...SMALL, env: { MARKER: marker } });
      await using spark = await SparkSession.builder()
        .remote(local.url)
        .dataSources(coingecko)
        .create();
      const { sparkHome } = await prepareLocalSpark({ sparkVersion });
      const first = join(sparkHome, "python", "lib", "pyspark.zip");
      const checks = await workerChecks(spark, sparkVersion, AbortSignal.timeout(120_000));
      expect(checks).toMatchObject([
        { name: "workers", status: "ok" },
        { name: "bytecode", status: "ok", detail: expect.stringContaining(first) as string },
      ]);

      const path = uniquePath("compiled");
      let batches = 0;
      const query = await spark.readStream
        .format("coingecko")
        .options(coingecko.options({ coins: ["bitcoin"], ...replayEgress() }))
        .load()
        .writeStream.option("checkpointLocation", path)
        .foreachBatch(() => {
          batches += 1;
        })
        .start();
      await eventually(
        async () => {
          const error = await query.exception();
          if (error !== undefined) throw error;
          return batches > 0;
        },
        { withinMs: 120_000 },
      );
      const processes = pythonProcesses(marker);
      await query.stop();
      const modules = [...processes.keys()].join(" ");
      expect(modules).toContain("daemon");
      expect(modules).toContain("foreach_batch_worker");
      expect([...new Set(processes.values())]).toEqual([first]);
    },
  );
});

describe("doctor's check of compiled code", { timeout }, () => {
  it("warns if the workers of a server import PySpark from Spark's zip, and says what to do", async () => {
    const { sparkHome } = await prepareLocalSpark({ sparkVersion });
    const pips = dirname(realpathSync(join(sparkHome, "jars")));
    await using local = await LocalSpark.start({ ...SMALL, env: { SPARK_HOME: pips } });
    await using spark = await SparkSession.builder().remote(local.url).create();
    const checks = await workerChecks(spark, sparkVersion, AbortSignal.timeout(120_000));
    const zip = join(pips, "python", "lib", "pyspark.zip");
    expect(checks).toMatchObject([
      { name: "workers", status: "ok" },
      {
        name: "bytecode",
        status: "warn",
        detail: expect.stringContaining(
          `${zip} on the driver and from ${zip} on the executors`,
        ) as string,
        fix: expect.stringContaining("docker/compile_pyspark.py") as string,
      },
    ]);
  });
});
