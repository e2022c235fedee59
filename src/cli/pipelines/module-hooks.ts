/** How this process loads modules of a pipeline. */
import module from "node:module";
import { pathToFileURL } from "node:url";
import { setOwnFolder } from "../../call-site.js";

/** The modules to load from a text instead of their file, by URL. */
export type ModuleTexts = Readonly<Record<string, string>>;

/** Node 22.15 and newer have this, and newer ones advise against register(). */
interface SyncHooks {
  readonly registerHooks?: (hooks: object) => unknown;
}

/**
 * Hooks for module.register(), which runs them in another thread, and for module.registerHooks(). Imports of sparktide
 * get the package of the running program, as its classes must be the same.
 */
const HOOKS = `let own, texts;
export function initialize(data) {
  ({ own, texts } = data);
}
export function resolve(specifier, context, next) {
  const isOwn = /^sparktide(?:\\/|$)/.test(specifier);
  return next(specifier, isOwn ? { ...context, parentURL: own } : context);
}
export function load(url, context, next) {
  const source = texts[url];
  return source === undefined ? next(url, context) : { format: "module", source, shortCircuit: true };
}
`;

/** Makes imports of this process use the texts, and stacks show the user's lines. */
export async function hookModules(texts: ModuleTexts): Promise<void> {
  process.setSourceMapsEnabled(true);
  const manifest = module.createRequire(import.meta.url).resolve("sparktide/package.json");
  setOwnFolder(new URL(".", pathToFileURL(manifest)));
  const data = { own: import.meta.url, texts };
  const url = `data:text/javascript,${encodeURIComponent(HOOKS)}`;
  const { registerHooks } = module as SyncHooks;
  if (registerHooks === undefined) {
    module.register(url, { data });
    return;
  }
  const hooks = (await import(url)) as { initialize(data: object): void };
  hooks.initialize(data);
  registerHooks(hooks);
}
