import { createHash } from "node:crypto";
import { ArgumentError } from "../errors.js";

const PYTHON_NAME = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const HASH_DIGITS = 16;

/** Sixteen digits that tell one content from another. */
export function contentHash(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, HASH_DIGITS);
}

/**
 * The name, if it can name a function or class in Python.
 *
 * @param argument what the caller calls the name, for the error
 * @throws {ArgumentError} it cannot
 */
export function checkPythonName(argument: string, name: string): string {
  if (!PYTHON_NAME.test(name)) {
    throw new ArgumentError(argument, `${JSON.stringify(name)} is no Python name.`);
  }
  return name;
}

/**
 * What a module made from text is called on the server, and the file that its tracebacks name. The
 * hash keeps two texts apart in a worker that has run both.
 */
export function moduleNames(
  source: string,
  attribute: string,
): readonly [moduleName: string, fileName: string] {
  const hash = contentHash(source);
  return [`sparktide_text_${hash}`, `<${attribute} from TypeScript, ${hash.slice(0, 8)}>`];
}
