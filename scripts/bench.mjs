/**
 * `npm run bench`: installs everything, then measures and prints ratios of this run on this
 * machine. `npm run bench start`, `import`, `client`, `foreachBatch`, `rest`, `cluster` or `types` measures only that
 * part; `types` needs no Spark. Do not compare figures of different runs, or of a busy machine.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";

await runScript(async () => {
  const wanted = process.argv.slice(2);
  const python = wanted.length === 0 || wanted.some((name) => name !== "types");
  const prepared = await bootstrap({ python });
  const { benchStart } = await import("../bench/start.mjs");
  const { benchImport } = await import("../bench/import.mjs");
  const { benchClient } = await import("../bench/client.mjs");
  const { benchForeachBatch } = await import("../bench/foreach-batch.mjs");
  const { benchRest } = await import("../bench/rest.mjs");
  const { benchCluster } = await import("../bench/cluster.mjs");
  const { benchTypes } = await import("../bench/types.mjs");
  const benches = {
    start: benchStart,
    import: benchImport,
    client: benchClient,
    foreachBatch: benchForeachBatch,
    rest: benchRest,
    cluster: benchCluster,
    types: benchTypes,
  };
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length === 0 || wanted.includes(name)) await bench(prepared);
  }
});
