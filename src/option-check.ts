import { ArgumentError } from "./errors.js";
import { suggestion } from "./near-name.js";

/**
 * Where a method has its options and which there are. With `"throws"` the method itself throws for wrong ones;
 * else one that takes a signal gives a promise, which is rejected.
 */
export type OptionsRule = readonly [
  at: number | ((args: readonly unknown[]) => number),
  keys: readonly string[],
  how?: "throws",
];

/** A method's options, and those of the call where it has them in an argument of their own. */
export type MethodRules = OptionsRule | readonly [OptionsRule, OptionsRule];

function rulesOf(rules: MethodRules): readonly OptionsRule[] {
  return Array.isArray(rules[0])
    ? (rules as readonly [OptionsRule, OptionsRule])
    : [rules as OptionsRule];
}

/** The options of a method that only takes a signal. */
export const SIGNAL: readonly string[] = ["signal"];

/** Objects that are no options, though they have no unknown key either. */
function isOptions(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(Symbol.iterator in value) &&
    !(value instanceof AbortSignal || value instanceof Date || value instanceof Promise)
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === "function" ? `a value of class ${constructor.name}` : "an object";
}

/**
 * Checks an options object.
 *
 * @param of what takes the options, as it is written: `collect()`
 * @throws {ArgumentError} it is no object, or has a key that is no option; the message has the nearest and all options
 */
export function checkOptions(of: string, value: unknown, keys: readonly string[]): void {
  if (value === undefined) return;
  if (!isOptions(value))
    throw new ArgumentError(
      "options",
      `${of} takes its options as an object, { ${keys.join(", ")} }, not ${kindOf(value)}.`,
    );
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new ArgumentError(
      unknown,
      `${of} has no option ${unknown}.${suggestion(unknown, keys)} Its options are: ${keys.join(", ")}.`,
    );
}

function checkArguments(
  name: string,
  args: readonly unknown[],
  rules: readonly OptionsRule[],
): void {
  let at = 0;
  let keys: readonly string[] = [];
  for (const [where, own] of rules) {
    at = typeof where === "number" ? where : where(args);
    keys = own;
    checkOptions(`${name}()`, args[at], keys);
  }
  if (args.length > at + 1 && args.slice(at + 1).some((arg) => arg !== undefined))
    throw new ArgumentError(
      "options",
      `${name}() takes ${at + 1} arguments at most, got ${args.length}: write options as an object, { ${keys.join(", ")} }.`,
    );
}

/**
 * Has methods check their options before they do anything, since callers without types may pass anything, and
 * an option that is not known would be ignored without a word.
 */
export function checkMethods<T extends object>(
  owner: T,
  methods: { readonly [Name in keyof T]?: MethodRules },
): void {
  for (const [name, given] of Object.entries(methods) as [string, MethodRules][]) {
    const rules = rulesOf(given);
    const method = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    const isRejected = rules.some(([, keys, how]) => keys.includes("signal") && how !== "throws");
    const checked = function (this: unknown, ...args: unknown[]): unknown {
      try {
        checkArguments(name, args, rules);
      } catch (error) {
        // A method that gives a promise does not throw.
        if (isRejected && error instanceof ArgumentError) return Promise.reject(error);
        throw error;
      }
      return Reflect.apply(method, this, args);
    };
    Object.defineProperty(checked, "name", { value: name });
    Object.defineProperty(owner, name, { value: checked, writable: true, configurable: true });
  }
}
