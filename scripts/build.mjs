/**
 * `npm run build`: generates the protocol code and the modules that contain other files, compiles, and bundles
 * the published package into dist/, as ES modules and as CommonJS. build/modules/ has the single compiled modules, for
 * our own scripts. Needs only Node and the npm packages.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { buildTypes } from "./build-types.mjs";
import { embedFiles, loadZipFolder } from "./embed-files.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

function binary(packageName, name) {
  const manifest = require.resolve(`${packageName}/package.json`);
  const bin = require(manifest).bin;
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[name]);
}

function run(label, script, args) {
  const startedAt = performance.now();
  // buf finds its plugin on PATH.
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

/** The entry points of dist/ in package.json. */
const entries = (({ exports, bin }) => ({
  library: Object.values(exports).flatMap(
    ({ require }) => /^\.\/dist\/(.*)\.cjs$/.exec(require?.default)?.[1] ?? [],
  ),
  programs: Object.values(bin).map((path) => /^dist\/(.*)\.js$/.exec(path)[1]),
}))(require(join(root, "package.json")));

/** Large texts. Both builds load them from dist/files/NAME.cjs. */
const SHARED_FILES = [
  "sources-zip",
  "docker",
  "cluster-worker",
  "javascript-bridge",
  "monitor-page",
];

const GRPC = "@grpc/grpc-js";

/** Development dependencies that the bundles contain, with the file to take. yaml's own choice for Node is CommonJS. */
const CONTAINED = {
  yaml: join(dirname(require.resolve("yaml/package.json")), "browser/dist/index.js"),
};

/** Loads acorn and eslint-scope at the first use. */
const PARSER = "javascript/capture/parser.cjs";

/**
 * Keeps the shared files out of the bundles, and loads grpc-js and the parser through two of them. Puts the contained
 * packages into the bundles.
 */
const sharedFiles = {
  name: "shared-files",
  resolveId(source) {
    if (source in CONTAINED) return CONTAINED[source];
    const name =
      source === GRPC
        ? "grpc"
        : source.endsWith("/parser.cjs")
          ? "parser"
          : SHARED_FILES.find((file) => source.endsWith(`/gen/files/${file}.js`));
    return name && { id: `#files/${name}.cjs`, external: true };
  },
};

async function writeSharedFiles(modules, dist) {
  mkdirSync(join(dist, "files"), { recursive: true });
  copyFileSync(join(root, "src/transport/grpc.cjs"), join(dist, "files/grpc.cjs"));
  copyFileSync(join(root, "src", PARSER), join(dist, "files/parser.cjs"));
  for (const name of SHARED_FILES) {
    const { default: text } = await import(
      pathToFileURL(join(modules, `gen/files/${name}.js`)).href
    );
    writeFileSync(
      join(dist, "files", `${name}.cjs`),
      `module.exports = ${JSON.stringify(text)};\n`,
    );
  }
}

/** The CommonJS build is minified, because nobody debugs it. import() would fail in Jest. */
const COMMONJS = { dynamicImportInCjs: false, minify: { compress: false, mangle: true } };

/**
 * Loads the compiler's source maps, so that the bundles' maps refer to the TypeScript. `sideEffects` of package.json is
 * about dist/. The modules behind it, such as connect.js, do something when they load, so keep them.
 */
const compilerMaps = {
  name: "compiler-maps",
  load(id) {
    // The map would contain the whole source of the package.
    if (id.startsWith(dirname(CONTAINED.yaml)))
      return { code: readFileSync(id, "utf8"), map: { mappings: "" } };
    const map = `${id}.map`;
    if (!existsSync(map)) return undefined;
    const code = readFileSync(id, "utf8");
    return { code, map: readFileSync(map, "utf8"), moduleSideEffects: true };
  },
};

/**
 * Bundles the modules into few files, because Node needs longer to find and open a file than to run it. Each
 * entry of package.json keeps its file name; shared code is in chunks/. CommonJS is for tools
 * that cannot require() an ES module, such as Jest (docs/adr/0007-commonjs-beside-modules.md).
 */
async function bundle(modules, dist) {
  for (const [format, names] of [
    ["es", [...entries.library, ...entries.programs]],
    ["cjs", entries.library],
  ]) {
    const extension = format === "es" ? "js" : "cjs";
    const graph = await rolldown({
      cwd: modules,
      input: Object.fromEntries(names.map((name) => [name, join(modules, `${name}.js`)])),
      platform: "node",
      // The plugin below replaces grpc-js, and finds the contained packages.
      external: (id) => id !== GRPC && !(id in CONTAINED) && !id.startsWith(".") && !isAbsolute(id),
      plugins: [sharedFiles, compilerMaps],
      onLog(_level, log) {
        throw new Error(`bundling: ${log.message}`);
      },
    });
    await graph.write({
      dir: dist,
      format,
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `chunks/[name].${extension}`,
      // The modules that load these files are in chunks/.
      paths: (id) => id.replace(/^#files\//, "../files/"),
      // dist/ is written in build/next/ and then moved.
      sourcemapPathTransform: (path, map) =>
        relative(
          dirname(join(root, "dist", relative(dist, map))),
          resolve(dirname(map), path),
        ).replaceAll(sep, "/"),
      // Otherwise the bundler would rename one of two classes with the same name in a file.
      keepNames: true,
      // Declarations have the comments. Bundlers read the ones inside import().
      comments: { legal: false, jsdoc: false, annotation: true },
      ...(format === "es" ? { sourcemap: true } : COMMONJS),
    });
    await graph.close();
  }
  await writeSharedFiles(modules, dist);
}

/** Packs the replay API for the demo and the tests, in the same way as the sources. */
async function packReplay(zipFolder, dist) {
  const out = join(dist, "python");
  mkdirSync(out, { recursive: true });
  const zip = await zipFolder(join(root, "python-udsource/src/sparktide_replay"));
  writeFileSync(join(out, "sparktide_replay.zip"), zip);
}

/**
 * Writes the types of each entry, for ES modules and for CommonJS. The declarations count as CommonJS, which both
 * may import, so that each class has only one declaration.
 */
function writeEntryTypes(dist) {
  const types = join(dist, "types");
  writeFileSync(join(types, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  for (const name of entries.library) {
    const path = relative(dirname(join(dist, name)), join(types, name))
      .split(sep)
      .join("/");
    for (const extension of ["d.ts", "d.cts"])
      writeFileSync(join(dist, `${name}.${extension}`), `export * from "./${path}.js";\n`);
  }
}

const tsc = binary("typescript", "tsc");
const startedAt = performance.now();
run("protocol code generated", binary("@bufbuild/buf", "buf"), ["generate"]);
// Build in another folder and then replace the old one, so that programs can run from dist/ during the build.
const next = join(root, "build", "next");
const [modules, dist] = [join(next, "modules"), join(next, "dist")];
rmSync(next, { recursive: true, force: true });
const zipFolder = await loadZipFolder(root);
await embedFiles(root, zipFolder);
const declarations = join(next, "declarations");
const folders = ["--outDir", modules, "--declarationDir", declarations];
run("client compiled", tsc, ["-p", "tsconfig.build.json", "--sourceMap", ...folders]);
// The compiler copies no CommonJS files.
copyFileSync(join(root, "src", PARSER), join(modules, PARSER));
await bundle(modules, dist);
await buildTypes(declarations, join(dist, "types"), entries.library);
writeEntryTypes(dist);
await packReplay(zipFolder, dist);
for (const name of entries.programs) chmodSync(join(dist, `${name}.js`), 0o755);
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
