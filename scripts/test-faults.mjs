/**
 * `npm run test:faults`: streams into Delta through a TypeScript callback and through Delta's own sink
 * while clients, servers, connections and callbacks fail inside batches, and while two supervisors contend for one state. The
 * tables must have each row once.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { runWithFigures } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  return runWithFigures("faults", "SPARKTIDE_FAULTS_FIGURES");
});
