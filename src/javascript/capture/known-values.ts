/** Values that every Node has: JavaScript's own, Node's globals, and Node's modules with their functions. */
import { runInNewContext } from "node:vm";
import { offeredText } from "./offered.js";

/** Globals of Node 20, and those of later versions that this Node may have. */
const NODE_GLOBALS = [
  ..."AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CompressionStream".split(
    " ",
  ),
  ..."CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventTarget".split(
    " ",
  ),
  ..."File FormData Headers MessageChannel MessageEvent MessagePort ReadableStream Request Response".split(
    " ",
  ),
  ..."SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream URL".split(
    " ",
  ),
  ..."URLSearchParams WebAssembly WritableStream atob btoa clearImmediate clearInterval clearTimeout".split(
    " ",
  ),
  ..."console crypto fetch global globalThis performance process queueMicrotask setImmediate".split(
    " ",
  ),
  ..."setInterval setTimeout structuredClone CloseEvent WebSocket navigator".split(" "),
];

/** Modules of Node whose functions a captured function may use. Loading the others prints warnings. */
const NODE_MODULES = [
  ..."assert assert/strict async_hooks buffer child_process crypto diagnostics_channel dns dns/promises".split(
    " ",
  ),
  ..."events fs fs/promises http http2 https module net os path path/posix path/win32 perf_hooks".split(
    " ",
  ),
  ..."process querystring readline readline/promises stream stream/promises stream/web".split(" "),
  ..."string_decoder timers timers/promises tls url util util/types v8 vm worker_threads zlib".split(
    " ",
  ),
];

interface Known {
  readonly globals: ReadonlySet<string>;
  readonly values: ReadonlyMap<unknown, string>;
}

let known: Known | undefined;

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** The properties that hold values, without calling getters. */
function members(owner: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(owner)).flatMap(([key, { value }]) =>
    isObject(value) ? [[key, value]] : [],
  );
}

function buildKnown(): Known {
  const language = runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[];
  const values = new Map<unknown, string>();
  const add = (value: unknown, text: string): void => {
    if (isObject(value) && !values.has(value)) values.set(value, text);
  };
  const globals = new Set([...language, ...NODE_GLOBALS.filter((name) => name in globalThis)]);
  // It can use any name of the code around it.
  globals.delete("eval");
  for (const name of globals) {
    const value: unknown = Reflect.get(globalThis, name);
    add(value, name);
  }
  for (const name of language) {
    const value: unknown = Reflect.get(globalThis, name);
    if (!isObject(value) || value === globalThis) continue;
    for (const [key, member] of members(value)) {
      add(member, `${name}[${JSON.stringify(key)}]`);
      if (key === "prototype")
        for (const [method, own] of members(member as object))
          if (method !== "constructor") add(own, `${name}.prototype[${JSON.stringify(method)}]`);
    }
  }
  for (const name of NODE_MODULES) {
    const text = `process.getBuiltinModule("node:${name}")`;
    const exported: unknown = process.getBuiltinModule(`node:${name}`);
    add(exported, text);
    if (!isObject(exported)) continue;
    for (const [key, member] of members(exported)) add(member, `${text}[${JSON.stringify(key)}]`);
  }
  return { globals, values };
}

/** Whether a name is a global of every Node. */
export function isGlobalName(name: string): boolean {
  known ??= buildKnown();
  return known.globals.has(name);
}

/** The expression of a value that the worker has too; undefined for any other value. */
export function knownText(value: object): string | undefined {
  known ??= buildKnown();
  return offeredText(value) ?? known.values.get(value);
}

/** The expression of a symbol that all programs share; undefined for any other symbol. */
export function symbolText(value: symbol): string | undefined {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return `Symbol.for(${JSON.stringify(key)})`;
  const name = Object.getOwnPropertyNames(Symbol).find(
    (each) => (Reflect.get(Symbol, each) as unknown) === value,
  );
  return name === undefined ? undefined : `Symbol.${name}`;
}
