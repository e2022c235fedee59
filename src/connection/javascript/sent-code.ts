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
    return code === undefined ? stack : stack;
  }
}
