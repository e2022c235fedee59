import { ArgumentError } from "./errors.js";
import { suggestion } from "./near-name.js";
import { kindOf } from "./value-kind.js";

/**
 * The position of a method's options argument, and the names of its options. A method with a `signal` option
 * returns a promise, so wrong options reject the promise. With `"throws"` such a method throws instead.
 */
export type OptionsRule = readonly [
  at: number | ((args: readonly unknown[]) => number),
  keys: readonly string[],
  how?: "throws",
];

/** The rule for a method's options; the second rule is for methods that take call options in another argument. */
export type MethodRules = OptionsRule | readonly [OptionsRule, OptionsRule];

function rulesOf(rules: MethodRules): readonly OptionsRule[] {
  return Array.isArray(rules[0])
    ? (rules as readonly [OptionsRule, OptionsRule])
    : [rules as OptionsRule];
}

/** The options of a method that only takes a signal. */
export const SIGNAL: readonly string[] = ["signal"];

/** Arrays, iterables, Dates and the like are not options, although they may have no unknown key. */
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

/**
 * Checks an options object.
 *
 * @param of what takes the options, as a user writes it: `collect()`
 * @throws {ArgumentError} the value is not an object, or has an unknown key; the message lists the known options
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
      `Unknown option ${unknown} of ${of}.${suggestion(unknown, keys)} Known options: ${keys.join(", ")}.`,
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
 * Makes methods check their options before they do anything. Callers in JavaScript may pass anything, and an
 * unknown option would be ignored silently.
 */
export function checkMethods<T extends object>(
  owner: T,
  methods: { readonly [Name in Exclude<keyof T, "toString">]?: MethodRules },
): void {
  for (const [name, given] of Object.entries(methods) as [string, MethodRules][]) {
    const rules = rulesOf(given);
    const method = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    const isRejected = rules.some(([, keys, how]) => keys.includes("signal") && how !== "throws");
    const checked = function (this: unknown, ...args: unknown[]): unknown {
      try {
        checkArguments(name, args, rules);
      } catch (error) {
        // A method that returns a promise rejects it instead of throwing.
        if (isRejected && error instanceof ArgumentError) return Promise.reject(error);
        throw error;
      }
      return Reflect.apply(method, this, args);
    };
    Object.defineProperty(checked, "name", { value: name });
    Object.defineProperty(owner, name, { value: checked, writable: true, configurable: true });
  }
}
