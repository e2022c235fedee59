/** JavaScript code as data: a captured function, or a bundled module. */

/** A position in a file of the user. Lines and columns start at 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where some lines of a text come from. Lines and columns of the text start at 1. */
export interface CodeOrigin {
  readonly firstLine: number;
  readonly lastLine: number;
  /** The user's file and line for a position in the text; undefined if it is unknown. It may read a source map. */
  readonly place: (line: number, column: number) => SourcePlace | undefined;
}

/** JavaScript code that a worker can load. */
export interface JavaScriptCode {
  /** An expression whose value is the function or class, or the text of an ES module. */
  readonly form: "expression" | "module";
  readonly text: string;
  /** The export to use; for a module. */
  readonly exportName?: string;
  /** For messages and stack traces: the function's name, else what the caller gave. */
  readonly name: string;
  /** Where lines of `text` come from, so that the client can show stacks at the user's TypeScript lines. */
  readonly origins?: readonly CodeOrigin[];
}
