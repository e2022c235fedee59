import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import type { Connector } from "../../src/connectors/index.js";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { ConnectorApis } from "../support/connector-apis.js";
import { runConnectorRounds } from "../support/connector-rounds.js";
import { processesBelow } from "./processes.js";

const ROUNDS = 20;

/** A connector of examples/connectors. */
async function example(name: string): Promise<Connector> {
  const module = (await import(`../../examples/connectors/${name}.ts`)) as Record<
    string,
    Connector
  >;
  const connector = module[name];
  if (connector === undefined) throw new Error(`examples/connectors/${name}.ts has no ${name}`);
  return connector;
}

it("the tables of two connectors equal the APIs after each of 20 rounds of changes, lost sessions and killed Python workers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sparktide-connectors-"));
  try {
    await using apis = await ConnectorApis.start();
    const [github, stripe] = [await example("github"), await example("stripe")];
    await using spark = await LocalSpark.start({ heapMb: 1024, master: "local[4]" });
    await runConnectorRounds(
      {
        apis,
        github,
        stripe,
        folder,
        connect: () => SparkSession.builder().remote(spark.url).create(),
        // The workers that poll the APIs and run the batches.
        kill: () => {
          for (const pid of processesBelow(spark.pid, /pyspark/)) process.kill(pid, "SIGKILL");
        },
      },
      { rounds: ROUNDS, modes: ["scd2", "append", "upsert"] },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 1_500_000);
