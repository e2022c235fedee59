/**
 * `npm run test:chaos`: 200 queries of known content on a real Spark, through a TCP proxy that cuts,
 * stalls, half-opens and slows the connections. SPARKTIDE_CHAOS_SEED repeats a run's faults: the same
 * ones at the same bytes of the nth connection.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { countVitest, runSuite, summary, vitest } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  const figures = join(root, "build", "reports", "chaos-figures.json");
  mkdirSync(dirname(figures), { recursive: true });
  rmSync(figures, { force: true });
  const env = { ...process.env, SPARKTIDE_CHAOS_FIGURES: figures };
  const counts = await runSuite("chaos.json", vitest("chaos", [], env), countVitest);
  console.log("");
  if (existsSync(figures)) {
    const seen = JSON.parse(readFileSync(figures, "utf8"));
    for (const [name, value] of Object.entries(seen)) console.log(`${name}: ${value}`);
  }
  if (counts.why !== undefined) console.log(counts.why);
  console.log(summary(counts));
  return counts.failed === 0 ? 0 : 1;
});
