// provisional
import type { JavaScriptCode } from "../javascript-code.js";
export interface CaptureOptions {
  readonly captures?: Readonly<Record<string, unknown>> | undefined;
  readonly name?: string | undefined;
}
export function captured(
  value: (...args: never[]) => unknown,
  options: CaptureOptions = {},
): JavaScriptCode {
  return { form: "expression", text: `(${value.toString()})`, name: options.name ?? value.name };
}
