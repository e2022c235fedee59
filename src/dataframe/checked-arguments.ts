import { requireObject } from "../argument-kind.js";
import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";

/** @throws {ArgumentError} the value is not an integer between `lowest` and 2147483647 */
export function checkedInteger(argument: string, value: number, lowest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= 2 ** 31 - 1) return value;
  throw new ArgumentError(
    argument,
    `${argument} must be an integer between ${lowest} and 2147483647, got ${shown(value)}.`,
  );
}

/** @throws {ArgumentError} the value is not allowed */
export function oneOf<T extends string>(argument: string, value: T, allowed: readonly T[]): T {
  // JavaScript callers may pass any type.
  const given: unknown = value;
  const lower = typeof given === "string" ? given.toLowerCase() : undefined;
  const found = allowed.find((one) => one === lower);
  if (found !== undefined) return found;
  throw new ArgumentError(
    argument,
    `${argument} must be ${allowed.join(" or ")}, got ${shown(value)}.`,
  );
}

/** @throws {ArgumentError} an item is not a string */
export function checkedNames(argument: string, names: readonly string[]): readonly string[] {
  for (const name of names as readonly unknown[]) {
    if (typeof name === "string") continue;
    throw new ArgumentError(argument, `${argument} must be column names, got ${shown(name)}.`);
  }
  return names;
}

/**
 * The entries of a Map, or of an object with string keys.
 *
 * @throws {ArgumentError} an object has a key like `1`: JavaScript turns number keys into strings, so the
 * caller's type is unknown
 */
export function valueEntries<V>(
  argument: string,
  values: ReadonlyMap<unknown, V> | Readonly<Record<string, V>>,
): (readonly [unknown, V])[] {
  requireObject(argument, values);
  if (values instanceof Map) return [...(values as ReadonlyMap<unknown, V>)];
  const entries = Object.entries(values as Readonly<Record<string, V>>);
  const numeric = entries.find(([key]) => String(Number(key)) === key);
  if (numeric === undefined) return entries;
  throw new ArgumentError(
    argument,
    `JavaScript turns the object key ${numeric[0]} into a string. Pass new Map([[${numeric[0]}, …]]) for the number, or new Map([["${numeric[0]}", …]]) for the string.`,
  );
}
