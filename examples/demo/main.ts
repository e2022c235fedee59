/**
 * `npm run demo`: streams three HTTP APIs into Delta tables on a real Spark. The program starts Spark,
 * deploys the data sources to it, watches the streams, and stops Spark.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { SparkSession, type StreamingQuery, type StreamingQueryProgress } from "sparktide";
import { LocalSpark, prepareLocalSpark, progressLine } from "sparktide/local";
import { coingecko, rest, weather } from "sparktide/sources";
import { feeds, isLive, type Feed } from "./feeds.js";
import { startReplayApi } from "./replay-api.js";

/** Each stream runs until it has written this many batches with rows. */
const BATCHES = 3;
const ROWS_SHOWN = 3;
const SHORT_STOP_MS = 3_000;

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

/** Prints a query's progress until it has written enough batches. */
async function watch(feed: Feed, query: StreamingQuery): Promise<void> {
  let batches = 0;
  for await (const progress of query.progress({ signal })) {
    sayProgress(feed, progress);
    batches += 1;
    if (batches >= BATCHES) return;
  }
  throw new Error(`The ${feed.format} stream ended after ${batches} batches.`);
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

async function demo(): Promise<void> {
  const progress = progressLine(process.stdout);
  const { pythonPath } = await prepareLocalSpark({ onProgress: progress, signal });
  await using folder = await temporaryFolder();
  const starting = LocalSpark.start({ onProgress: progress, signal });
  // Its failure appears where it is awaited below.
  starting.catch(() => undefined);
  try {
    // Spark needs seconds to start, and an API that cannot be reached needs seconds to fail.
    await using apis = await findApis(pythonPath);
    const local = await starting;
    const closing = await streamAll(local, folder.path, apis);
    say("stopping Spark (the first stop on a machine takes longer and makes later starts faster)");
    await local.stop();
    for (const line of closing) console.log(line);
  } finally {
    const local = await starting.catch(() => undefined);
    // After an interrupt, stop quickly: a clean stop would also write files for faster starts.
    await local?.stop(signal.aborted ? SHORT_STOP_MS : undefined);
  }
}

/** Runs all feeds on the server until each has enough batches. Returns the closing lines. */
async function streamAll(local: LocalSpark, folder: string, { replayOf }: Apis): Promise<string[]> {
  say(`Spark ${local.sparkVersion} answers on this machine`);
  for (const feed of feeds) {
    const replay = replayOf(feed);
    say(
      replay === undefined
        ? `${feed.format}: the live API answers`
        : `${feed.format}: the live API does not answer; using the replay API at ${replay}`,
    );
  }

  await using spark = await SparkSession.builder()
    .remote(local.url)
    .dataSources(weather, coingecko, rest)
    .create();
  say("weather, coingecko and rest are deployed and registered");

  const queries: [Feed, StreamingQuery, string][] = [];
  for (const feed of feeds) {
    const path = join(folder, feed.format);
    const query = await feed
      .rows(spark, replayOf(feed))
      .writeStream.format("delta")
      .queryName(feed.format)
      .option("checkpointLocation", `${path}-checkpoint`)
      .trigger({ processingTime: "2 seconds" })
      .start(path, { signal });
    say(`${feed.format}: streaming into Delta, query ${query.id}`);
    queries.push([feed, query, path]);
  }

  say("waiting for the first batches, which take longer than later ones");
  await Promise.all(queries.map(([feed, query]) => watch(feed, query)));
  for (const [, query] of queries) await query.stop();

  const closing: string[] = [];
  for (const [feed, , path] of queries) {
    say(`${feed.format}: rows of the Delta table`);
    const { batches, rows } = await readBack(spark, path);
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
