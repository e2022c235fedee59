/**
 * `npm run test:environments [-- filter]`: installs the packed package beside other runtimes, bundlers, test runners and
 * compilers, and runs the same program in each of them. With a filter, only test files whose path contains it.
 */
import { bootstrap, runScript } from "./bootstrap.mjs";
import { closeWith, countVitest, runSuite, vitest } from "./suites.mjs";

await runScript(async () => {
  await bootstrap({ python: true });
  const run = vitest("environments", process.argv.slice(2));
  return closeWith({ environments: await runSuite("environments.json", run, countVitest) });
});
