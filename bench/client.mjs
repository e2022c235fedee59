/**
 * Compares the client with PySpark, with the Rust client and with bare calls on the same server: a small query, rows,
 * columns. With SPARKTIDE_TEST_REMOTE it uses that server and does not start one.
 */
import { fileURLToPath } from "node:url";
import { SparkSession } from "../dist/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { openBareCalls } from "./bare-calls.mjs";
import { benchDecode } from "./decode.mjs";
import { printRatio } from "./figures.mjs";
import { startLineProcess } from "./line-process.mjs";
import { benchMemory } from "./memory.mjs";
import { rowsQuery } from "./rows-query.mjs";
import { rustClientFolder } from "./rust-client.mjs";
import { benchStalls } from "./stalls.mjs";

/**
 * The comparisons. All sides take turns: each runs a query `times` times, and has `stretches` turns. A server
 * becomes faster while it is used, and with turns this and other disturbances affect all sides.
 */
const COMPARISONS = [
  {
    what: "select1",
    title: "SELECT 1, collected",
    query: "SELECT 1",
    times: 20,
    stretches: 10,
    warmUp: 200,
  },
  {
    what: "rows",
    title: "300 000 rows × 6 columns as rows",
    query: rowsQuery(300_000),
    times: 1,
    stretches: 5,
    warmUp: 2,
  },
  {
    what: "arrow",
    title: "2 000 000 rows × 6 columns as Arrow",
    query: rowsQuery(2_000_000),
    times: 1,
    stretches: 7,
    warmUp: 3,
  },
];
const PYSPARK_SIDE = fileURLToPath(new URL("pyspark_side.py", import.meta.url));

/** Measures `works[what]()` a number of times, in milliseconds. */
function timed(works) {
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

function ourSide(spark) {
  const measure = timed({
    select1: async () => (await spark.sql("SELECT 1")).collect(),
    rows: async () => (await spark.sql(rowsQuery(300_000))).collect(),
    arrow: async () => (await spark.sql(rowsQuery(2_000_000))).toArrow(),
  });
  return { label: "sparktide", measure, stop: () => undefined };
}

/** Starts a Python process that measures on request until it is stopped. */
function pythonSide(label, python, url, env = {}) {
  const { ask, stop } = startLineProcess(python, [PYSPARK_SIDE], { SPARK_REMOTE: url, ...env });
  return { label, measure: (what, times) => ask(JSON.stringify({ what, times })), stop };
}

async function bareSide(url) {
  const { execute, stop } = await openBareCalls(url);
  const works = COMPARISONS.map(({ what, query }) => [what, () => execute(query)]);
  return { label: "bare call", measure: timed(Object.fromEntries(works)), stop };
}

async function compare(sides, { what, title, times, stretches, warmUp }) {
  const figures = sides.map(({ label }) => ({ label, msEach: [] }));
  for (const { measure } of sides) await measure(what, warmUp);
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (const [index, { measure }] of sides.entries()) {
      figures[index].msEach.push(...(await measure(what, times)));
    }
  }
  const [ours, ...others] = figures;
  for (const other of others) printRatio(`${title}, to ${other.label}`, ours, other);
}

export async function benchClient(prepared) {
  const shared = process.env["SPARKTIDE_TEST_REMOTE"];
  const local = shared === undefined ? await LocalSpark.start({ heapMb: 3072 }) : undefined;
  const url = shared ?? local.url;
  try {
    const spark = await SparkSession.builder().remote(url).create();
    const PYTHONPATH = await rustClientFolder(prepared);
    const sides = [
      ourSide(spark),
      pythonSide("PySpark", prepared.pythonPath, url),
      pythonSide("the Rust client", prepared.pythonPath, url, { PYTHONPATH }),
      await bareSide(url),
    ];
    for (const comparison of COMPARISONS) await compare(sides, comparison);
    for (const { stop } of sides) await stop();
    await benchStalls(spark);
    await benchDecode(spark);
    await spark.stop();
    await benchMemory(url);
  } finally {
    await local?.stop();
  }
}
