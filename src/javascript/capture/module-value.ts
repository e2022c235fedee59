/** Modules as values: namespaces, and what compilers to CommonJS and test runners make of them. */
import { types } from "node:util";
import { knownText } from "./known-values.js";
import { Refusal } from "./refusal.js";

/** The name that vite gives to a module's namespace, which may be a Proxy. */
const VITE_IMPORT = /^__(?:vi|vite_ssr)_import_\d+__$/;
/** The names that TypeScript, SWC, Babel and esbuild give to the result of a require(). */
const REQUIRED = /^(?:_|import_)\w+$|_\d+$/;

let loaded: { readonly count: number; readonly exports: ReadonlySet<unknown> } | undefined;

/** The exports of the CommonJS modules that Node has loaded. */
function loadedExports(): ReadonlySet<unknown> {
  const { cache } = process.getBuiltinModule("node:module").createRequire("/");
  const modules = Object.values(cache);
  if (loaded?.count !== modules.length)
    loaded = {
      count: modules.length,
      exports: new Set(modules.map((each): unknown => each?.exports)),
    };
  return loaded.exports;
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/**
 * Whether a value is a module's namespace or exports, so that only the used members need to travel.
 *
 * @param name the variable that holds it
 */
export function isModuleLike(value: unknown, name: string): value is object {
  if (!isObject(value)) return false;
  if (types.isModuleNamespaceObject(value) || VITE_IMPORT.test(name)) return true;
  if (types.isProxy(value)) return false;
  const tag: unknown = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value;
  if (tag === "Module" || Object.hasOwn(value, "__esModule")) return true;
  if (loadedExports().has(value)) return Object.keys(value).length > 0;
  // What compilers make of an import from a CommonJS module.
  const inner: unknown = Object.getOwnPropertyDescriptor(value, "default")?.value;
  return isObject(inner) && (REQUIRED.test(name) || loadedExports().has(inner) || isBuiltin(inner));
}

function isBuiltin(value: object): boolean {
  return knownText(value)?.startsWith("process.getBuiltinModule(") === true;
}

/** An export of a module. */
export function moduleMember(module: object, key: string): { readonly value: unknown } | Refusal {
  let value: unknown;
  try {
    value = Reflect.get(module, key);
  } catch {
    return new Refusal("has no value yet", "Capture the function after its modules have loaded.");
  }
  if (value === undefined && !(key in module))
    return new Refusal("does not exist in the module", "Correct its name.");
  return { value };
}
