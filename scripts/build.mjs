/**
 * `npm run build`: generates the protocol code, compiles, bundles what is published into dist/ and packs the
 * Python parts beside it. build/modules/ keeps the compiled modules one by one, for our own scripts.
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
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
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

/**
 * Joins the modules into few files: Node needs longer to find and open a file than to run it. Each entry of
 * package.json stays a file of its own name; what several of them need is in chunks/.
 */
async function bundle(modules, dist) {
  const { exports, bin } = require(join(root, "package.json"));
  const entries = [...Object.values(exports), ...Object.values(bin)]
    .map((path) => /^(?:\.\/)?dist\/(.*)\.js$/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  const graph = await rolldown({
    cwd: modules,
    input: Object.fromEntries(entries.map((name) => [name, join(modules, `${name}.js`)])),
    platform: "node",
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    onLog(_level, log) {
      throw new Error(`bundling: ${log.message}`);
    },
  });
  await graph.write({
    dir: dist,
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    // Two classes of one name, in one file, would else be told apart by their names.
    keepNames: true,
  });
  await graph.close();
}

/** Packs a Python package folder, so that the client can deploy it without Python on its side. */
async function packPython(modules, dist) {
  const { zipFolder } = await import(pathToFileURL(join(modules, "sources/zip.js")).href);
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
// Made beside the old ones and then put in their place: what runs from dist/ goes on meanwhile.
const next = join(root, "build", "next");
const [modules, dist] = [join(next, "modules"), join(next, "dist")];
rmSync(next, { recursive: true, force: true });
const folders = ["--outDir", modules, "--declarationDir", dist];
run("client compiled", tsc, ["-p", "tsconfig.build.json", ...folders]);
await bundle(modules, dist);
await packPython(modules, dist);
finishCli(dist);
for (const [made, place] of [
  [modules, join(root, "build", "modules")],
  [dist, join(root, "dist")],
]) {
  rmSync(place, { recursive: true, force: true });
  renameSync(made, place);
}
rmSync(next, { recursive: true });
run("examples compiled", tsc, ["-p", "examples/tsconfig.json"]);
console.log(`build: done (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
