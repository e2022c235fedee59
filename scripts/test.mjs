/**
 * `npm test [-- filter]`: sets everything up, runs the TypeScript unit tests, the tests of the package and
 * the docs and the Python tests, then the integration tests on a real Spark, and adds them up. With a filter,
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
  const output = [];
  const pythonTests = async (report) => {
    const chosen = filter.length > 0 ? ["-k", filter.join(" or ")] : [];
    const onLine = (line) => output.push(line);
    const exitCode = await pytest(prepared, tools, chosen, onLine)(report);
    // 5 means that pytest found no tests, which is normal with a filter.
    return exitCode === 5 && filter.length > 0 ? 0 : exitCode;
  };
  // The Python tests use one core for most of their time. The integration tests run alone, because streaming queries
  // fail if a Python worker does not start within 10 s.
  const [python, { unit, packaged }] = await Promise.all([
    runSuite("python.xml", pythonTests, countPytest),
    (async () => ({
      unit: await runSuite("unit.json", vitest("unit", matching), countVitest),
      packaged: await runSuite("package-tests.json", vitest("package", matching), countVitest),
    }))(),
  ]);
  console.log(output.join("\n"));

  const suites = {
    unit,
    package: packaged,
    python,
    integration: await runSuite("integration.json", vitest("integration", matching), countVitest),
  };
  const { integration } = suites;
  if (filter.length === 0 && integration.passed + integration.failed === 0) {
    suites.integration = { ...integration, failed: 1, why: "no integration test was executed" };
  }
  return closeWith(suites);
}

await runScript(main);
