/** AUTO CDC compared with a model, over random histories of changes that arrive in any order. */
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { pipeline, type Pipeline } from "../../src/pipelines/index.js";
import { sparkTestJar } from "../support/spark-test-jar.js";
import { SeededRandom } from "../support/seeded-random.js";

/** 1,000 histories take some minutes: SPARKTIDE_TEST_CDC_HISTORIES=1000. */
const HISTORIES = Number(process.env["SPARKTIDE_TEST_CDC_HISTORIES"] ?? 100);
const SEED = Number(process.env["SPARKTIDE_TEST_CDC_SEED"] ?? 1);
/** Histories in one pipeline. The history is a part of the key. */
const PACK = 200;
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

/** The rows after all changes so far: of each key, the change with the highest sequence decides. */
function currentRows(changes: readonly Change[]): Change[] {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const key = `${String(change.history)}/${String(change.key)}`;
    if ((newest.get(key)?.sequence ?? -1) < change.sequence) newest.set(key, change);
  }
  return [...newest.values()].filter(({ removed }) => !removed);
}

describe("AUTO CDC of type 1", { timeout: 1_800_000 }, () => {
  let folder: string;
  let local: LocalSpark;
  let spark: SparkSession;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-cdc-"));
    const jar = await sparkTestJar("spark-catalyst_2.13", CATALOG_RELEASE);
    local = await LocalSpark.start({
      heapMb: 1024,
      delta: false,
      sparkVersion: process.env["SPARKTIDE_TEST_SPARK_VERSION"],
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

  function declared(pack: number, changes: string): Pipeline {
    const flow = { source: "changes", keys: ["history", "key"], sequenceBy: "sequence" };
    const [kept, listed] = [`kept_${String(pack)}`, `listed_${String(pack)}`];
    return pipeline({
      ...{ catalog: "rows", database: "cdc" },
      storage: `file://${folder}/storage-${String(pack)}`,
    })
      .temporaryView("changes", ({ readStream }) =>
        readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(changes),
      )
      .createStreamingTable(kept)
      .autoCdcFlow({
        ...{ ...flow, target: kept, applyAsDeletes: "removed" },
        exceptColumnList: ["sequence", "removed"],
      })
      .createStreamingTable(listed)
      .autoCdcFlow({
        ...{ ...flow, target: listed, applyAsDeletes: "removed = true" },
        columnList: ["history", "key", "amount"],
      });
  }

  async function rowsOf(table: string, columns: readonly string[]): Promise<string[]> {
    const rows = await spark
      .table(`rows.cdc.${table}`)
      .select(...columns)
      .collect({ rowMode: "array" });
    return rows.map((row) => JSON.stringify(row)).sort();
  }

  it(`equals the model after each run of ${String(HISTORIES)} histories`, async () => {
    const random = new SeededRandom(SEED);
    for (let pack = 0; pack * PACK < HISTORIES; pack++) {
      const histories = Array.from(
        { length: Math.min(PACK, HISTORIES - pack * PACK) },
        (_, index) => randomHistory(index, random),
      );
      const changes = join(folder, `changes-${String(pack)}`);
      await mkdir(changes);
      const own = declared(pack, changes);
      const arrived: Change[] = [];
      for (let run = 0; run < RUNS; run++) {
        const added = histories.flatMap((history) => history[run] ?? []);
        arrived.push(...added);
        // Two batches: some changes of a key arrive in one batch, and some in both.
        const halves = [added.slice(0, added.length / 2), added.slice(added.length / 2)];
        for (const [half, lines] of halves.entries()) {
          const temporary = join(folder, "next.json");
          await writeFile(temporary, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
          await rename(temporary, join(changes, `${String(run)}-${String(half)}.json`));
        }
        await (await own.start(spark)).result();
        const rows = currentRows(arrived);
        const where = `seed ${String(SEED)}, pack ${String(pack)}, run ${String(run)}`;
        const kept = await rowsOf(`kept_${String(pack)}`, ["history", "key", "text", "amount"]);
        expect(kept, where).toEqual(
          rows.map((row) => JSON.stringify([row.history, row.key, row.text, row.amount])).sort(),
        );
        const listed = await rowsOf(`listed_${String(pack)}`, ["history", "key", "amount"]);
        expect(listed, where).toEqual(
          rows.map((row) => JSON.stringify([row.history, row.key, row.amount])).sort(),
        );
      }
    }
  });
});
