/**
 * `npm run test:matrix [text…]`: runs the integration tests and the sources' PySpark tests on every Spark,
 * and the most important integration tests on every Java and Node. Then it writes docs/compatibility.md. With texts
 * ("all tests", "from PySpark", "· Java 25", "Node 26 ·") it runs only cells with one of them in the name; the other
 * cells keep their results in build/reports/matrix.json.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, root, runScript } from "./bootstrap.mjs";
import { matrixCells } from "./matrix-cells.mjs";
import { closeWith, runSuite, summary } from "./suites.mjs";

const KNOWN = join(root, "build", "reports", "matrix.json");
const PAGE = join(root, "docs", "compatibility.md");

const TITLES = {
  spark: ["Spark", "Every integration test, on the newest release of each line."],
  pyspark: [
    "The sources from PySpark",
    "The Python tests on a real Spark: restarts, task retries, time zones, idle polls, secrets.",
  ],
  java: ["Java", "The core of the tests (SQL, sessions, sources, streaming) on each Java."],
  node: [
    "Node",
    "The same core, and functions and sources in TypeScript, on each Node: it starts the embedded Spark, and the workers use\n" +
      "it too. The last column is the package in the environments around Node.",
  ],
};

/** The texts of the page about the environments, which are columns of the table of Node. */
const TYPESCRIPT = [
  "The environments are TypeScript's settings, bundlers, Jest, vitest, Next, Bun and Deno.",
  "[Their page](guides/environments.md) lists them with their versions.",
  "",
  "## TypeScript",
  "",
  "`npm run test:environments` compiles a program that uses the packed package with TypeScript 5.4, 5.5,",
  "5.6, 5.7, 5.8, 5.9, 6.0 and 7.0: with `strict`, with the modules `nodenext`, `node16`, `node18` and `esnext` (for",
  "bundlers), as ES module and as CommonJS, and with `skipLibCheck: false`.",
  "",
  "Before TypeScript 5.7, `skipLibCheck: false` reports errors in the declarations of two dependencies,",
  "`@bufbuild/protobuf` and `flatbuffers`. Set `skipLibCheck: true` there.",
];

function nameOf({ row, column }) {
  return `${row} · ${column}`;
}

async function runCell(cell) {
  const { run, count } = await cell.prepare();
  return runSuite("matrix-cell", run, count);
}

/** The text of a cell in the table. */
function shown(cell, known) {
  if (cell.notApplicable !== undefined) return "n/a";
  if (cell.within !== undefined) return known[nameOf(cell.within)] ? "in all tests" : "not run";
  const counts = known[nameOf(cell)];
  return counts === undefined ? "not run" : summary(counts);
}

function page(cells, known) {
  const lines = [
    "# Compatibility",
    "",
    "`npm run test:matrix` writes this page from real runs. Tests are skipped if a Spark lacks a feature: Delta Lake",
    "has no release for Spark 4.3 yet, and older Sparks lack newer features. Other tests check the errors that name",
    "a missing feature.",
  ];
  for (const [group, [title, text]] of Object.entries(TITLES)) {
    const own = cells.filter((cell) => cell.group === group);
    const columns = [...new Set(own.map(({ column }) => column))];
    lines.push("", `## ${title}`, "", text, "");
    lines.push(`| | ${columns.join(" | ")} |`, `| --- |${" --- |".repeat(columns.length)}`);
    for (const row of new Set(own.map((cell) => cell.row))) {
      const texts = columns.map((column) => {
        const cell = own.find((one) => one.row === row && one.column === column);
        return shown(cell, known);
      });
      lines.push(`| ${row} | ${texts.join(" | ")} |`);
    }
    const reasons = own.filter((cell) => cell.notApplicable !== undefined);
    for (const cell of reasons) {
      lines.push("", `n/a, ${cell.row} on ${cell.column}: ${cell.notApplicable}.`);
    }
  }
  lines.push("", ...TYPESCRIPT);
  return `${lines.join("\n")}\n`;
}

async function writePage(cells, known) {
  // A dynamic import, because a fresh clone has no packages yet when this file loads.
  const { format, resolveConfig } = await import("prettier");
  const style = await resolveConfig(PAGE);
  writeFileSync(PAGE, await format(page(cells, known), { ...style, parser: "markdown" }));
}

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const cells = await matrixCells(prepared);
  const wanted = process.argv.slice(2);
  const known = existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, "utf8")) : {};
  const suites = {};
  for (const cell of cells) {
    const name = nameOf(cell);
    if (cell.notApplicable !== undefined) {
      console.log(`${name}: n/a, ${cell.notApplicable}`);
      continue;
    }
    if (cell.within !== undefined) {
      console.log(`${name}: its tests are in ${nameOf(cell.within)}`);
      continue;
    }
    if (wanted.length > 0 && !wanted.some((text) => name.includes(text))) continue;
    console.log(`\n=== ${name}`);
    const counts = await runCell(cell);
    known[name] = { passed: counts.passed, failed: counts.failed, skipped: counts.skipped };
    suites[name] = counts;
    // Save after each cell, so that an interrupted run keeps its results.
    mkdirSync(join(root, "build", "reports"), { recursive: true });
    writeFileSync(KNOWN, JSON.stringify(known, null, 2));
    await writePage(cells, known);
  }
  return closeWith(suites);
});
