import { ArgumentError } from "../errors.js";

/**
 * A value as JSON for the server.
 *
 * @throws {ArgumentError} a text or a name in it contains an unpaired surrogate. JSON can escape it, but the server
 * cannot send it back
 */
export function jsonText(argument: string, value: unknown): string {
  const refuse = (what: string): never => {
    throw new ArgumentError(
      argument,
      `A ${what} in the ${argument} contains an unpaired surrogate, which is not a character. Use toWellFormed().`,
    );
  };
  return JSON.stringify(value, (key, item: unknown) => {
    if (!key.isWellFormed()) refuse("name");
    if (typeof item === "string" && !item.isWellFormed()) refuse("text");
    return item;
  });
}
