/** The client or the server of a pipeline is killed in mid-run, and the pipeline runs again. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startReplayApi } from "../../examples/demo/replay-api.js";
import { SparkSession } from "../../src/index.js";
import { LocalSpark, prepareLocalSpark } from "../../src/local/index.js";
import { loggedBatches } from "../support/checkpoint.js";
import { eventually } from "../support/eventually.js";
import { SeededRandom } from "../support/seeded-random.js";

const SCRIPT = fileURLToPath(new URL("pipeline-process.mjs", import.meta.url));
const REPLAY_SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));
/** By hand: SPARKTIDE_TEST_PIPELINE_KILLS=10. */
const ROUNDS = Number(process.env["SPARKTIDE_TEST_PIPELINE_KILLS"] ?? 2);
const random = new SeededRandom(Number(process.env["SPARKTIDE_TEST_SEED"] ?? 1));
const FILES = 20;
const LONG = { withinMs: 120_000 };

interface End {
  readonly result: string;
  readonly iteration: string;
}

let folder: string;
let api: Awaited<ReturnType<typeof startReplayApi>>;
let local: LocalSpark;

/** The tables and their metastore are on disk, so the next server finds them. */
function startServer(): Promise<LocalSpark> {
  return LocalSpark.start({
    heapMb: 1024,
    delta: false,
    conf: {
      "spark.sql.catalogImplementation": "hive",
      "spark.hadoop.javax.jdo.option.ConnectionURL": `jdbc:derby:;databaseName=${folder}/metastore;create=true`,
      "spark.sql.warehouse.dir": `file://${folder}/warehouse`,
    },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-pipeline-crash-"));
  const { pythonPath } = await prepareLocalSpark();
  api = await startReplayApi(pythonPath, REPLAY_SOURCES);
  local = await startServer();
});
afterAll(async () => {
  await local.stop();
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The process of a client that runs the pipeline once, and how it ended. */
function startClient(database: string): { child: ChildProcess; ended: Promise<End> } {
  const settings = {
    ...{ url: local.url, database, storage: `file://${folder}/${database}-storage` },
    ...{ source: `file://${folder}/${database}-source`, api: api.url },
  };
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: (Partial<End> & { readonly message?: string })[] = [];
  createInterface(child.stdout).on("line", (line) => {
    lines.push(JSON.parse(line) as Partial<End>);
  });
  const ended = once(child, "close").then(() => {
    const { result = "killed", iteration = "killed" } = lines.at(-1) ?? {};
    return { result, iteration };
  });
  return { child, ended };
}

async function idsOf(spark: SparkSession, table: string): Promise<string[]> {
  if (!(await spark.catalog.tableExists(table))) return [];
  const rows = await spark.table(table).collect();
  return rows.map((row) => String(row["id"])).sort();
}

function connected(): Promise<SparkSession> {
  return SparkSession.builder().remote(local.url).create();
}

/** Starts the pipeline of a new database, and waits until it has written a random part of the rows. */
async function startedRun(database: string): Promise<ReturnType<typeof startClient>> {
  await using spark = await connected();
  await spark.sql(`CREATE DATABASE ${database}`);
  await spark.range(0, FILES, 1, FILES).write.parquet(`file://${folder}/${database}-source`);
  // The source reads one page of 100 events, so events of earlier rounds must not add up.
  await fetch(`${api.url}/__reset`, { method: "POST" });
  const body = JSON.stringify({ config: { grow: 0 }, grow: { events: 5 } });
  await fetch(`${api.url}/__state`, { method: "POST", body });
  const client = startClient(database);
  const enough = 1 + Math.floor(random.next() * (FILES / 2));
  // Not by reads of the table: a session keeps the list of files of its first read.
  const checkpoint = `${folder}/${database}-storage/_checkpoints/spark_catalog/${database}/numbers/numbers/0`;
  await eventually(() => loggedBatches(checkpoint, "commits").length >= enough, LONG);
  return client;
}

/** Runs the pipeline again in a new process. */
async function expectEachRowOnce(database: string): Promise<void> {
  expect(await startClient(database).ended).toEqual({ result: "completed", iteration: "ended" });
  await using spark = await connected();
  const numbers = Array.from({ length: FILES }, (_, index) => String(index)).sort();
  expect(await idsOf(spark, `${database}.numbers`)).toEqual(numbers);
  const state = (await (await fetch(`${api.url}/__state`)).json()) as {
    records: { events: { id: string }[] };
  };
  const events = state.records.events.map(({ id }) => id).sort();
  expect(await idsOf(spark, `${database}.events`)).toEqual(events);
}

for (let round = 0; round < ROUNDS; round++) {
  it(`writes each row once after its client was killed, round ${String(round)}`, async () => {
    const database = `client_${String(round)}`;
    const { child, ended } = await startedRun(database);
    child.kill("SIGKILL");
    expect(await ended).toEqual({ result: "killed", iteration: "killed" });
    await expectEachRowOnce(database);
  });

  it(`writes each row once after its server was killed, round ${String(round)}`, async () => {
    const database = `server_${String(round)}`;
    const { ended } = await startedRun(database);
    process.kill(local.pid, "SIGKILL");
    await local.closed;
    const { result, iteration } = await ended;
    expect(result).toMatch(/^PipelineFailedError PIPELINE_FAILED: .*\n.*(connection|server)/i);
    expect(iteration).toBe("ended");
    local = await startServer();
    await expectEachRowOnce(database);
  });
}
