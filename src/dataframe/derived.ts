import { ArgumentError } from "../errors.js";
import type { RelationBody } from "../plan/relation.js";
import type { SessionContext } from "./session-context.js";
import { DataFrame } from "./dataframe.js";

/** The DataFrame of a relation that is given its id here. */
export function derived(context: SessionContext, body: RelationBody): DataFrame {
  return new DataFrame(context, context.connection.relation(body));
}

/** @throws {ArgumentError} the value is no integer from `lowest` to 2147483647 */
export function checkedInteger(argument: string, value: number, lowest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= 2 ** 31 - 1) return value;
  throw new ArgumentError(
    argument,
    `${argument} must be an integer from ${lowest} to 2147483647, not ${String(value)}.`,
  );
}

/** @throws {ArgumentError} the value is none of these */
export function oneOf<T extends string>(argument: string, value: T, allowed: readonly T[]): T {
  // Callers without types pass anything.
  const given: unknown = value;
  const lower = typeof given === "string" ? given.toLowerCase() : undefined;
  const found = allowed.find((one) => one === lower);
  if (found !== undefined) return found;
  throw new ArgumentError(
    argument,
    `${argument} must be ${allowed.join(" or ")}, not ${JSON.stringify(value)}.`,
  );
}

/** @throws {ArgumentError} an item is no text */
export function checkedNames(argument: string, names: readonly string[]): readonly string[] {
  for (const name of names as readonly unknown[]) {
    if (typeof name === "string") continue;
    throw new ArgumentError(argument, `${argument} takes columns' names, not ${typeof name}.`);
  }
  return names;
}

/**
 * The entries of values by value: a Map, or an object where they are text.
 *
 * @throws {ArgumentError} an object has a key that reads as a number: JavaScript makes text of those
 */
export function valueEntries<V>(
  argument: string,
  values: ReadonlyMap<unknown, V> | Readonly<Record<string, V>>,
): (readonly [unknown, V])[] {
  if (values instanceof Map) return [...(values as ReadonlyMap<unknown, V>)];
  const entries = Object.entries(values as Readonly<Record<string, V>>);
  const numeric = entries.find(([key]) => String(Number(key)) === key);
  if (numeric === undefined) return entries;
  throw new ArgumentError(
    argument,
    `JavaScript makes text of an object's key ${numeric[0]}: give new Map([[${numeric[0]}, …]]), or new Map([["${numeric[0]}", …]]) for text.`,
  );
}
