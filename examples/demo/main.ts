/**
 * `npm run demo`: streams three HTTP APIs into Delta tables on a real Spark, and serves a page on which you can watch
 * and command the streams. The program starts Spark, supervises the streams, reads their rows back, and stops Spark.
 * `npm run demo -- --stay` keeps the streams running until Ctrl-C.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  SparkSession,
  StreamSupervisor,
  type StreamingQueryProgress,
  type SupervisedStreamOptions,
} from "sparktide";
import { LocalSpark, prepareLocalSpark, progressLine } from "sparktide/local";
import { serveMonitor } from "sparktide/monitor";
import { coingecko, rest, weather } from "sparktide/sources";
import { feeds, isLive, type Feed } from "./feeds.js";
import { startReplayApi } from "./replay-api.js";

/** Without --stay, each stream runs until it has reported this many batches. */
const BATCHES = 3;
const stays = process.argv.includes("--stay");
const ROWS_SHOWN = 3;
const SHORT_STOP_MS = 3_000;
/** The longest wait for running batches when the streams stop. */
const SHUTDOWN_MS = 2_000;

const startedAtMs = performance.now();
const interrupted = new AbortController();
const { signal } = interrupted;

function say(text: string): void {
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(6);
  console.log(`${seconds} s  ${text}`);
}

