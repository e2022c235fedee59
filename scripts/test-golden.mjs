/**
 * `npm run test:golden [filter]`: runs the statements of Spark's own SQL tests through the client, on a
 * Spark without Delta, and compares schemas, values and error conditions with Spark's golden files. The
 * first run downloads the files (53 MB). The filter is a regular expression for file names, such as `^postgreSQL/`.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { runWithFigures } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  const [filter] = process.argv.slice(2);
  if (filter !== undefined) process.env.SPARKTIDE_GOLDEN_FILTER = filter;
  return runWithFigures("golden", "SPARKTIDE_GOLDEN_FIGURES");
});
