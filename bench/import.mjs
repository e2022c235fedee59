/** Measures how long `import "sparktide"` takes. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "./figures.mjs";

const ROUNDS = 9;
const ENTRY = new URL("../dist/index.js", import.meta.url);
const PROGRAM = `const startedAt = performance.now(); await import(${JSON.stringify(ENTRY.href)}); console.log(performance.now() - startedAt);`;

export async function benchImport() {
  const msEach = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const args = ["--input-type=module", "--eval", PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    msEach.push(Number(stdout));
  }
  // The first run loads the files into the system's cache, so it does not count.
  msEach.shift();
  console.log(
    `import "sparktide": median ${median(msEach).toFixed(0)} ms (${Math.min(...msEach).toFixed(0)} to ${Math.max(...msEach).toFixed(0)})`,
  );
}
