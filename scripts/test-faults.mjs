/**
 * `npm run test:faults`: streams into Delta through a TypeScript callback and through the plain sink
 * while clients, servers, links and callbacks fail inside batches; each row must be there once.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { countVitest, runSuite, summary, vitest } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  const figures = join(root, "build", "reports", "faults-figures.json");
  mkdirSync(dirname(figures), { recursive: true });
  rmSync(figures, { force: true });
  const env = { ...process.env, SPARKTIDE_FAULTS_FIGURES: figures };
  const counts = await runSuite("faults.json", vitest("faults", [], env), countVitest);
  console.log("");
  if (existsSync(figures)) {
    const seen = JSON.parse(readFileSync(figures, "utf8"));
    for (const [name, value] of Object.entries(seen)) console.log(`${name}: ${value}`);
  }
  if (counts.why !== undefined) console.log(counts.why);
  console.log(summary(counts));
  return counts.failed === 0 ? 0 : 1;
});