/** The first characters of an offset. Offsets contain the polled rows as packed text, so they are long. */
function short(offset: unknown): string {
  const text = JSON.stringify(offset, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function sayProgress(feed: Feed, progress: StreamingQueryProgress): void {
  const rows = Number(progress.numInputRows);
  say(
    [
      feed.format.padEnd(9),
      `batch ${progress.batchId}`,
      `${rows} rows`,
      `${((rows * 1000) / progress.batchDuration).toFixed(1)} rows/s`,
      `${progress.batchDuration} ms`,
      `offset ${short(progress.sources[0]?.endOffset)}`,
    ].join("  "),
  );
}

/** Reads a stream's Delta table: prints some rows, and returns the number of batches and rows. */
async function readBack(
  spark: SparkSession,
  path: string,
): Promise<{ batches: number; rows: number }> {
  const table = spark.read.format("delta").load(path);
  for (const row of await table.limit(ROWS_SHOWN).collect({ signal })) {
    say(`           ${inspect(row, { breakLength: Infinity, maxStringLength: 80 })}`);
  }
  const history = await spark.sql(`DESCRIBE HISTORY delta.\`${path}\``);
  const batches = await history.filter("operation = 'STREAMING UPDATE'").count({ signal });
  return { batches, rows: await table.count({ signal }) };
}

/** A temporary folder that is removed with its content. */
async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "sparktide-demo-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Where each stream gets its rows. */
interface Apis extends AsyncDisposable {
  /** The address of the replay API, for a stream whose live API does not answer. */
  readonly replayOf: (feed: Feed) => string | undefined;
}

/** Asks the live APIs, and starts the replay API if one of them does not answer. */
async function findApis(pythonPath: string): Promise<Apis> {
  const live = new Map<Feed, boolean>();
  await Promise.all(feeds.map(async (feed) => live.set(feed, await isLive(feed, signal))));
  const needsReplay = [...live.values()].includes(false);
  const replay = needsReplay ? await startReplayApi(pythonPath) : undefined;
  return {
    replayOf: (feed) => (live.get(feed) === true ? undefined : replay?.url),
    [Symbol.asyncDispose]: async () => replay?.[Symbol.asyncDispose](),
  };
}

/** Starts a stream into Delta. The supervisor calls this for each start. */
function stream(feed: Feed, folder: string, apis: Promise<Apis>): SupervisedStreamOptions {
  return {
    name: feed.format,
    start: async (spark) => {
      const path = join(folder, feed.format);
      const { replayOf } = await apis;
      const query = await feed
        .rows(spark, replayOf(feed))
        .writeStream.format("delta")
        .queryName(feed.format)
        .option("checkpointLocation", `${path}-checkpoint`)
        .trigger({ processingTime: "2 seconds" })
        .start(path, { signal });
      say(`${feed.format}: streaming into Delta, query ${query.id}`);
      return query;
    },
  };
}

/** Resolves when each stream has reported enough batches. Rejects when one of them fails. */
function enoughBatches(supervisor: StreamSupervisor): Promise<void> {
  const batches = new Map<string, number>();
  return new Promise((resolve, reject) => {
    supervisor.on("progress", ({ stream: name, progress }) => {
      const feed = feeds.find(({ format }) => format === name);
      if (feed !== undefined) sayProgress(feed, progress);
      batches.set(name, (batches.get(name) ?? 0) + 1);
      const isEnough = feeds.every(({ format }) => (batches.get(format) ?? 0) >= BATCHES);
      if (isEnough && !stays) resolve();
    });
    supervisor.on("fatal", ({ error }) => {
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

async function demo(): Promise<void> {
  const progress = progressLine(process.stdout);
  await using folder = await temporaryFolder();
  const prepared = prepareLocalSpark({ onProgress: progress, signal });
  const starting = prepared.then(() => LocalSpark.start({ onProgress: progress, signal }));
  // Spark needs seconds to start, and an API that cannot be reached needs seconds to fail.
  const finding = prepared.then(({ pythonPath }) => findApis(pythonPath));
  const supervisor = new StreamSupervisor({
    connect: async () => {
      const { url } = await starting;
      return SparkSession.builder().remote(url).dataSources(weather, coingecko, rest).create();
    },
    streams: feeds.map((feed) => stream(feed, folder.path, finding)),
    shutdownTimeoutMs: SHUTDOWN_MS,
  });
  const enough = enoughBatches(supervisor);
  // These failures appear where the promises are awaited below.
  for (const promise of [starting, finding, enough]) promise.catch(() => undefined);
  try {
    await using monitor = await serveMonitor({ supervisor, port: 0, title: "sparktide demo" });
    say(`watch the streams at ${monitor.url}`);
    await using apis = await finding;
    const local = await starting;
    sayApis(local, apis);
    const running = supervisor.run({ signal });
    say("waiting for the first batches, which take longer than later ones");
    if (stays) say(`the streams run until Ctrl-C: ${monitor.url}`);
    await Promise.race([enough, running]);
    signal.throwIfAborted();
    await supervisor.stop();
    const closing = await readAllBack(local, folder.path, apis);
    say("stopping Spark (the first stop on a machine takes longer and makes later starts faster)");
    await local.stop();
    for (const line of closing) console.log(line);
  } finally {
    await supervisor.stop();
    const local = await starting.catch(() => undefined);
    // After an interrupt, stop quickly: a clean stop would also write files for faster starts.
    await local?.stop(signal.aborted ? SHORT_STOP_MS : undefined);
  }
}

function sayApis(local: LocalSpark, { replayOf }: Apis): void {
  say(`Spark ${local.sparkVersion} answers on this machine`);
  for (const feed of feeds) {
    const replay = replayOf(feed);
    say(
      replay === undefined
        ? `${feed.format}: the live API answers`
        : `${feed.format}: the live API does not answer; using the replay API at ${replay}`,
    );
  }
}

/** Reads the rows of all streams back from Delta. Returns the closing lines. */
async function readAllBack(
  local: LocalSpark,
  folder: string,
  { replayOf }: Apis,
): Promise<string[]> {
  await using spark = await SparkSession.builder().remote(local.url).create();
  const closing: string[] = [];
  for (const feed of feeds) {
    say(`${feed.format}: rows of the Delta table`);
    const { batches, rows } = await readBack(spark, join(folder, feed.format));
    const origin = replayOf(feed) === undefined ? "live" : "replay";
    closing.push(
      `${feed.format}: ${batches} batches, ${rows} rows read back from Delta (${origin})`,
    );
    if (batches < BATCHES || rows === 0) throw new Error(closing.at(-1));
  }
  return closing;
}

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    // A second signal ends this process at once. Spark ends with it.
    if (signal.aborted) process.exit(130);
    say("stopping …");
    interrupted.abort(new Error(`interrupted by ${name}`));
  });
}

try {
  await demo();
} catch (error) {
  if (signal.aborted) process.exitCode = 130;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
