import { readFileSync } from "node:fs";
import { ArgumentError } from "../errors.js";
import { thrownMessage } from "../thrown-value.js";
import { kindOf } from "../value-kind.js";

/**
 * The value of an option that may be a reference: `env:NAME` is a variable of this process, `file:/path` a text file.
 *
 * @throws {ArgumentError} the value is empty, or the reference leads nowhere
 */
export function resolveSecret(option: string, value: string): string {
  // JavaScript callers may pass any type.
  if (typeof (value as unknown) !== "string")
    throw new ArgumentError(option, `${option} must be a text, got ${kindOf(value)}.`);
  const [, kind, place = ""] = /^(env|file):(.*)$/s.exec(value) ?? [];
  const found =
    kind === undefined ? value : kind === "env" ? variable(option, place) : file(option, place);
  if (found.trim() === "") throw new ArgumentError(option, `${option} is empty.`);
  return found;
}

function variable(option: string, name: string): string {
  const found = process.env[name.trim()];
  if (found === undefined || found === "")
    throw new ArgumentError(
      option,
      `${option} refers to the environment variable ${name.trim()}, which is not set in this process.`,
    );
  return found;
}

function file(option: string, path: string): string {
  try {
    return readFileSync(path.trim(), "utf8").replace(/[\r\n]+$/, "");
  } catch (error) {
    throw new ArgumentError(
      option,
      `${option} refers to the file ${path.trim()}, which cannot be read: ${thrownMessage(error)}`,
      { cause: error },
    );
  }
}
