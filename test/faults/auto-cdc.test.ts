/** AUTO CDC compared with a model, over random histories of changes that arrive in any order. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark, prepareLocalSpark } from "../../src/local/index.js";
import { pipeline, type AutoCdcOptions, type Pipeline } from "../../src/pipelines/index.js";
import { sparkTestJar } from "../support/spark-test-jar.js";
import { SeededRandom } from "../support/seeded-random.js";

/** 1,000 histories take some minutes: SPARKTIDE_TEST_CDC_HISTORIES=1000. */
const HISTORIES = Number(process.env["SPARKTIDE_TEST_CDC_HISTORIES"] ?? 100);
const SEED = Number(process.env["SPARKTIDE_TEST_CDC_SEED"] ?? 1);
/** Histories in one pipeline. The history is a part of the key. */
const PACK = 1000;
const RUNS = 3;
const KEYS = 3;

/**
 * Delta and parquet refuse AUTO CDC, and no Iceberg supports Spark 4.2. This catalog of Spark's own tests keeps tables
 * with row-level operations in the server's memory. Maven has no newer release of it.
 */
const CATALOG =
  "org.apache.spark.sql.connector.catalog.SharedTablesInMemoryRowLevelOperationTableCatalog";
const CATALOG_RELEASE = "4.2.0";

interface Change {
  readonly history: number;
  readonly key: number;
  readonly sequence: number;
  readonly removed: boolean;
  readonly text: string | null;
  readonly amount: number | null;
}
const SCHEMA = "history int, key int, sequence bigint, removed boolean, text string, amount int";

/** The changes of one history by run: each sequence number is used once, and some changes arrive twice. */
function randomHistory(history: number, random: SeededRandom): Change[][] {
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const sequences = random.shuffled(Array.from({ length: 6 + below(12) }, (_, index) => index));
  const runs: Change[][] = Array.from({ length: RUNS }, () => []);
  for (const sequence of sequences) {
    const change: Change = {
      ...{ history, key: below(KEYS), sequence, removed: below(4) === 0 },
      text: below(5) === 0 ? null : `text ${String(below(100))}`,
      amount: below(5) === 0 ? null : below(100),
    };
    runs[below(RUNS)]?.push(change);
    if (below(5) === 0) runs[below(RUNS)]?.push(change);
  }
  return runs;
}

/** A row of a target of type 2: a version of a record, and the sequences at which it starts and ends. */
interface Version {
  readonly history: number;
  readonly key: number;
  text: string | null;
  amount: number | null;
  readonly start: number;
  end: number | null;
}

/** The versions of all records after all changes so far. */
function versions(changes: readonly Change[], isNew: (former: Version, next: Change) => boolean) {
  const byKey = new Map<string, Version[]>();
  const open = new Map<string, Version>();
  for (const change of [...changes].sort((one, other) => one.sequence - other.sequence)) {
    const { history, key, sequence, text, amount } = change;
    const id = `${String(history)}/${String(key)}`;
    const former = open.get(id);
    // The same change can arrive twice.
    if (former !== undefined && !change.removed && !isNew(former, change)) {
      // The columns without history have the newest values.
      Object.assign(former, { text, amount });
      continue;
    }
    if (former !== undefined) former.end = sequence;
    open.delete(id);
    if (change.removed) continue;
    const next: Version = { history, key, text, amount, start: sequence, end: null };
    open.set(id, next);
    byKey.set(id, [...(byKey.get(id) ?? []), next]);
  }
  return [...byKey.values()].flat();
}

/** The rows after all changes so far: of each key, the change with the highest sequence decides. */
function currentRows(changes: readonly Change[]): Change[] {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const key = `${String(change.history)}/${String(change.key)}`;
    if ((newest.get(key)?.sequence ?? -1) < change.sequence) newest.set(key, change);
  }
  return [...newest.values()].filter(({ removed }) => !removed);
}

/** A target of the pipeline, and the rows that it must have. */
interface Target {
  readonly name: string;
  readonly options: Partial<AutoCdcOptions>;
  readonly columns: readonly string[];
  readonly rows: (changes: readonly Change[]) => readonly (readonly unknown[])[];
}

