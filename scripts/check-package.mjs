/**
 * `node scripts/check-package.mjs`: packs the built package and runs publint and attw on the tarball. They check
 * that it contains the files in package.json, and that every way to import it finds the types.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program and returns its standard output. Prints its output only if it fails. */
function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    console.error(`${args[0]} ended with exit code ${status}:\n${stderr}${stdout}`);
    process.exitCode = 1;
  }
  return stdout;
}

/** Packs the package and returns the tarball's path. */
function pack(folder) {
  // Under `npm run`, use the npm that runs this script, else the one on PATH.
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith("js") ? [process.execPath, [script]] : ["npm", []];
  const args = ["pack", "--json", "--ignore-scripts", "--loglevel=error"];
  const [{ filename, size, unpackedSize, entryCount }] = JSON.parse(
    run(command, [...first, ...args, "--pack-destination", folder]),
  );
  const kB = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  console.log(`${filename}: ${kB(size)}, ${entryCount} files of ${kB(unpackedSize)}`);
  return join(folder, filename);
}

function look(script, ...args) {
  run(process.execPath, [join(root, "node_modules", script), ...args]);
}

mkdirSync(join(root, "build"), { recursive: true });
const folder = mkdtempSync(join(root, "build", "package-"));
try {
  const tarball = pack(folder);
  look("publint/src/cli.js", "--strict", tarball);
  look("@arethetypeswrong/cli/dist/index.js", "--profile=node16", "--no-emoji", tarball);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
