/**
 * `npm test [-- filter]`: sets everything up, runs the TypeScript unit tests, the tests of the package and
 * the docs, the integration tests on a real Spark and the Python tests, and adds them up. With a filter,
 * only test files whose path contains it and Python tests whose name matches it.
 */
import { bootstrap, pythonTools, runScript } from "./bootstrap.mjs";
import { pytest } from "./python-tests.mjs";
import { closeWith, countPytest, countVitest, runSuite, vitest } from "./suites.mjs";

async function main() {
  const prepared = await bootstrap({ python: true });
  const tools = await pythonTools(prepared);
  const filter = process.argv.slice(2);

  const matching = filter.length > 0 ? ["--passWithNoTests", ...filter] : [];
  const python = async (report) => {
    const chosen = filter.length > 0 ? ["-k", filter.join(" or ")] : [];
    const exitCode = await pytest(prepared, tools, chosen)(report);
    // 5 means that pytest found no tests, which is normal with a filter.
    return exitCode === 5 && filter.length > 0 ? 0 : exitCode;
  };

  const suites = {
    unit: await runSuite("unit.json", vitest("unit", matching), countVitest),
    package: await runSuite("package-tests.json", vitest("package", matching), countVitest),
    integration: await runSuite("integration.json", vitest("integration", matching), countVitest),
    python: await runSuite("python.xml", python, countPytest),
  };
  const { integration } = suites;
  if (filter.length === 0 && integration.passed + integration.failed === 0) {
    suites.integration = { ...integration, failed: 1, why: "no integration test was executed" };
  }
  return closeWith(suites);
}

await runScript(main);
