/** Stacks of workers at the lines of the user's files. */
import type { JavaScriptCode } from "./javascript-code.js";

/** A frame: the part before the place, the place's file, line and column, and the part after it. */
const FRAME = /^(\s*at (?:.*\()?)(.+?):(\d+):(\d+)(\)?)$/;

/**
 * Rewrites the frames of a stack that are in a text to the files and lines of the user. Frames of other files, and
 * frames whose place is unknown, stay as they are. It may read source maps from files.
 *
 * @param file the file name of the text in the stack. Default: `<NAME>`, as the worker evaluates expressions
 */
export function mappedStack(
  stack: string,
  code: JavaScriptCode,
  file: string = `<${code.name}>`,
): string {
  return stack
    .split("\n")
    .map((line) => {
      const [, before = "", place, row, column, after = ""] = FRAME.exec(line) ?? [];
      // Frames of async functions have "async " before the file, when they have no name.
      if (place === undefined || !(place === file || place === `async ${file}`)) return line;
      const [at, from] = [Number(row), Number(column)];
      const origin = code.origins?.find(
        ({ firstLine, lastLine }) => firstLine <= at && at <= lastLine,
      );
      const found = origin?.place(at, from);
      if (found === undefined) return line;
      const prefix = place === file ? "" : "async ";
      return `${before}${prefix}${found.file}:${found.line}:${found.column}${after}`;
    })
    .join("\n");
}
