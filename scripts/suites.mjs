/** Runs test suites, and counts passed, failed and skipped tests in their reports. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, runCommand } from "./bootstrap.mjs";

const reports = join(root, "build", "reports");

/** Options for a Java that runs tests, as in test/support/quick-java.ts. */
export const QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m";

/** The counts of a suite without a readable report. It has failed, whatever its exit code. */
function broken(why) {
  return { passed: 0, failed: 1, skipped: 0, why };
}

/** Counts from vitest's JSON report. */
export function countVitest(text, exitCode) {
  const report = JSON.parse(text);
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  // Count a file that could not be loaded as one failed test.
  for (const file of report.testResults) {
    const fails = file.assertionResults.some((test) => test.status === "failed");
    if (file.status === "failed" && !fails) counts.failed++;
  }
  return agree(counts, exitCode, "vitest");
}

/** Counts from pytest's JUnit report. */
export function countPytest(text, exitCode) {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? "";
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? Number.NaN);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return agree({ passed: count("tests") - failed - skipped, failed, skipped }, exitCode, "pytest");
}

/** Counts an error outside of tests, which only the exit code shows, as one failed test. */
function agree(counts, exitCode, runner) {
  if (Object.values(counts).some(Number.isNaN))
    return broken(`${runner} left an unreadable report`);
  if (exitCode === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, why: `${runner} ended with exit code ${exitCode}` };
}

/** Runs a project of vitest.config.ts, for {@link runSuite}. With `onLine`, that receives the output. */
export function vitest(project, args = [], { env, node = process.execPath, onLine } = {}) {
  return (report) =>
    runCommand(
      node,
      [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        `--project=${project}`,
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${report}`,
        ...args,
      ],
      { env, onLine },
    );
}

/** Runs a suite, which writes its report to a given path, and counts its tests. */
export async function runSuite(name, run, count) {
  mkdirSync(reports, { recursive: true });
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

/**
 * Runs a project of vitest.config.ts that writes figures to the path in an environment variable.
 * Prints the figures, and returns the counts.
 */
export async function suiteWithFigures(project, variable) {
  const figures = join(reports, `${project}-figures.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(figures, { force: true });
  const env = { ...process.env, [variable]: figures };
  const counts = await runSuite(`${project}.json`, vitest(project, [], { env }), countVitest);
  console.log("");
  if (existsSync(figures)) {
    const seen = JSON.parse(readFileSync(figures, "utf8"));
    for (const [name, value] of Object.entries(seen)) console.log(`${name}: ${value}`);
  }
  return counts;
}

/** Runs {@link suiteWithFigures}, and prints the summary. Returns the exit code. */
export async function runWithFigures(project, variable) {
  const counts = await suiteWithFigures(project, variable);
  if (counts.why !== undefined) console.log(counts.why);
  console.log(summary(counts));
  return counts.failed === 0 ? 0 : 1;
}

/** The text of the summary. */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Prints each suite's counts and the summary of all suites. Returns the exit code. */
export function closeWith(suites) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  console.log("");
  for (const [name, counts] of Object.entries(suites)) {
    const why = counts.why === undefined ? "" : ` (${counts.why})`;
    console.log(`${name}: ${summary(counts)}, ${counts.seconds} s${why}`);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (total.passed + total.failed === 0) {
    console.log("no tests were run");
    total.failed = 1;
  }
  console.log(summary(total));
  return total.failed === 0 ? 0 : 1;
}
