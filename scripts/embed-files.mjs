/**
 * Writes the package's other files as modules into src/gen/files/. The code imports them, so it
 * finds them everywhere: in dist/, in a test that runs src/, and in a user's bundle without
 * node_modules.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { monitorPage, PAGE_COMMENT, writeModule } from "./build-page.mjs";
import { sourceOptions } from "./source-options.mjs";

/** Certificates in docker/ca/ belong to the user, not to the package. */
const NOT_PACKAGED = /^ca\/.*\.crt$/;

/** Loads zipFolder of src/sources/zip.ts, so that the archives equal those that the client makes of a folder. */
export async function loadZipFolder(root) {
  const folder = mkdtempSync(join(tmpdir(), "sparktide-build-"));
  try {
    const graph = await rolldown({ input: join(root, "src/sources/zip.ts"), platform: "node" });
    await graph.write({ dir: folder, entryFileNames: "zip.mjs" });
    await graph.close();
    return (await import(pathToFileURL(join(folder, "zip.mjs")).href)).zipFolder;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of docker/: their paths, texts and modes. */
function dockerFiles(root) {
  const docker = join(root, "docker");
  return readdirSync(docker, { recursive: true })
    .map((name) => join(docker, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ name: relative(docker, path).split(sep).join("/"), path }))
    .filter(({ name }) => !NOT_PACKAGED.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, path }) => ({
      name,
      text: readFileSync(path, "utf8"),
      mode: statSync(path).mode & 0o111 ? 0o755 : 0o644,
    }));
}

/**
 * The program that runs beside Spark's Python workers, in one file, as base64 of its gzip. Spark's workers have no
 * node_modules, so it includes apache-arrow.
 */
async function clusterWorker(root) {
  const graph = await rolldown({
    input: join(root, "src/cluster/worker/program.ts"),
    platform: "node",
    external: /^node:/,
  });
  const { output } = await graph.generate({ format: "es", minify: true, keepNames: true });
  await graph.close();
  const [{ code }] = output;
  return gzipSync(code, { level: 9 }).toString("base64");
}

/** @param zipFolder packs a folder; see {@link loadZipFolder} */
export async function embedFiles(root, zipFolder) {
  const sources = await zipFolder(join(root, "python-udsource/src/sparktide_sources"));
  const texts = {
    "sources-zip": [
      "A zip with the Python package of the sources, as base64.",
      sources.toString("base64"),
    ],
    "watch-owner": [
      "The Python program that watches a process.",
      readFileSync(join(root, "src/local/watch_owner.py"), "utf8"),
    ],
    "cluster-worker": [
      "The program beside Spark's Python workers: base64 of its gzip.",
      await clusterWorker(root),
    ],
    "javascript-bridge": [
      "The Python module that exchanges frames with Node.js.",
      readFileSync(join(root, "src/javascript/bridge/bridge.py"), "utf8"),
    ],
    "javascript-locate": [
      "The Python module that finds Node.js on a worker.",
      readFileSync(join(root, "src/javascript/bridge/locate.py"), "utf8"),
    ],
    "source-secrets": [
      "The Python module that resolves references to secrets.",
      readFileSync(
        join(root, "python-udsource/src/sparktide_sources/_credentials/secrets.py"),
        "utf8",
      ),
    ],
    docker: ["The files of docker/, as JSON.", JSON.stringify(dockerFiles(root))],
    "monitor-page": [PAGE_COMMENT, await monitorPage(root)],
    "source-options": ["The options of the sources, as JSON.", JSON.stringify(sourceOptions(root))],
  };
  const out = join(root, "src/gen/files");
  rmSync(out, { recursive: true, force: true });
  for (const [name, [comment, text]] of Object.entries(texts))
    writeModule(out, name, comment, "embed-files.mjs", text);
}
