import { ArgumentError } from "../errors.js";

/**
 * A value as JSON for the server.
 *
 * @throws {ArgumentError} a text or a name in it holds half of a surrogate pair: JSON has a form for it, but the
 * server cannot answer it again
 */
export function jsonText(argument: string, value: unknown): string {
  const refuse = (what: string): never => {
    throw new ArgumentError(
      argument,
      `A ${what} in the ${argument} holds half of a surrogate pair, which is no character: use toWellFormed().`,
    );
  };
  return JSON.stringify(value, (key, item: unknown) => {
    if (!key.isWellFormed()) refuse("name");
    if (typeof item === "string" && !item.isWellFormed()) refuse("text");
    return item;
  });
}
