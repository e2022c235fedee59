/** The client against PySpark on the same server: one small query, rows, columns. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SparkSession } from "../dist/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { printRatio } from "./figures.mjs";

const ROUNDS = 3;
const PYSPARK_SIDE = fileURLToPath(new URL("pyspark_side.py", import.meta.url));
/** The same query as in pyspark_side.py. */
const rowsQuery = (rows) =>
  `SELECT id, CAST(id AS DOUBLE) AS x, CAST(id AS STRING) AS s, id % 2 = 0 AS b, CAST(id AS INT) AS i, timestamp_micros(id) AS t FROM range(${rows})`;

async function timed(work, rounds) {
  await work();
  const figures = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    await work();
    figures.push(performance.now() - startedAt);
  }
  return figures;
}

export async function benchClient(prepared) {
  const local = await LocalSpark.start({ heapMb: 3072 });
  try {
    const spark = await SparkSession.builder().remote(local.url).create();
    let ours;
    let pyspark;
    // A server grows faster while it is used: both sides run twice, in turn, and the second time counts.
    for (let pass = 0; pass < 2; pass++) {
      ours = {
        select1: await timed(async () => (await spark.sql("SELECT 1")).collect(), ROUNDS * 10),
        rows: await timed(async () => (await spark.sql(rowsQuery(300_000))).collect(), ROUNDS),
        arrow: await timed(async () => (await spark.sql(rowsQuery(2_000_000))).toArrow(), ROUNDS),
      };
      const args = [PYSPARK_SIDE, local.url, String(ROUNDS)];
      const { stdout } = await promisify(execFile)(prepared.pythonPath, args);
      pyspark = JSON.parse(stdout);
    }
    await spark.stop();
    const compare = (what, key) =>
      printRatio(
        what,
        { label: "sparktide", msEach: ours[key] },
        { label: "PySpark", msEach: pyspark[key] },
      );
    compare("SELECT 1, collected", "select1");
    compare("300 000 rows × 6 columns as rows", "rows");
    compare("2 000 000 rows × 6 columns as Arrow", "arrow");
  } finally {
    await local.stop();
  }
}
