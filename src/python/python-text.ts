import { createHash } from "node:crypto";
import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";

const PYTHON_NAME = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const HASH_DIGITS = 16;

/** A hash of the content, in 16 hexadecimal digits. */
export function contentHash(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, HASH_DIGITS);
}

/**
 * Checks that a name can name a function or class in Python, and returns it.
 *
 * @param argument the argument that holds the name, for the error
 * @throws {ArgumentError} the name is not a Python name
 */
export function checkPythonName(argument: string, name: string): string {
  // JavaScript callers may pass any type.
  if (typeof (name as unknown) !== "string" || !PYTHON_NAME.test(name)) {
    throw new ArgumentError(argument, `${shown(name)} is not a Python name.`);
  }
  return name;
}

/**
 * The name on the server of a module made from text, and the file name in its tracebacks. The hash
 * distinguishes two texts in a worker that has run both.
 */
export function moduleNames(
  source: string,
  attribute: string,
): readonly [moduleName: string, fileName: string] {
  const hash = contentHash(source);
  return [`sparktide_text_${hash}`, `<${attribute} from TypeScript, ${hash.slice(0, 8)}>`];
}