const TYPE_1: readonly Target[] = [
  {
    name: "kept",
    options: { exceptColumnList: ["sequence", "removed"] },
    columns: ["history", "key", "text", "amount"],
    rows: (changes) =>
      currentRows(changes).map(({ history, key, text, amount }) => [history, key, text, amount]),
  },
  {
    name: "listed",
    options: { columnList: ["history", "key", "amount"], applyAsDeletes: "removed = true" },
    columns: ["history", "key", "amount"],
    rows: (changes) =>
      currentRows(changes).map(({ history, key, amount }) => [history, key, amount]),
  },
];

/** What all flows have in common. */
const FLOW = {
  ...{ source: "changes", keys: ["history", "key"], sequenceBy: "sequence" },
  applyAsDeletes: "removed",
};

const VERSION_COLUMNS = ["history", "key", "text", "amount", "__START_AT", "__END_AT"];

/** A target of type 2. */
function versioned(
  name: string,
  options: Partial<AutoCdcOptions>,
  isNew: (former: Version, next: Change) => boolean,
): Target {
  return {
    name,
    options: { ...options, storedAsScdType: 2, exceptColumnList: ["sequence", "removed"] },
    columns: VERSION_COLUMNS,
    rows: (changes) =>
      versions(changes, isNew).map(({ history, key, text, amount, start, end }) => [
        ...[history, key, text, amount, start, end],
      ]),
  };
}

const TYPE_2: readonly Target[] = [
  versioned(
    "all",
    {},
    (former, next) => former.text !== next.text || former.amount !== next.amount,
  ),
  versioned(
    "texts",
    { trackHistoryColumnList: ["text"] },
    (former, next) => former.text !== next.text,
  ),
  versioned(
    "amounts",
    { trackHistoryExceptColumnList: ["text"] },
    (former, next) => former.amount !== next.amount,
  ),
];

/** A row as text. A bigint is a number there. */
function textOf(row: readonly unknown[]): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === "bigint" ? Number(value) : value,
  );
}

