/**
 * `npm run build`: generates the protocol code, compiles, and packs the Python parts into dist/.
 * Needs Node and the npm packages alone.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sourceOptions } from "./source-options.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

function binary(packageName, name) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const bin = require(manifest).bin;
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[name]);
}

function run(label, script, args) {
  const startedAt = performance.now();
  // buf looks its plugin up on PATH.
  const PATH = `${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`;
  const { status, signal } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH },
  });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) {
    console.error(`build: ${label} failed`);
    process.exit(status ?? 1);
  }
  console.log(`build: ${label} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}

/** Packs a Python package folder, so that the client can deploy it without Python on its side. */
async function packPython(dist) {
  const { zipFolder } = await import(pathToFileURL(join(dist, "sources/zip.js")).href);
  const out = join(dist, "python");
  mkdirSync(out, { recursive: true });
  for (const name of ["sparktide_sources", "sparktide_replay"]) {
    const folder = join(root, "python-udsource/src", name);
    if (existsSync(folder)) writeFileSync(join(out, `${name}.zip`), await zipFolder(folder));
  }
  copyFileSync(join(root, "src/local/watch_owner.py"), join(out, "watch_owner.py"));
}

/** Makes the command line a program, and gives it what it says of the sources' options. */
function finishCli(dist) {
  chmodSync(join(dist, "cli/main.js"), 0o755);
  writeFileSync(join(dist, "cli/source-options.json"), `${JSON.stringify(sourceOptions(root))}\n`);
}

const tsc = binary("typescript", "tsc");
const startedAt = performance.now();
run("protocol code generated", binary("@bufbuild/buf", "buf"), ["generate"]);
// Made beside the old one and then put in its place: what runs from dist/ goes on meanwhile.
const next = join(root, "build", "dist");
rmSync(next, { recursive: true, force: true });
run("client compiled", tsc, ["-p", "tsconfig.build.json", "--outDir", next]);
await packPython(next);
finishCli(next);
rmSync(join(root, "dist"), { recursive: true, force: true });
renameSync(next, join(root, "dist"));
run("examples compiled", tsc, ["-p", "examples/tsconfig.json"]);
console.log(`build: done (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
