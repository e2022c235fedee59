import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SparkError, type SparkSession } from "../../index.js";
import { parsed } from "../../javascript/capture/syntax.js";
import { programModule } from "../../javascript/modules/program-module.js";
import type { Pipeline } from "../../pipelines/index.js";
import { shown } from "../../value-kind.js";
import { UsageError } from "../exit-code.js";
import type { LibraryFile } from "./library-files.js";
import { hookModules } from "./module-hooks.js";

/** The default export of a library: adds definitions to the pipeline. */
type Define = (pipeline: Pipeline, spark: SparkSession) => unknown;

/** A library that is ready to add its definitions. */
export interface LibraryModule {
  readonly file: LibraryFile;
  readonly define: Define;
}

/**
 * Loads the modules of a pipeline, in order. TypeScript needs a bundler of the user, or a Node that strips types.
 *
 * @throws {UsageError} no bundler is installed, or a module has no function as its default export
 * @throws {SparkError} a module cannot be loaded; the message names the line
 */
export async function loadModules(files: readonly LibraryFile[]): Promise<LibraryModule[]> {
  if (files.length === 0) return [];
  const texts: Record<string, string> = {};
  for (const file of files) {
    const text = await bundledText(file);
    if (text !== undefined) texts[pathToFileURL(file.path).href] = text;
  }
  await hookModules(texts);
  const modules: LibraryModule[] = [];
  for (const file of files) modules.push({ file, define: await loadDefine(file) });
  return modules;
}

/** The text of a TypeScript module. Undefined if Node can load the file itself. */
async function bundledText(file: LibraryFile): Promise<string | undefined> {
  if (!extname(file.path).endsWith("ts")) return undefined;
  let text: string | undefined;
  try {
    text = await programModule(file.path);
  } catch (error) {
    // The bundler's message has the line.
    throw libraryError(file, error, undefined);
  }
  const { typescript } = process.features as { typescript?: string | false };
  if (text === undefined && (typescript ?? false) === false)
    throw new UsageError(
      `The library ${file.shown} is TypeScript, which Node ${process.versions.node} cannot load, and neither rolldown nor esbuild is installed. Run: npm install --save-dev rolldown`,
    );
  return text;
}

async function loadDefine(file: LibraryFile): Promise<Define> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file.path).href)) as { readonly default?: unknown };
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    throw libraryError(file, error, isSyntax ? await syntaxPlace(file) : userPlace(error));
  }
  // A CommonJS module that TypeScript compiled has its default export inside.
  const { default: inner } = (loaded.default ?? {}) as { readonly default?: unknown };
  const define = typeof loaded.default === "function" ? loaded.default : inner;
  if (typeof define === "function") return define as Define;
  throw new UsageError(
    `The library ${file.shown} must export a function as its default, got ${shown(loaded.default)}. Write: export default function (pipeline: Pipeline): void { … }`,
  );
}

/**
 * Calls a library, which adds its definitions.
 *
 * @throws {SparkError} the library failed; the message names the line
 */
export async function defineLibrary(
  { file, define }: LibraryModule,
  pipeline: Pipeline,
  spark: SparkSession,
): Promise<void> {
  try {
    await define(pipeline, spark);
  } catch (error) {
    throw libraryError(file, error, userPlace(error));
  }
}

function libraryError(file: LibraryFile, error: unknown, place: string | undefined): SparkError {
  const message = error instanceof Error ? error.message : shown(error);
  const where = place === undefined || message.includes(place) ? "" : `\nAt ${place}.`;
  const code = error instanceof SparkError ? error.code : "PIPELINE_LIBRARY_FAILED";
  return new SparkError(code, `The library ${file.shown} failed: ${message}${where}`, {
    cause: error,
  });
}

/** Where the text of a JavaScript file is wrong. Node's error does not say it. */
async function syntaxPlace({ path }: LibraryFile): Promise<string | undefined> {
  try {
    parsed(await readFile(path, "utf8"));
    return undefined;
  } catch (error) {
    const { loc } = error as { readonly loc?: { readonly line: number } };
    return loc === undefined ? undefined : `${path}:${loc.line}`;
  }
}

/** A frame of a stack: `at name (file:line:column)`, or `at file:line:column`. */
const FRAME = /^\s+at (?:async )?(?:.*\()?((?:file:\/\/|[A-Za-z]:[\\/]|\/).*?):(\d+):\d+\)?$/;

/** The first place of an error's stack outside of Node and of packages. */
function userPlace(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const text of stack.split("\n")) {
    const [, file = "", line = ""] = FRAME.exec(text) ?? [];
    if (file === "" || file.includes("/node_modules/")) continue;
    return `${file.startsWith("file:") ? fileURLToPath(file) : file}:${line}`;
  }
  return undefined;
}