/** The flows of the targets in Python. */
function pysparkProject(targets: readonly Target[], changes: string): string {
  const flows = targets.map(({ name, options }) =>
    Object.fromEntries(
      Object.entries({ ...FLOW, ...options, target: name }).map(([key, value]) => [
        key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    ),
  );
  return `
import json
from pyspark import pipelines as dp
from pyspark.sql import SparkSession

spark = SparkSession.active()

@dp.temporary_view(name="changes")
def changes():
    return spark.readStream.schema("${SCHEMA}").option("maxFilesPerTrigger", 1).json("${changes}")

for flow in json.loads(${JSON.stringify(JSON.stringify(flows))}):
    dp.create_streaming_table(flow["target"])
    dp.create_auto_cdc_flow(**flow)
`;
}

const CLI = fileURLToPath(
  new URL("../integration/parity/pyspark_pipelines_cli.py", import.meta.url),
);

const OWN_VERSION = process.env["SPARKTIDE_TEST_SPARK_VERSION"];

describe.each([
  { type: 1, targets: TYPE_1, sparkVersion: OWN_VERSION },
  // Type 2 is new in Spark 4.3.
  { type: 2, targets: TYPE_2, sparkVersion: "4.3.0" },
])("AUTO CDC of type $type", { timeout: 1_800_000 }, ({ targets, sparkVersion }) => {
  let folder: string;
  let local: LocalSpark;
  let spark: SparkSession;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-cdc-"));
    const jar = await sparkTestJar("spark-catalyst_2.13", CATALOG_RELEASE);
    local = await LocalSpark.start({
      ...{ heapMb: 1024, delta: false, sparkVersion },
      conf: {
        "spark.jars": jar,
        "spark.sql.catalog.rows": CATALOG,
        "spark.sql.shuffle.partitions": "2",
      },
    });
    spark = await SparkSession.builder().remote(local.url).create();
    await spark.sql("CREATE NAMESPACE rows.cdc");
  });
  afterAll(async () => {
    await spark.stop();
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The pipeline over a folder of changes; its tables have this suffix. */
  function declared(changes: string, suffix: string): Pipeline {
    const own = pipeline({
      ...{ catalog: "rows", database: "cdc" },
      storage: `file://${folder}/storage${suffix}`,
    }).temporaryView("changes", ({ readStream }) =>
      readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(changes),
    );
    for (const { name, options } of targets) {
      const target = `${name}${suffix}`;
      own.createStreamingTable(target).autoCdcFlow({ ...FLOW, ...options, target });
    }
    return own;
  }

  /** Adds two files, so that a run has two batches: some changes of a key arrive in one, and some in both. */
  async function arrive(changes: string, run: number, added: readonly Change[]): Promise<void> {
    const halves = [added.slice(0, added.length / 2), added.slice(added.length / 2)];
    for (const [half, lines] of halves.entries()) {
      const temporary = join(folder, "next.json");
      await writeFile(temporary, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      await rename(temporary, join(changes, `${String(run)}-${String(half)}.json`));
    }
  }

  async function rowsOf(table: string, columns: readonly string[]): Promise<string[]> {
    const rows = await spark
      .table(`rows.${table}`)
      .select(...columns)
      .collect({ rowMode: "array" });
    return rows.map((row) => textOf(row)).sort();
  }

  it("equals the tables of PySpark's spark-pipelines", async () => {
    const random = new SeededRandom(SEED);
    const histories = Array.from({ length: 5 }, (_, index) => randomHistory(index, random));
    const [changes, project] = [join(folder, "changes-both"), join(folder, "project")];
    await mkdir(changes);
    await mkdir(project);
    const spec = {
      ...{ name: "cdc", catalog: "rows", database: "theirs" },
      storage: `file://${folder}/storage-theirs`,
      libraries: [{ glob: { include: "cdc.py" } }],
    };
    await writeFile(join(project, "spark-pipeline.yml"), JSON.stringify(spec));
    await writeFile(join(project, "cdc.py"), pysparkProject(targets, changes));
    const { pythonPath } = await prepareLocalSpark({ sparkVersion });
    for (let run = 0; run < 2; run++) {
      await arrive(
        changes,
        run,
        histories.flatMap((history) => history[run] ?? []),
      );
      // Each session has its own namespaces, so PySpark joins a session with the namespace, and ends it.
      const session = await SparkSession.builder().remote(`${local.url};user_id=cdc`).create();
      await session.sql("CREATE NAMESPACE IF NOT EXISTS rows.theirs");
      const remote = `${local.url};user_id=cdc;session_id=${session.sessionId}`;
      await promisify(execFile)(pythonPath, ["-W", "ignore", CLI, "run"], {
        cwd: project,
        env: { ...process.env, SPARK_REMOTE: remote },
      });
      await session.stop();
      await (await declared(changes, "_both").start(spark)).result();
      for (const { name } of targets)
        expect(await rowsOf(`cdc.${name}_both`, ["*"]), `${name}, run ${String(run)}`).toEqual(
          await rowsOf(`theirs.${name}`, ["*"]),
        );
    }
  });

  it(`equals the model after each run of ${String(HISTORIES)} histories`, async () => {
    const random = new SeededRandom(SEED);
    for (let pack = 0; pack * PACK < HISTORIES; pack++) {
      const histories = Array.from(
        { length: Math.min(PACK, HISTORIES - pack * PACK) },
        (_, index) => randomHistory(index, random),
      );
      const changes = join(folder, `changes-${String(pack)}`);
      await mkdir(changes);
      const own = declared(changes, `_${String(pack)}`);
      const arrived: Change[] = [];
      for (let run = 0; run < RUNS; run++) {
        const added = histories.flatMap((history) => history[run] ?? []);
        arrived.push(...added);
        await arrive(changes, run, added);
        await (await own.start(spark)).result();
        for (const { name, columns, rows } of targets) {
          const where = `${name}, seed ${String(SEED)}, pack ${String(pack)}, run ${String(run)}`;
          expect(await rowsOf(`cdc.${name}_${String(pack)}`, columns), where).toEqual(
            rows(arrived).map(textOf).sort(),
          );
        }
      }
    }
  });
});
