import { ArgumentError } from "../errors.js";
import { kindOf } from "../value-kind.js";
import type { JavaScriptCode } from "./javascript-code.js";
import { bundledModule } from "./modules/bundled-module.js";

/**
 * A function or class that a module exports. The client bundles the module with what it imports, so the code may use
 * npm packages and several files.
 */
export interface ModuleExport {
  /** The module's file, as `new URL("./geo.ts", import.meta.url)`. */
  readonly module: URL | string;
  /** The name of the export. */
  readonly export: string;
}

/**
 * Loads the code of an exported function at its first use.
 *
 * @param of the method that takes the code, for an error
 * @throws {ArgumentError} the value is not an object with `module` and `export`
 */
export function moduleLoader(
  of: string,
  given: ModuleExport | undefined,
): { readonly name: string; readonly load: () => Promise<JavaScriptCode> } {
  // JavaScript callers may pass any type.
  const { module, export: name } = (given ?? {}) as ModuleExport;
  const isModule = typeof (module as unknown) === "string" || (module as unknown) instanceof URL;
  if (!isModule || typeof (name as unknown) !== "string")
    throw new ArgumentError(
      "fn",
      `${of} takes a function, or { module: new URL("./file.ts", import.meta.url), export: "name" }, got ${kindOf(given)}.`,
    );
  let code: Promise<JavaScriptCode> | undefined;
  const load = (): Promise<JavaScriptCode> => {
    code ??= bundledModule(module, name);
    code.catch(() => (code = undefined));
    return code;
  };
  return { name, load };
}
