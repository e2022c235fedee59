/** The script that V8 loaded a function from, and the user's file behind it. Read when an error needs it. */
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapping } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isAbsolute } from "node:path";
import type { CodeOrigin, SourcePlace } from "../javascript-code.js";
import { Inspector, type FunctionLocation } from "./scope-reader.js";

/** A script as V8 has it. */
interface Script {
  readonly url: string;
  readonly sourceMapURL: string;
  readonly source: string;
}

/** A map, and the address to which its file names are relative. */
export interface LocatedMap {
  readonly map: SourceMap;
  readonly base: string;
}

const scripts = new Map<string, Script | undefined>();

/** The script with this id; undefined if V8 no longer has it. */
export function scriptOf(scriptId: string): Script | undefined {
  if (scripts.has(scriptId)) return scripts.get(scriptId);
  let script: Script | undefined;
  try {
    using inspector = new Inspector();
    let found: { readonly url: string; readonly sourceMapURL?: string } | undefined;
    inspector.on("Debugger.scriptParsed", (parameters) => {
      const event = parameters as { scriptId: string; url: string; sourceMapURL?: string };
      if (event.scriptId === scriptId) found = event;
    });
    inspector.post("Debugger.enable");
    const { scriptSource } = inspector.post("Debugger.getScriptSource", { scriptId }) as {
      readonly scriptSource: string;
    };
    inspector.post("Debugger.disable");
    script = {
      url: found?.url ?? "",
      sourceMapURL: found?.sourceMapURL ?? "",
      source: scriptSource,
    };
  } catch {
    script = undefined;
  }
  scripts.set(scriptId, script);
  return script;
}

/** The offset of a position in a text; lines and columns start at 0. */
export function offsetAt(source: string, line: number, column: number): number {
  let start = 0;
  for (let at = 0; at < line; at++) start = source.indexOf("\n", start) + 1;
  return start + column;
}

function positionAt(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const line = before.split("\n").length - 1;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) };
}

/** The source map at an address: a data URL, or a file beside the script. */
export function sourceMapAt(address: string, script: string): LocatedMap | undefined {
  if (address === "") return undefined;
  try {
    const scriptUrl = isAbsolute(script) ? pathToFileURL(script).href : script;
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(address);
    const url = inline === null ? new URL(address, scriptUrl) : undefined;
    const text =
      url !== undefined
        ? readFileSync(url, "utf8")
        : inline?.[1] === undefined
          ? decodeURIComponent(inline?.[2] ?? "")
          : Buffer.from(inline[2] ?? "", "base64").toString();
    const payload = JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0];
    return {
      map: new SourceMap(payload),
      base: baseOf(payload.sourceRoot, url?.href ?? scriptUrl),
    };
  } catch {
    return undefined;
  }
}

/** The address to which the sources of a map are relative. The map of a bundle may have no address itself. */
function baseOf(sourceRoot: string | undefined, address: string): string {
  if (sourceRoot === undefined || sourceRoot === "") return address;
  return address === "" ? sourceRoot : new URL(sourceRoot, address).href;
}

/** The user's place for a position of a script. All numbers start at 0, those of the result at 1. */
export function mappedPlace(
  { map, base }: LocatedMap,
  line: number,
  column: number,
): SourcePlace | undefined {
  const entry = map.findEntry(line, column) as Partial<SourceMapping>;
  if (entry.originalSource === undefined) return undefined;
  return {
    file: shownFile(entry.originalSource, base),
    line: (entry.originalLine ?? 0) + 1,
    column: (entry.originalColumn ?? 0) + 1,
  };
}

/** A path instead of a file URL, because people and editors read paths. */
function shownFile(source: string, base: string): string {
  if (isAbsolute(source)) return source;
  try {
    const url = new URL(source, base === "" ? undefined : base);
    return url.protocol === "file:" ? fileURLToPath(url) : url.href;
  } catch {
    return source;
  }
}

/**
 * Where a function's text comes from.
 *
 * @param text the function's text as it stands between the two lines of the sent text, from column 1
 */
export function originOf(
  location: FunctionLocation,
  text: string,
  firstLine: number,
  lastLine: number,
): CodeOrigin {
  let start: { readonly line: number; readonly column: number } | undefined;
  let map: LocatedMap | undefined;
  let script: Script | undefined;
  let isRead = false;
  const read = (): void => {
    isRead = true;
    script = scriptOf(location.scriptId);
    if (script === undefined) return;
    // V8 gives the place of the parameters, or of a class's constructor. The text begins before it.
    const at = offsetAt(script.source, location.lineNumber, location.columnNumber);
    const begin = script.source.lastIndexOf(text, at);
    start =
      begin === -1
        ? { line: location.lineNumber, column: location.columnNumber }
        : positionAt(script.source, begin);
    map = sourceMapAt(script.sourceMapURL, script.url);
  };
  return {
    firstLine,
    lastLine,
    place(line, column) {
      if (!isRead) read();
      if (script === undefined || start === undefined || script.url === "") return undefined;
      const scriptLine = start.line + line - firstLine;
      const scriptColumn = column - 1 + (line === firstLine ? start.column : 0);
      if (map !== undefined) return mappedPlace(map, scriptLine, scriptColumn);
      // Loaders such as tsx may compile into a script without a file.
      if (script.url.startsWith("data:")) return undefined;
      return { file: shownFile(script.url, ""), line: scriptLine + 1, column: scriptColumn + 1 };
    },
  };
}
