import { readdir, stat } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../exit-code.js";
import type { PipelineSpec } from "./spec-file.js";

/** A file with definitions of a pipeline. */
export interface LibraryFile {
  readonly kind: "sql" | "module";
  /** The absolute path. */
  readonly path: string;
  /** The path from the folder of the specification, for messages. */
  readonly shown: string;
}

const MODULE = /^\.[cm]?[jt]s$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/**
 * The files of a pipeline, in the order of their paths for each library, each once.
 *
 * @throws {UsageError} a file does not exist or has an unknown extension, or there are no files
 */
export async function libraryFiles({
  path: specPath,
  folder,
  libraries,
}: Pick<PipelineSpec, "path" | "folder" | "libraries">): Promise<LibraryFile[]> {
  const paths = new Set<string>();
  for (const include of libraries)
    for (const path of await filesOf(include, folder)) paths.add(path);
  if (paths.size === 0)
    throw new UsageError(
      `${specPath}: no file matches libraries, so the pipeline has no definitions. Add the files, such as transformations/**.`,
    );
  return [...paths].map((path) => libraryFile(path, folder));
}

async function filesOf(include: string, folder: string): Promise<string[]> {
  const isFolder = include.endsWith("/**");
  const path = resolve(folder, isFolder ? include.slice(0, -3) : include);
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(path)).isDirectory();
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`The library ${include} cannot be read (${code}): ${path}.`);
  }
  if (isDirectory && !isFolder)
    throw new UsageError(`The library ${include} is a folder. Write ${include}/**.`);
  if (!isDirectory && isFolder)
    throw new UsageError(`The library ${include} is not a folder: ${path}.`);
  return isFolder ? (await filesBelow(path)).sort() : [path];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
      // A link may lead to a folder or a file.
      const kind = entry.isSymbolicLink() ? await stat(path) : entry;
      if (kind.isDirectory()) return entry.name === "__pycache__" ? [] : filesBelow(path);
      return kind.isFile() && !DECLARATIONS.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}

function libraryFile(path: string, folder: string): LibraryFile {
  const shown = relative(folder, path).split(sep).join("/");
  const extension = extname(path);
  if (extension === ".sql") return { kind: "sql", path, shown };
  if (MODULE.test(extension) && !DECLARATIONS.test(path)) return { kind: "module", path, shown };
  throw new UsageError(
    extension === ".py"
      ? `The library ${shown} is Python. Run it with PySpark's spark-pipelines, or write it in TypeScript or SQL: see docs/guides/pipelines.md.`
      : `The library ${shown} has an unknown extension. A library ends with .sql, .ts, .mts, .cts, .js, .mjs or .cjs.`,
  );
}
