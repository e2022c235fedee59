/**
 * `npm run check`: types, lint, format, dead code, structure, the API reference, the package, the lockfile,
 * and the Python parts' types, lint and format. Every check runs, whatever the others say.
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
    types: node("tsc", "--noEmit"),
    "types of the examples": node("tsc", "--noEmit", "-p", "examples/tsconfig.json"),
    "types of the function types": node("tsc", "--noEmit", "-p", "test/integration/typed"),
    lint: node("eslint", "--max-warnings=0", "."),
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
  let passed = 0;
  let failed = 0;
  for (const [name, [command, args]] of Object.entries(checks)) {
    const startedAt = performance.now();
    const exitCode = await runCommand(command, args);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${exitCode === 0 ? "ok    " : "FAILED"} ${name}, ${seconds} s`);
    if (exitCode === 0) passed++;
    else failed++;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
