/** Objects that are data, as text with references to other values. */
import { types } from "node:util";
import { kindOf } from "../../value-kind.js";
import type { Part } from "./cells.js";
import { knownText, symbolText } from "./known-values.js";
import { offeredInstance } from "./offered.js";
import { Refusal } from "./refusal.js";

/** Captures a value inside another one. `step` is its place: `.key`, `[0]`. */
export type CaptureInner = (value: unknown, step: () => string) => Part;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** How a user writes the member of that name. */
export function memberText(key: string): string {
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** The text of a value without an identity; undefined for objects and functions. */
export function primitiveText(value: unknown): string | Refusal | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
      return String(value);
    case "undefined":
      return "undefined";
    case "symbol":
      return (
        symbolText(value) ??
        new Refusal(
          "is a symbol, which exists only in this process",
          "Use a string, or Symbol.for().",
        )
      );
    default:
      return value === null ? "null" : undefined;
  }
}

/** Whether this is an instance of the class itself and not of a subclass. Other realms, as in Jest, count too. */
function isDirect(value: object, name: string): boolean {
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: unknown } | null;
  const constructor = prototype?.constructor;
  return (
    typeof constructor === "function" &&
    constructor.name === name &&
    /\[native code\]|^class URL/.test(Function.prototype.toString.call(constructor))
  );
}

/** Whether an object is `{ … }` or has no prototype. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

function bytesText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `Buffer.from("${buffer.toString("base64")}", "base64")`;
}

function viewParts(value: ArrayBufferView): Part[] | Refusal {
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (types.isSharedArrayBuffer(value.buffer))
    return new Refusal("is memory that threads of this process share", "Copy it first.");
  if (Buffer.isBuffer(value)) return [bytesText(bytes)];
  const name = types.isTypedArray(value) ? value[Symbol.toStringTag] : "DataView";
  if (!isDirect(value, name)) return instance(value);
  return [`new ${name}(Uint8Array.from(${bytesText(bytes)}).buffer)`];
}

function arrayParts(value: readonly unknown[], inner: CaptureInner): Part[] | Refusal {
  const keys = Object.keys(value);
  const extra = keys.find((key) => !/^\d+$/.test(key));
  if (extra !== undefined)
    return new Refusal(`is an array with a property ${extra}`, "Use a plain array or an object.");
  if (!isDirect(value, "Array")) return instance(value);
  const parts: Part[] = ["["];
  for (let index = 0; index < value.length; index++) {
    if (index in value) parts.push(inner(value[index], () => `[${index}]`));
    parts.push(",");
  }
  parts.push("]");
  return parts;
}

function plainParts(value: object, inner: CaptureInner): Part[] | Refusal {
  const parts: Part[] = ["{"];
  if (Object.getPrototypeOf(value) === null) parts.push("__proto__: null,");
  for (const key of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property?.enumerable !== true) continue;
    if (typeof key === "symbol") {
      const text = symbolText(key);
      if (text === undefined)
        return new Refusal(
          `has the key ${String(key)}, which exists only in this process`,
          "Use a string as the key.",
        );
      parts.push(
        `[${text}]:`,
        inner(property.value, () => `[${String(key)}]`),
        ",",
      );
      continue;
    }
    const step = (): string => memberText(key);
    // A plain "__proto__" would set the prototype.
    const name = key === "__proto__" ? '["__proto__"]' : JSON.stringify(key);
    if ("value" in property) parts.push(`${name}:`, inner(property.value, step), ",");
    else parts.push(...accessorParts(name, property, inner, step));
  }
  parts.push("}");
  return parts;
}

/** A getter and a setter, which are functions of the user: they travel, and nothing calls them here. */
function accessorParts(
  name: string,
  property: PropertyDescriptor,
  inner: CaptureInner,
  step: () => string,
): Part[] {
  const get: unknown = Reflect.get(property, "get");
  const set: unknown = Reflect.get(property, "set");
  const parts: Part[] = [];
  if (get !== undefined)
    parts.push(`get ${name}() { return (`, inner(get, step), ").call(this); },");
  if (set !== undefined)
    parts.push(`set ${name}(to) { (`, inner(set, step), ").call(this, to); },");
  return parts;
}

function instance(value: object): Refusal {
  const kind = kindOf(value);
  const what =
    kind.toLowerCase() === "an object"
      ? "is an object with a prototype of its own"
      : `is an instance of ${kind.replace(/^an? /, "")}, and instances of classes stay in this process`;
  return new Refusal(what, "Create it inside the function, or capture plain data.");
}

/** What cannot travel and deserves words of its own. */
function special(value: object): Refusal | undefined {
  if (types.isProxy(value))
    return new Refusal("is a Proxy, which hides what it is", "Capture plain data.");
  if (types.isPromise(value))
    return new Refusal("is a Promise", "Write await before it, outside of the function.");
  if (types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef)
    return new Refusal(
      `is ${kindOf(value)}, whose content cannot be listed`,
      "Create it inside the function.",
    );
  if (value === process.env)
    return new Refusal(
      "is process.env, which on the cluster is the environment of the worker",
      "Read the variable into a constant outside of the function.",
    );
  return undefined;
}

/** An object as the pieces of an expression. */
export function dataParts(value: object, inner: CaptureInner): Part[] | Refusal {
  const refused = special(value);
  if (refused !== undefined) return refused;
  const known = knownText(value);
  if (known !== undefined) return [known];
  const own = offeredInstance(value);
  if (own !== undefined) {
    const args = own.args.flatMap((arg): Part[] => [inner(arg, () => ""), ","]);
    return [`${own.call}(`, ...args, ")"];
  }
  if (Array.isArray(value)) return arrayParts(value, inner);
  if (isPlain(value)) return plainParts(value, inner);
  if (ArrayBuffer.isView(value)) return viewParts(value);
  if (types.isArrayBuffer(value) && isDirect(value, "ArrayBuffer"))
    return [`Uint8Array.from(${bytesText(new Uint8Array(value))}).buffer`];
  if (types.isDate(value) && isDirect(value, "Date")) return [`new Date(${value.getTime()})`];
  if (types.isRegExp(value) && isDirect(value, "RegExp")) {
    const text = `new RegExp(${JSON.stringify(value.source)}, ${JSON.stringify(value.flags)})`;
    return value.lastIndex === 0
      ? [text]
      : [`Object.assign(${text}, { lastIndex: ${value.lastIndex} })`];
  }
  if (types.isMap(value) && isDirect(value, "Map")) return mapParts(value, inner);
  if (types.isSet(value) && isDirect(value, "Set")) {
    const items = [...value].flatMap((item, at): Part[] => [
      inner(item, () => ` (item ${at + 1})`),
      ",",
    ]);
    return ["new Set([", ...items, "])"];
  }
  if (isDirect(value, "URL")) return [`new URL(${JSON.stringify((value as URL).href)})`];
  if (isDirect(value, "URLSearchParams"))
    return [`new URLSearchParams(${JSON.stringify((value as URLSearchParams).toString())})`];
  return instance(value);
}

function mapParts(value: ReadonlyMap<unknown, unknown>, inner: CaptureInner): Part[] {
  const parts: Part[] = ["new Map(["];
  let at = 0;
  for (const [key, item] of value) {
    at++;
    const place = typeof key === "string" ? `.get(${JSON.stringify(key)})` : ` (entry ${at})`;
    parts.push(
      "[",
      inner(key, () => ` (key ${at})`),
      ",",
      inner(item, () => place),
      "],",
    );
  }
  parts.push("])");
  return parts;
}
