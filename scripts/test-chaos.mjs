/**
 * `npm run test:chaos`: 200 queries of known content on a real Spark, through a TCP proxy that cuts,
 * stalls, half-opens and slows the connections. SPARKTIDE_CHAOS_SEED repeats a run's faults: the same
 * ones at the same bytes of the nth connection.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { runWithFigures } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  return runWithFigures("chaos", "SPARKTIDE_CHAOS_FIGURES");
});
