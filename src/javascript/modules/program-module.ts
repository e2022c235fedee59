/** TypeScript modules of the user, as JavaScript for this process. */
import { basename, dirname, isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type * as Rolldown from "rolldown";
import { ArgumentError } from "../../errors.js";
import { loadBundler, type Esbuild } from "./bundlers.js";

async function withRolldown({ rolldown }: typeof Rolldown, path: string): Promise<string> {
  const folder = dirname(path);
  const graph = await rolldown({
    input: path,
    platform: "node",
    cwd: folder,
    // Node loads packages itself, from the module's own place.
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    logLevel: "silent",
  });
  try {
    const { output } = await graph.generate({
      format: "es",
      sourcemap: "inline",
      codeSplitting: false,
      // A file of the output lies beside the module, so join() finds the sources.
      dir: folder,
      sourcemapPathTransform: (source) => pathToFileURL(join(folder, source)).href,
    });
    return output[0].code;
  } finally {
    await graph.close();
  }
}

async function withEsbuild(esbuild: Esbuild, path: string): Promise<string> {
  const folder = dirname(path);
  const { outputFiles } = await esbuild.build({
    entryPoints: [path],
    absWorkingDir: folder,
    outdir: folder,
    bundle: true,
    packages: "external",
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    // So that the map has whole paths.
    sourceRoot: `${pathToFileURL(folder).href}/`,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * A module and the files that it imports by path, as the text of one ES module with a source map inside. Imports of
 * packages stay. Undefined if neither rolldown nor esbuild is installed in the user's project.
 *
 * @throws {ArgumentError} the bundler cannot read the module
 */
export async function programModule(path: string): Promise<string | undefined> {
  for (const name of ["rolldown", "esbuild"] as const) {
    const bundler = loadBundler(name, path);
    if (bundler === undefined) continue;
    try {
      return name === "rolldown"
        ? await withRolldown(bundler as typeof Rolldown, path)
        : await withEsbuild(bundler as Esbuild, path);
    } catch (error) {
      throw new ArgumentError(
        "path",
        `${name} cannot read ${basename(path)}: ${stripVTControlCharacters((error as Error).message).trim()}`,
        { cause: error },
      );
    }
  }
  return undefined;
}
