/**
 * `node scripts/build-page.mjs`: bundles the monitor's page from src/monitor/page/ into static files, and writes them as
 * the module src/gen/files/monitor-page.ts. `npm run build` does the same. Fails if the page becomes too large.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** All files of the page together, with gzip. */
const MOST_BYTES = 150_000;

/** In this order: later rules win. */
const STYLES = ["colours", "base", "list", "stream", "narrow"];

/** uPlot and preact are under the MIT licence, which asks for this. NOTICE has its text. */
const BANNER = `/*! Contains uPlot (c) Leon Sorokin and preact (c) Jason Miller, MIT licence: see NOTICE of sparktide. */`;

async function script(folder) {
  const graph = await rolldown({
    input: join(folder, "main.tsx"),
    platform: "browser",
    tsconfig: join(folder, "tsconfig.json"),
    onLog(_level, log) {
      throw new Error(`bundling the page: ${log.message}`);
    },
  });
  const { output } = await graph.generate({
    format: "es",
    minify: true,
    comments: false,
    postBanner: BANNER,
  });
  await graph.close();
  if (output.length !== 1) throw new Error(`The page has ${output.length} scripts, expected one.`);
  return output[0].code;
}

/** The style sheets in one, without comments and indentation. */
function styles(folder) {
  const uplot = createRequire(import.meta.url).resolve("uplot/dist/uPlot.min.css");
  const paths = [uplot, ...STYLES.map((name) => join(folder, "styles", `${name}.css`))];
  return paths
    .map((path) => readFileSync(path, "utf8"))
    .join("\n")
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s*\n\s*/g, "\n")
    .trim();
}

/** The files of the page, each as base64 of its gzip, in JSON. Prints their size. */
export async function monitorPage(root) {
  const folder = join(root, "src/monitor/page");
  const texts = {
    "index.html": readFileSync(join(folder, "index.html"), "utf8"),
    "monitor.js": await script(folder),
    "monitor.css": styles(folder),
    "favicon.svg": readFileSync(join(folder, "favicon.svg"), "utf8"),
  };
  const files = Object.entries(texts).map(([name, text]) => [name, gzipSync(text, { level: 9 })]);
  const size = files.reduce((sum, [, gzip]) => sum + gzip.length, 0);
  const parts = files.map(([name, gzip]) => `${name} ${(gzip.length / 1000).toFixed(1)} kB`);
  console.log(`page: ${(size / 1000).toFixed(1)} kB with gzip (${parts.join(", ")})`);
  if (size > MOST_BYTES)
    throw new Error(`The page has ${size} bytes with gzip, the limit is ${MOST_BYTES}.`);
  return JSON.stringify(
    Object.fromEntries(files.map(([name, gzip]) => [name, gzip.toString("base64")])),
  );
}

/** Writes a text as a module of src/gen/files/. */
export function writeModule(folder, name, comment, script, text) {
  mkdirSync(folder, { recursive: true });
  const code = `/** ${comment} Written by scripts/${script}. */\nconst text: string = ${JSON.stringify(text)};\nexport default text;\n`;
  writeFileSync(join(folder, `${name}.ts`), code);
}

export const PAGE_COMMENT = "The files of the monitor's page, as JSON: base64 of their gzip.";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const out = join(root, "src/gen/files");
  writeModule(out, "monitor-page", PAGE_COMMENT, "build-page.mjs", await monitorPage(root));
}
