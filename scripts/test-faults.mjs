/**
 * `npm run test:faults`: streams into Delta through a TypeScript callback and through the plain sink
 * while clients, servers, links and callbacks fail inside batches; each row must be there once.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { runWithFigures } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  return runWithFigures("faults", "SPARKTIDE_FAULTS_FIGURES");
});
