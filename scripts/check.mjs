/**
 * `npm run check`: types, lint, format, dead code, structure, the API reference, the package, the lockfile,
 * and the Python parts' types, lint and format. Every check runs, whatever the others say. Two run at a time.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bootstrap, pythonTools, root, runCommand, runScript } from "./bootstrap.mjs";

/** Each program's script inside node_modules. */
const programs = {
  tsc: "typescript/bin/tsc",
  eslint: "eslint/bin/eslint.js",
  prettier: "prettier/bin/prettier.cjs",
  knip: "knip/bin/knip.js",
  pyright: "pyright/index.js",
  typedoc: "typedoc/bin/typedoc",
};

function node(program, ...args) {
  return [process.execPath, [join(root, "node_modules", programs[program]), ...args]];
}

const LANES = 2;

/** Applies `work` to each item, to at most LANES items at a time. Returns the results in the items' order. */
async function inLanes(items, work) {
  const results = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

await runScript(async () => {
  const prepared = await bootstrap({ python: true });
  const ruff = join(await pythonTools(prepared), "bin", "ruff");
  // Scripts beside the client. They are not part of the Python package, but follow similar rules.
  const ours = ["src/local", "src/javascript", "scripts", "bench", "test/integration"].filter(
    (folder) => existsSync(join(root, folder)),
  );
  const rules = ["--line-length=100", "--target-version=py310", "--no-cache"];
  const sparkPython = ["--pythonpath", prepared.pythonPath];
  const checks = {
    // The longest check starts first, so that the others run beside it.
    lint: node("eslint", "--max-warnings=0", "."),
    types: node("tsc", "--noEmit"),
    "types of the examples": node("tsc", "--noEmit", "-p", "examples/tsconfig.json"),
    "types of the monitor's page": node("tsc", "--noEmit", "-p", "src/monitor/page"),
    "types of the function types": node("tsc", "--noEmit", "-p", "test/integration/typed"),
    format: node("prettier", "--check", "--log-level=warn", "."),
    "dead code": node("knip"),
    structure: [process.execPath, [join(root, "scripts/structure.mjs")]],
    // Written nowhere: `npm run docs` does that.
    "API reference": node("typedoc", "--emit", "none", "--logLevel", "Warn"),
    package: [process.execPath, [join(root, "scripts/check-package.mjs")]],
    lockfile: [process.execPath, [join(root, "scripts/check-lockfile.mjs")]],
    // Only the embedded Spark's environment has PySpark.
    "Python types": node("pyright", "--warnings", "-p", "python-udsource", ...sparkPython),
    "Python lint": [ruff, ["check", "--no-cache", "python-udsource"]],
    "Python format": [ruff, ["format", "--check", "--no-cache", "python-udsource"]],
    "Python lint of the scripts": [ruff, ["check", ...rules, "--select=E,F,I,UP,B,RUF", ...ours]],
    "Python format of the scripts": [ruff, ["format", "--check", ...rules, ...ours]],
  };
  const outcomes = await inLanes(Object.entries(checks), async ([name, [command, args]]) => {
    const startedAt = performance.now();
    const lines = [];
    const exitCode = await runCommand(command, args, { onLine: (line) => lines.push(line) });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    lines.push(`${exitCode === 0 ? "ok    " : "FAILED"} ${name}, ${seconds} s`);
    console.log(lines.join("\n"));
    return exitCode === 0;
  });
  const failed = outcomes.filter((passed) => !passed).length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
