/** A function or class of this process as text, with what it captures. */
import { ArgumentError } from "../../errors.js";
import { checkOptions } from "../../option-check.js";
import { kindOf } from "../../value-kind.js";
import type { JavaScriptCode } from "../javascript-code.js";
import { Capture, UNNAMED } from "./capture.js";
import { knownText } from "./known-values.js";
import { printCells } from "./print-cells.js";

export interface CaptureOptions {
  /** Values for variables of the function, in place of what they hold. Needed where V8 keeps no value. */
  readonly captures?: Readonly<Record<string, unknown>> | undefined;
  /** The name for messages and stack traces. Default: the function's own. */
  readonly name?: string | undefined;
}

/** A function or a class. */
export type Captured =
  ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/**
 * Makes text of a function or class, whose value on a worker behaves as the function does here. Variables of the code
 * around it travel by value, as they are now. The worker evaluates the text with the file name `<NAME>`, from line 1
 * on. Does not use the network.
 *
 * @throws {CaptureError} something that the function uses cannot travel; the message says where it is
 * @throws {ArgumentError} an argument is of the wrong type, or `captures` has a name that the function does not use
 */
export function captured(value: Captured, options: CaptureOptions = {}): JavaScriptCode {
  // JavaScript callers may pass anything.
  if (typeof (value as unknown) !== "function")
    throw new ArgumentError("function", `Expected a function or a class, got ${kindOf(value)}.`);
  checkOptions("captured()", options, ["captures", "name"]);
  const { captures = {}, name = value.name } = options;
  const known = knownText(value);
  if (known !== undefined)
    return { form: "expression", name: name === "" ? UNNAMED : name, text: known };
  using capture = new Capture(captures);
  const root = capture.function(value, name);
  return { form: "expression", name: name === "" ? UNNAMED : name, ...printCells(root) };
}
