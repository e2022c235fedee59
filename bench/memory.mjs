/** Measures the memory for iterating over many rows, without pauses and with a consumer that pauses. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROWS = 10_000_000;
const SIDE = fileURLToPath(new URL("iterate-rows.mjs", import.meta.url));
const MIB = 1024 * 1024;

export async function benchMemory(url) {
  for (const [what, pauseMs] of [
    ["as fast as it can", 0],
    ["with a pause of 20 ms after each 20 000 rows", 20],
  ]) {
    // Pass the token in the environment, because everyone can read command lines.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [SIDE, String(ROWS), String(pauseMs)],
      { env: { ...process.env, SPARK_REMOTE: url } },
    );
    const { ms, addedBytes, peakBytes } = JSON.parse(stdout);
    console.log(
      `10 000 000 rows × 6 columns iterated ${what}: ${(addedBytes / MIB).toFixed(0)} MiB more than before, peak ${(peakBytes / MIB).toFixed(0)} MiB, ${(ms / 1000).toFixed(1)} s`,
    );
  }
}
