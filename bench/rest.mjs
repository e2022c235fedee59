/** Compares format("rest") into Delta with a PySpark loop that reads page by page with requests and appends. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SparkSession } from "../dist/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { rest } from "../dist/sources/index.js";
import { median } from "./figures.mjs";
import { requestsPackage, startLoop } from "./rest-loop.mjs";
import { workerPeakBytes } from "./rest-memory.mjs";

/** The number of rounds after a first one that does not count. */
const ROUNDS = 3;
/** Each shard is a row of `inputData` and a partition. The loop reads them one after the other. */
const SHARDS = 4;
const PAGES_OF_A_SHARD = 50;
const ROWS_OF_A_SHARD = PAGES_OF_A_SHARD * 1000;
/** The latency of a local API and of a distant one. */
const LATENCIES_MS = [0, 50];
/** The loop appends ten pages at once. A naive loop appends each page, which costs a commit per page. */
const PAGES_PER_APPEND = 10;
/** The pages of one Arrow batch, limited by spark.sql.execution.arrow.maxRecordsPerBatch. */
const PAGES_OF_A_BATCH = 10;
/** Twice the size of a page. */
const MAX_RESPONSE_BYTES = 2 * 1024 * 1024;
const API = fileURLToPath(new URL("rest-api.mjs", import.meta.url));
/** The same columns as in pyspark_rest_loop.py. */
const SCHEMA =
  "id bigint, name string, email string, amount double, active boolean, created_at timestamp, note string";

