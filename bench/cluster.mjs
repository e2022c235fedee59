/** Compares functions in TypeScript on the cluster with a built-in function and with Python, in one run. */
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSession } from "../dist/index.js";
import { SimpleDataSource, udf } from "../dist/cluster/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { PythonDataSource } from "../dist/sources/index.js";
import { median, printRatio } from "./figures.mjs";

const ROWS = 1_000_000;
const ROUNDS = 5;
const BATCHES = 20;
const WARM_UP = 5;

const PYTHON = `
import re
PATTERN = re.compile("[^a-z0-9]+")

def slug(text):
    return PATTERN.sub("-", text.lower())[:40]

def same(column):
    return column

def slug_arrow(column):
    import pyarrow as pa
    return pa.array([slug(text) for text in column.to_pylist()], pa.string())
`;

const PYTHON_TICKS = `
from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader

class Ticks(DataSource):
    @classmethod
    def name(cls):
        return "python_ticks"

    def schema(self):
        return "tick BIGINT"

    def simpleStreamReader(self, schema):
        return Reader()

class Reader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"next": 0}

    def read(self, start):
        return iter([(start["next"],)]), {"next": start["next"] + 1}

    def readBetweenOffsets(self, start, end):
        return iter([(at,) for at in range(start["next"], end["next"])])

    def commit(self, end):
        pass
`;

class BenchTicks extends SimpleDataSource {
  schema() {
    return "tick BIGINT";
  }
  initialOffset() {
    return { next: 0 };
  }
  read({ next }) {
    return { rows: [{ tick: next }], end: { next: next + 1 } };
  }
  readBetween(start, end) {
    return Array.from({ length: end.next - start.next }, (_, at) => ({ tick: start.next + at }));
  }
}

/** The resident memory of the Node.js processes beside the Python workers, in megabytes. */
function childrenMb() {
  const found = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!/-worker\.mjs/.test(command)) continue;
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      found.push(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
    } catch {
      // The process has ended.
    }
  }
  return found.map((mb) => mb.toFixed(0)).join(" + ");
}

async function timed(run) {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

async function benchFunctions(spark) {
  const slug = udf(
    (text) =>
      text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .slice(0, 40),
    "string",
  );
  await spark.udf.register("ts_slug", slug);
  for (const [name, fn, evalType] of [
    ["py_slug", "slug", "SQL_BATCHED_UDF"],
    ["py_slug_arrow", "slug_arrow", "SQL_SCALAR_ARROW_UDF"],
    ["py_same", "same", "SQL_SCALAR_ARROW_UDF"],
  ])
    await spark.udf.registerPython(name, {
      source: PYTHON,
      function: fn,
      returnType: "string",
      evalType,
    });
  const input = `(SELECT concat('Row Nr. ', id, ' – Ärger & Söhne') s FROM range(0, ${ROWS}, 1, 2))`;
  const expressions = {
    "built-in": "substring(regexp_replace(lower(s), '[^a-z0-9]+', '-'), 1, 40)",
    TypeScript: "ts_slug(s)",
    "Python UDF": "py_slug(s)",
    "Python Arrow UDF": "py_slug_arrow(s)",
    // What Spark needs to pass the column to a Python worker and back.
    "an Arrow UDF that returns its argument": "py_same(s)",
  };
  const sides = Object.keys(expressions).map((label) => ({ label, msEach: [] }));
  for (let round = 0; round <= ROUNDS; round++)
    for (const side of sides) {
      const sql = `SELECT sum(length(${expressions[side.label]})) AS n FROM ${input}`;
      const ms = await timed(() => spark.query(sql).collect());
      if (round > 0) side.msEach.push(ms);
    }
  const [builtIn, typescript, ...python] = sides;
  for (const other of [builtIn, ...python])
    printRatio(`slug of ${ROWS} rows in TypeScript, to ${other.label}`, typescript, other);
  console.log(`memory of the Node.js processes: ${childrenMb()} MB`);
}

/** The first call of a new function in a new session, on a Python worker that has run before. */
async function benchFirstCall(url) {
  const msEach = [];
  for (let round = 0; round < ROUNDS; round++) {
    const spark = await SparkSession.builder().remote(url).javascript({ node: "client" }).create();
    const next = udf((id) => id + 1n, "bigint", { captures: {}, name: `next${round}` });
    msEach.push(await timed(() => spark.range(1).select(next("id")).collect()));
    await spark.stop();
  }
  console.log(
    `first call of a function in a new session: ${median(msEach).toFixed(0)} ms (median)`,
  );
}

async function benchSource(spark, folder) {
  await spark.dataSource.register(
    BenchTicks,
    PythonDataSource.fromSource({ source: PYTHON_TICKS, class: "Ticks", name: "python_ticks" }),
  );
  const batchMs = async (format) => {
    const query = await spark.readStream
      .format(format)
      .load()
      .writeStream.format("noop")
      .option("checkpointLocation", join(folder, format))
      .trigger({ processingTime: "0 seconds" })
      .start();
    for await (const { batchId } of query.progress())
      if (Number(batchId) >= BATCHES + WARM_UP) break;
    const reports = await query.recentProgress();
    await query.stop();
    return median(reports.slice(WARM_UP).map(({ durationMs }) => durationMs.triggerExecution));
  };
  const theirs = await batchMs("python_ticks");
  const mine = await batchMs("benchTicks");
  console.log(
    `a micro-batch of a source in TypeScript: ${mine - theirs} ms more than of one in Python (median of ${BATCHES} batches: TypeScript ${mine} ms, Python ${theirs} ms)`,
  );
}

export async function benchCluster() {
  const local = await LocalSpark.start({ heapMb: 3072 });
  const folder = await mkdtemp(join(tmpdir(), "sparktide-bench-"));
  try {
    const spark = await SparkSession.builder()
      .remote(local.url)
      .javascript({ node: "client" })
      .create();
    await benchFunctions(spark);
    await benchFirstCall(local.url);
    await benchSource(spark, folder);
    await spark.stop();
  } finally {
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
