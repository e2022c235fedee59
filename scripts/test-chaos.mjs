/**
 * `npm run test:chaos`: runs 200 queries with known results on a real Spark, through a TCP proxy that cuts,
 * stalls, half-opens and slows connections. SPARKTIDE_CHAOS_SEED repeats the faults of a run, at the same
 * bytes of the same connections.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { runWithFigures } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  return runWithFigures("chaos", "SPARKTIDE_CHAOS_FIGURES");
});
