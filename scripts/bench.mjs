/**
 * `npm run bench`: installs everything, then measures and prints ratios of this run on this
 * machine. `npm run bench start`, `import`, `client`, `foreachBatch` or `rest` measures only that part. Do not
 * compare figures of different runs, or of a busy machine.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const { benchStart } = await import("../bench/start.mjs");
  const { benchImport } = await import("../bench/import.mjs");
  const { benchClient } = await import("../bench/client.mjs");
  const { benchForeachBatch } = await import("../bench/foreach-batch.mjs");
  const { benchRest } = await import("../bench/rest.mjs");
  const benches = {
    start: benchStart,
    import: benchImport,
    client: benchClient,
    foreachBatch: benchForeachBatch,
    rest: benchRest,
  };
  const wanted = process.argv.slice(2);
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 || wanted.includes(name)) await bench(prepared);
  }
});
