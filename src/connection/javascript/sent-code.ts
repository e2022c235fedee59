import { mappedStack } from "../../javascript/mapped-stack.js";
import type { JavaScriptCode } from "../../javascript/javascript-code.js";

/** The code that a session has sent, by the id that errors report. */
export class SentCode {
  readonly #byId = new Map<string, JavaScriptCode>();

  add(codeId: string, code: JavaScriptCode): void {
    this.#byId.set(codeId, code);
  }

  /** A stack of the worker with the frames of the user's files. */
  mapStack(stack: string, codeId: string): string {
    const code = this.#byId.get(codeId);
    if (code === undefined) return stack;
    // A worker runs a module from a file of its own, which has the id as its name.
    const file = `<${code.name}>`;
    return mappedStack(
      stack.replaceAll(new RegExp(`file://\\S*${codeId}\\.mjs`, "g"), file),
      code,
      file,
    );
  }
}
