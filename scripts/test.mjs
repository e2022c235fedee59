/**
 * `npm test [-- filter]`: sets everything up, runs the TypeScript unit tests, the tests of the package and
 * the docs, the tests in a browser and the Python tests, then the integration tests on a real Spark, and adds
 * them up. With a filter, only test files whose path contains it and Python tests whose name matches it.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, pythonTools, root, runScript } from "./bootstrap.mjs";
import { pytest } from "./python-tests.mjs";
import { closeWith, countPytest, countVitest, runSuite, vitest } from "./suites.mjs";

async function main() {
  const prepared = await bootstrap({ python: true });
  const tools = await pythonTools(prepared);
  const filter = process.argv.slice(2);

  const matching = filter.length > 0 ? ["--passWithNoTests", ...filter] : [];
  const output = [];
  const pythonTests =
    (...files) =>
    async (report) => {
      const chosen = filter.length > 0 ? ["-k", filter.join(" or ")] : [];
      const onLine = (line) => output.push(line);
      const exitCode = await pytest(prepared, tools, [...files, ...chosen], onLine)(report);
      // 5 means that pytest found no tests, which is normal with a filter.
      return exitCode === 5 && filter.length > 0 ? 0 : exitCode;
    };
  const onSpark = readdirSync(join(root, "python-udsource/tests"))
    .filter((name) => /^test_spark.*\.py$/.test(name))
    .map((name) => `tests/${name}`);
  // Both lanes take about as long. The integration tests run alone, because streaming queries fail if a Python worker
  // does not start within 10 s.
  const [pythonOnSpark, { unit, packaged, browser, python }] = await Promise.all([
    runSuite("python-spark.xml", pythonTests(...onSpark), countPytest),
    (async () => ({
      unit: await runSuite("unit.json", vitest("unit", matching), countVitest),
      packaged: await runSuite("package-tests.json", vitest("package", matching), countVitest),
      browser: await runSuite("browser.json", vitest("browser", matching), countVitest),
      python: await runSuite(
        "python.xml",
        pythonTests("--ignore-glob=*/test_spark*.py"),
        countPytest,
      ),
    }))(),
  ]);
  console.log(output.join("\n"));

  const suites = {
    unit,
    package: packaged,
    browser,
    python,
    "python on Spark": pythonOnSpark,
    integration: await runSuite("integration.json", vitest("integration", matching), countVitest),
  };
  const { integration } = suites;
  if (filter.length === 0 && integration.passed + integration.failed === 0) {
    suites.integration = { ...integration, failed: 1, why: "no integration test was executed" };
  }
  return closeWith(suites);
}

await runScript(main);
