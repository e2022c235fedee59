/** A module of the user as one ES module text, with everything that it imports. */
import { readFile } from "node:fs/promises";
import { basename, extname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "../../errors.js";
import { suggestion } from "../../near-name.js";
import { checkOptions } from "../../option-check.js";
import { shown } from "../../value-kind.js";
import { mappedPlace, sourceMapAt, type LocatedMap } from "../capture/script-source.js";
import type { JavaScriptCode } from "../javascript-code.js";
import { bundle, type Bundler } from "./bundlers.js";
import { plainModule } from "./plain-module.js";

export interface BundleOptions {
  /** Default: the first of both that is installed. */
  readonly bundler?: Bundler;
}

/** Compiled texts may be larger than a captured function: npm packages are in them. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const FORMS = /^\.[cm]?[jt]sx?$/;

function pathOf(url: URL | string): string {
  const isUrl = url instanceof URL || (typeof url === "string" && url.startsWith("file:"));
  if (isUrl && new URL(url).protocol === "file:") {
    const path = fileURLToPath(url);
    if (FORMS.test(extname(path))) return path;
    throw new ArgumentError(
      "url",
      `${path} is not a JavaScript or TypeScript file: its name must end with .ts, .mts, .js or .mjs.`,
    );
  }
  if (typeof url === "string" && isAbsolute(url)) return pathOf(new URL(`file://${url}`));
  const given = url instanceof URL ? url.href : shown(url);
  throw new ArgumentError(
    "url",
    `url must be the file URL of a module, got ${given}. Write new URL("./file.ts", import.meta.url).`,
  );
}

/** Takes the source map out of a text, because the client keeps it. */
function mapOf(text: string): LocatedMap | undefined {
  const [, address] =
    /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(text.slice(text.lastIndexOf("\n//#"))) ?? [];
  return address === undefined ? undefined : sourceMapAt(address, "");
}

/**
 * Bundles a module of the user, in TypeScript or JavaScript, into one text. npm packages are included. Imports of Node's
 * modules and of this package stay: the worker has its own. A JavaScript file without imports needs no bundler;
 * any other file needs rolldown or esbuild in the user's project. Reads files, and does not use the network.
 *
 * @param exportName the export that the worker calls
 * @throws {ArgumentError} the file, the export or a bundler does not exist, or something cannot run on the cluster
 */
export async function bundledModule(
  url: URL | string,
  exportName: string,
  options?: BundleOptions,
): Promise<JavaScriptCode> {
  checkOptions("bundledModule()", options, ["bundler"]);
  const path = pathOf(url);
  let source: string;
  try {
    source = await readFile(path, "utf8");
  } catch (error) {
    throw new ArgumentError("url", `Cannot read ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const made = plainModule(path, source) ?? (await bundle(path, options?.bundler));
  if (!made.exports.includes(exportName)) {
    const names = made.exports.length === 0 ? "nothing" : made.exports.join(", ");
    throw new ArgumentError(
      "exportName",
      `${basename(path)} does not export ${exportName}.${suggestion(exportName, made.exports)} It exports ${names}.`,
    );
  }
  const bytes = Buffer.byteLength(made.text);
  if (bytes > MAX_TEXT_BYTES)
    throw new ArgumentError(
      "url",
      `${basename(path)} with what it imports is ${(bytes / 1024 / 1024).toFixed(1)} MiB of text; the limit is 16 MiB. Import less, or put data into a table.`,
    );
  let map: LocatedMap | undefined;
  return {
    form: "module",
    text: made.text,
    exportName,
    name: exportName,
    origins: [
      {
        firstLine: 1,
        lastLine: Number.MAX_SAFE_INTEGER,
        place(line, column) {
          if (made.isPlain) return { file: path, line, column };
          map ??= mapOf(made.text);
          return map === undefined ? undefined : mappedPlace(map, line - 1, column - 1);
        },
      },
    ],
  };
}
