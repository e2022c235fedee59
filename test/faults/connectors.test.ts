import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { ConnectorApis } from "../support/connector-apis.js";
import { exampleConnector, runConnectorRounds } from "../support/connector-rounds.js";
import { processesBelow } from "./processes.js";

const ROUNDS = 20;

it("the tables of three connectors equal the APIs after each of 20 rounds of changes, lost sessions and killed Python workers", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sparktide-connectors-"));
  try {
    await using apis = await ConnectorApis.start();
    const [github, stripe] = [await exampleConnector("github"), await exampleConnector("stripe")];
    const openmeteo = await exampleConnector("open-meteo", "openMeteo");
    await using spark = await LocalSpark.start({ heapMb: 1024, master: "local[4]" });
    await runConnectorRounds(
      {
        apis,
        github,
        stripe,
        openmeteo,
        folder,
        connect: () => SparkSession.builder().remote(spark.url).create(),
        // The workers that poll the APIs and run the batches.
        kill: () => {
          for (const pid of processesBelow(spark.pid, /pyspark/)) process.kill(pid, "SIGKILL");
        },
      },
      { rounds: ROUNDS, tables: ["issues", "events", "customers", "hours"] },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 1_800_000);
