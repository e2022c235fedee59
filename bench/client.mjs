/** Compares the client with PySpark on the same server: a small query, rows, columns. */
import { fileURLToPath } from "node:url";
import { SparkSession } from "../dist/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { benchDecode } from "./decode.mjs";
import { printRatio } from "./figures.mjs";
import { startLineProcess } from "./line-process.mjs";
import { benchMemory } from "./memory.mjs";
import { rowsQuery } from "./rows-query.mjs";

/**
 * The comparisons. Both sides take turns: each runs a query `times` times, and has `stretches` turns. A server
 * becomes faster while it is used, and with turns this and other disturbances affect both sides.
 */
const COMPARISONS = [
  { what: "select1", title: "SELECT 1, collected", times: 20, stretches: 10, warmUp: 200 },
  { what: "rows", title: "300 000 rows × 6 columns as rows", times: 1, stretches: 5, warmUp: 2 },
  {
    what: "arrow",
    title: "2 000 000 rows × 6 columns as Arrow",
    times: 1,
    stretches: 7,
    warmUp: 3,
  },
];
const PYSPARK_SIDE = fileURLToPath(new URL("pyspark_side.py", import.meta.url));

function ourSide(spark) {
  const works = {
    select1: async () => (await spark.sql("SELECT 1")).collect(),
    rows: async () => (await spark.sql(rowsQuery(300_000))).collect(),
    arrow: async () => (await spark.sql(rowsQuery(2_000_000))).toArrow(),
  };
  return async (what, times) => {
    const figures = [];
    for (let time = 0; time < times; time++) {
      const startedAt = performance.now();
      await works[what]();
      figures.push(performance.now() - startedAt);
    }
    return figures;
  };
}

/** Starts a PySpark process that measures on request until it is stopped. */
function startPyspark(python, url) {
  const { ask, stop } = startLineProcess(python, [PYSPARK_SIDE], { SPARK_REMOTE: url });
  return { measure: (what, times) => ask(JSON.stringify({ what, times })), stop };
}

export async function benchClient(prepared) {
  const local = await LocalSpark.start({ heapMb: 3072 });
  try {
    const spark = await SparkSession.builder().remote(local.url).create();
    const pyspark = startPyspark(prepared.pythonPath, local.url);
    const measureOurs = ourSide(spark);
    for (const { what, title, times, stretches, warmUp } of COMPARISONS) {
      const ours = { label: "sparktide", msEach: [] };
      const theirs = { label: "PySpark", msEach: [] };
      await measureOurs(what, warmUp);
      await pyspark.measure(what, warmUp);
      for (let stretch = 0; stretch < stretches; stretch++) {
        ours.msEach.push(...(await measureOurs(what, times)));
        theirs.msEach.push(...(await pyspark.measure(what, times)));
      }
      printRatio(title, ours, theirs);
    }
    await pyspark.stop();
    await benchDecode(spark);
    await spark.stop();
    await benchMemory(local.url);
  } finally {
    await local.stop();
  }
}
