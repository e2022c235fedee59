/** A supervisor that keeps its state in PostgreSQL. Start it twice: the second process takes over when the first one ends. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSession, StreamSupervisor } from "sparktide";
import { PostgresStateStore } from "./postgres-state-store.js";

const { SPARK_REMOTE: spark, DATABASE_URL: database } = process.env;
if (spark === undefined || database === undefined) {
  throw new Error("Set SPARK_REMOTE, such as sc://localhost:15002, and DATABASE_URL.");
}
const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "sparktide-")));
const state = await PostgresStateStore.open(database, "rows");

const supervisor = new StreamSupervisor({
  connect: () => SparkSession.builder().remote(spark).create(),
  state,
  standby: true,
  handleSignals: true,
  streams: [
    {
      name: "rows",
      source: "rate",
      sink: { format: "delta", path: `${folder}/rows` },
      checkpoint: `${folder}/rows-checkpoint`,
      trigger: { processingTime: "5 seconds" },
    },
  ],
});
supervisor.on("standby", ({ heldBy }) => {
  console.log(`waiting for ${heldBy}`);
});
supervisor.on("connected", () => {
  console.log(`running, with its data in ${folder}`);
});
try {
  await supervisor.run();
} finally {
  await state.close();
}
