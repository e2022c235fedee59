/** rolldown and esbuild, from the user's project. */
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import type * as Rolldown from "rolldown";
import { ArgumentError } from "../../errors.js";
import { OFFERED_TEXT, offeredNames, type OfferingModule } from "../capture/offered.js";
import type { ModuleText } from "./plain-module.js";

/** The bundlers that can make a text of a module. */
export type Bundler = "rolldown" | "esbuild";

/** The parts of esbuild that are used. */
export interface Esbuild {
  build(options: object): Promise<{
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: {
      readonly outputs: Readonly<Record<string, { readonly exports: string[] }>>;
    };
  }>;
}

interface EsbuildPlugin {
  onResolve(
    options: { readonly filter: RegExp },
    callback: (args: { readonly path: string; readonly importer: string }) => object | undefined,
  ): void;
  onLoad(
    options: { readonly filter: RegExp; readonly namespace: string },
    callback: (args: { readonly path: string }) => object,
  ): void;
}

/** Packages that find native addons when they run. */
const ADDON_LOADERS =
  /^(?:bindings|node-gyp-build|node-gyp-build-optional-packages|@mapbox\/node-pre-gyp)$/;
const OWN = /^sparktide(?:\/|$)/;
const WORKER = "sparktide:";

/** Loads a bundler as the module's own file would find it, else as the program does. Undefined if it is not installed. */
export function loadBundler(name: Bundler, path: string): unknown {
  for (const from of [path, join(process.cwd(), "package.json")]) {
    const find = createRequire(from);
    let file: string;
    try {
      file = find.resolve(name);
    } catch {
      continue;
    }
    return find(file);
  }
  return undefined;
}

/** Refuses imports that mean nothing on a worker. */
function checkImport(source: string, importer: string | undefined): void {
  if (source.endsWith(".node") || ADDON_LOADERS.test(source))
    throw new ArgumentError(
      "url",
      `${importer === undefined ? "The module" : importer} imports ${source}, a native addon, which is compiled for this machine and cannot be sent to the cluster. Use a package written in JavaScript or WebAssembly.`,
    );
  if (OWN.test(source) && !isOffering(source))
    throw new ArgumentError(
      "url",
      `${importer === undefined ? "The module" : importer} imports ${source}, which workers do not have. They have values of sparktide and sparktide/cluster only.`,
    );
}

function isOffering(source: string): source is OfferingModule {
  return source === "sparktide" || source === "sparktide/cluster";
}

/** A module with the worker's own values, in place of an import of this package. */
function workerModule(source: OfferingModule): string {
  const exports = offeredNames(source).map((name) => `export const ${name} = own.${name};\n`);
  return `const own = ${OFFERED_TEXT};\n${exports.join("")}`;
}

async function withRolldown({ rolldown }: typeof Rolldown, path: string): Promise<ModuleText> {
  await using graph = closing(
    await rolldown({
      input: path,
      platform: "node",
      cwd: dirname(path),
      external: (id) => isBuiltin(id),
      logLevel: "silent",
      plugins: [
        {
          name: "sparktide-worker",
          resolveId(source, importer) {
            checkImport(source, importer);
            return isOffering(source) ? `\0${WORKER}${source}` : undefined;
          },
          load(id) {
            const source = id.slice(WORKER.length + 1);
            return id.startsWith(`\0${WORKER}`) && isOffering(source)
              ? workerModule(source)
              : undefined;
          },
        },
      ],
    }),
  );
  const { output } = await graph.value.generate({
    format: "es",
    sourcemap: "inline",
    codeSplitting: false,
    // A file of the output lies beside the module, so join() finds the sources.
    dir: dirname(path),
    sourcemapPathTransform: (source) => join(dirname(path), source),
  });
  const [chunk] = output;
  const missing = [...chunk.imports, ...chunk.dynamicImports].find((name) => !isBuiltin(name));
  if (missing !== undefined)
    throw new ArgumentError(
      "url",
      `${basename(path)} or what it imports imports ${missing}, which is not installed.`,
    );
  return { text: chunk.code, exports: chunk.exports, isPlain: false };
}

function closing<T extends { close(): Promise<void> }>(value: T): AsyncDisposable & { value: T } {
  return { value, [Symbol.asyncDispose]: () => value.close() };
}

async function withEsbuild(esbuild: Esbuild, path: string): Promise<ModuleText> {
  let refused: unknown;
  const result = await esbuild
    .build({
      entryPoints: [path],
      absWorkingDir: dirname(path),
      outdir: dirname(path),
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "esm",
      target: "node20",
      sourcemap: "inline",
      // So that the map has whole paths.
      sourceRoot: `file://${dirname(path)}/`,
      logLevel: "silent",
      // CommonJS packages load Node's modules with require().
      banner: {
        js: `import { createRequire as sparktideRequire } from "node:module"; const require = sparktideRequire(import.meta.url);`,
      },
      plugins: [
        {
          name: "sparktide-worker",
          setup(plugin: EsbuildPlugin) {
            plugin.onResolve({ filter: /.*/ }, ({ path: source, importer }) => {
              try {
                checkImport(source, importer === "" ? undefined : importer);
              } catch (error) {
                refused ??= error;
                throw error;
              }
              return isOffering(source) ? { path: source, namespace: WORKER } : undefined;
            });
            plugin.onLoad({ filter: /.*/, namespace: WORKER }, ({ path: source }) => ({
              contents: isOffering(source) ? workerModule(source) : "",
            }));
          },
        },
      ],
    })
    .catch((error: unknown) => {
      throw refused ?? error;
    });
  const exports = Object.values(result.metafile.outputs).flatMap((output) => output.exports);
  return { text: result.outputFiles[0]?.text ?? "", exports, isPlain: false };
}

/** The ArgumentError that a plugin threw. rolldown wraps it. */
function refusalIn(error: unknown): ArgumentError | undefined {
  if (error instanceof ArgumentError) return error;
  const { errors = [], cause } = error as { errors?: readonly unknown[]; cause?: unknown };
  for (const each of [...errors, cause])
    if (typeof each === "object" && each !== null) {
      const found = refusalIn(each);
      if (found !== undefined) return found;
    }
  return undefined;
}

/**
 * Bundles a file.
 *
 * @param wanted the bundler to use; default: the first of both that is installed
 * @throws {ArgumentError} no bundler is installed, or it cannot make a text of the module
 */
export async function bundle(path: string, wanted?: Bundler): Promise<ModuleText> {
  const names: readonly Bundler[] = wanted === undefined ? ["rolldown", "esbuild"] : [wanted];
  for (const name of names) {
    const bundler = loadBundler(name, path);
    if (bundler === undefined) continue;
    try {
      return name === "rolldown"
        ? await withRolldown(bundler as typeof Rolldown, path)
        : await withEsbuild(bundler as Esbuild, path);
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal !== undefined) throw refusal;
      const message = (error as Error).message.trim();
      throw new ArgumentError("url", `${name} cannot bundle ${path}: ${message}`, { cause: error });
    }
  }
  const what = wanted ?? "rolldown or esbuild";
  throw new ArgumentError(
    "url",
    `${basename(path)} needs a bundler, because it has imports or is TypeScript, and ${what} is not installed. Run: npm install ${wanted ?? "rolldown"}`,
  );
}