async function startApi() {
  const child = fork(API, [String(SHARDS), String(PAGES_OF_A_SHARD)]);
  const ended = once(child, "exit");
  const failed = ended.then(() =>
    Promise.reject(new Error("the API ended before it listened on a port")),
  );
  const [{ port }] = await Promise.race([once(child, "message"), failed]);
  failed.catch(() => undefined);
  return {
    url: (latencyMs) => `http://127.0.0.1:${port}/after-${latencyMs}-ms/records`,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Appends the API's records, beginning with a page, to a Delta table, with a partition for each shard. */
async function loadWithRest(spark, url, table, fromPage = 0) {
  const options = rest.options({
    url,
    allowHttp: true,
    allowPrivateHosts: true,
    inputData: Array.from({ length: SHARDS }, (_, shard) => ({ shard, page: fromPage })),
    partitions: SHARDS,
    pagination: "json",
    nextField: "next",
    maxResponseBytes: MAX_RESPONSE_BYTES,
    outputType: "columns",
    schema: SCHEMA,
  });
  const startedAt = performance.now();
  const records = spark.read.format("rest").options(options).load();
  await records.write.format("delta").mode("append").save(table);
  return performance.now() - startedAt;
}

/** Throws unless a table has each record of the first shards once. Then deletes the table. */
async function checkAndDelete(spark, table, shards) {
  const sums = ["count(*) AS n", "count(DISTINCT id) AS ids", "sum(id) AS total"];
  const frame = spark.read.format("delta").load(table);
  const [{ n, ids, total }] = await frame.selectExpr(...sums).collect();
  const found = `${n} rows, ${ids} ids, sum ${total}`;
  const rows = shards * ROWS_OF_A_SHARD;
  const wanted = `${rows} rows, ${rows} ids, sum ${(rows * (rows - 1)) / 2}`;
  if (found !== wanted) throw new Error(`${table} has ${found}; the API has ${wanted}`);
  await rm(table, { recursive: true });
}

/** Runs both sides in turn, so that disturbances and a warmer server affect both. */
async function compare(spark, serverPid, apiUrl, folder, loops) {
  const ours = { label: "sparktide", shards: SHARDS, msEach: [], peakBytes: undefined };
  const theirs = {
    label: `loop, ${PAGES_PER_APPEND} pages an append`,
    shards: SHARDS,
    msEach: [],
    peakBytes: 0,
  };
  const naive = { label: "loop, 1 page an append", shards: 1, msEach: [], peakBytes: 0 };
  let table = 0;
  const measure = async (side, work) => {
    const path = join(folder, `table-${table++}`);
    side.msEach.push(await work(path));
    await checkAndDelete(spark, path, side.shards);
  };
  const byLoop = (side, loop) =>
    measure(side, async (path) => {
      const { ms, peakBytes } = await loop.load(path);
      side.peakBytes = peakBytes;
      return ms;
    });
  for (let round = 0; round <= ROUNDS; round++) {
    await measure(ours, async (path) => {
      const ms = await loadWithRest(spark, apiUrl, path);
      const peakBytes = workerPeakBytes(serverPid);
      if (peakBytes !== undefined) ours.peakBytes = Math.max(ours.peakBytes ?? 0, peakBytes);
      return ms;
    });
    await byLoop(theirs, loops.chunks);
  }
  for (const side of [ours, theirs]) side.msEach.shift();
  // Only once and for one shard, because a commit for each page is slow.
  await byLoop(naive, loops.pages);
  return { ours, theirs, naive };
}

function printRates(latencyMs, { ours, theirs, naive }) {
  const rate = (side) => (side.shards * ROWS_OF_A_SHARD) / (median(side.msEach) / 1000);
  const show = (side) => {
    const seconds = [Math.min(...side.msEach), median(side.msEach), Math.max(...side.msEach)];
    return `${side.label} ${Math.round(rate(side))} rows/s, ${seconds.map((ms) => (ms / 1000).toFixed(2)).join(" / ")} s`;
  };
  const times = (side) => (rate(ours) / rate(side)).toFixed(2);
  console.log(
    `rest into Delta, ${latencyMs} ms latency: ${times(theirs)} times the rows per second of the loop  (${show(ours)}; ${show(theirs)})`,
  );
  console.log(`  and ${times(naive)} times those of a ${show(naive)}`);
}

const mebibytes = (bytes) => `${Math.round(bytes / 1024 ** 2)} MiB`;

function printMemory(afterABatch, { ours, theirs }) {
  const bound = `one body of at most maxResponseBytes, ${mebibytes(MAX_RESPONSE_BYTES)} here, and one batch of ${PAGES_OF_A_BATCH * 1000} rows`;
  if (afterABatch === undefined) {
    console.log(`  memory: not measured, because this system has no /proc  (bound: ${bound})`);
    return;
  }
  console.log(
    `  memory of a Python worker: ${mebibytes(ours.peakBytes)} peak after ${PAGES_OF_A_SHARD} pages in each partition, ${mebibytes(afterABatch)} after ${PAGES_OF_A_BATCH}  (bound: ${bound}; the loop's process ${mebibytes(theirs.peakBytes)})`,
  );
}

/** Measures on a running server. `serverPid` is the process id of its Java. */
async function measureRest({ pythonPath, packages, sparkUrl, serverPid, folder }) {
  const api = await startApi();
  const spark = await SparkSession.builder().remote(sparkUrl).create();
  try {
    await spark.dataSource.register(rest);
    await loadWithRest(
      spark,
      api.url(0),
      join(folder, "warm-up"),
      PAGES_OF_A_SHARD - PAGES_OF_A_BATCH,
    );
    const afterABatch = workerPeakBytes(serverPid);
    console.log(`${SHARDS * ROWS_OF_A_SHARD} records of 1 KiB, 1000 a page, ${SHARDS} partitions`);
    for (const latencyMs of LATENCIES_MS) {
      const apiUrl = api.url(latencyMs);
      const common = { pythonPath, packages, sparkUrl, apiUrl };
      const chunks = startLoop({ ...common, shards: SHARDS, pagesPerAppend: PAGES_PER_APPEND });
      const pages = startLoop({ ...common, shards: 1, pagesPerAppend: 1 });
      try {
        const figures = await compare(spark, serverPid, apiUrl, folder, { chunks, pages });
        printRates(latencyMs, figures);
        printMemory(afterABatch, figures);
      } finally {
        await Promise.all([chunks.stop(), pages.stop()]);
      }
    }
  } finally {
    await spark.stop();
    await api.stop();
  }
}

export async function benchRest(prepared) {
  const packages = await requestsPackage(prepared);
  const folder = await mkdtemp(join(tmpdir(), "sparktide-bench-"));
  // As many parallel tasks as partitions, independent of the machine's cores.
  const local = await LocalSpark.start({ heapMb: 3072, master: `local[${SHARDS}]` });
  try {
    await measureRest({
      pythonPath: prepared.pythonPath,
      packages,
      sparkUrl: local.url,
      serverPid: local.pid,
      folder,
    });
  } finally {
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
