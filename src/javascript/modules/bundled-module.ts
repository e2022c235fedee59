// provisional
import type { JavaScriptCode } from "../javascript-code.js";
export function bundledModule(_url: URL | string, _exportName: string): Promise<JavaScriptCode> {
  return Promise.reject(new Error("provisional"));
}
