/** Measures the extra time of a TypeScript foreachBatch for each batch, compared with the same function in Python. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkSession } from "../dist/index.js";
import { LocalSpark } from "../dist/local/index.js";
import { median } from "./figures.mjs";

const BATCHES = 40;
/** The first batches load classes and start the function's worker. */
const WARM_UP = 5;
const SLOW_BATCHES = 8;
const SLOW_TRIGGER = "2 seconds";
/** The same as the callback below. */
const PYTHON = "def count(df, batch_id):\n    assert df.count() == 100\n";

async function callback(batch) {
  if ((await batch.count()) !== 100) throw new Error("a batch does not have 100 rows");
}

/** The milliseconds that the sink took in each batch, without the warm-up. */
async function sinkMs(query, atLeast) {
  for await (const { batchId } of query.progress()) {
    if (Number(batchId) >= atLeast - 1) break;
  }
  const reports = await query.recentProgress();
  await query.stop();
  return reports.slice(WARM_UP).map((report) => report.durationMs.addBatch);
}

export async function benchForeachBatch() {
  const local = await LocalSpark.start({ heapMb: 3072 });
  const folder = await mkdtemp(join(tmpdir(), "sparktide-bench-"));
  try {
    const spark = await SparkSession.builder().remote(local.url).create();
    const files = join(folder, "files");
    for (let file = 0; file < BATCHES + WARM_UP; file++) {
      await spark.range(100).coalesce(1).write.mode("append").parquet(files);
    }
    const stream = () =>
      spark.readStream
        .schema("id BIGINT")
        .option("maxFilesPerTrigger", 1)
        .parquet(files)
        .writeStream.option("checkpointLocation", join(folder, `checkpoint-${Math.random()}`));
    for (const [what, batches, trigger] of [
      ["batch after batch", BATCHES, "0 seconds"],
      [`at a trigger of ${SLOW_TRIGGER}`, SLOW_BATCHES, SLOW_TRIGGER],
    ]) {
      const processingTime = { processingTime: trigger };
      const atLeast = batches + WARM_UP;
      const python = await stream()
        .trigger(processingTime)
        .foreachBatchPython(PYTHON, "count")
        .start();
      const theirs = median(await sinkMs(python, atLeast));
      const mine = median(
        await sinkMs(
          await stream().trigger(processingTime).foreachBatch(callback).start(),
          atLeast,
        ),
      );
      console.log(
        `foreachBatch ${what}: ${mine - theirs} ms more for a TypeScript callback (median of ${batches} batches: TypeScript ${mine} ms, Python ${theirs} ms)`,
      );
    }
    await spark.stop();
  } finally {
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
