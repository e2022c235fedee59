/** JavaScript code that a worker can load. */
export interface JavaScriptCode {
  /** An expression whose value is the function or class, or the text of an ES module. */
  readonly form: "expression" | "module";
  readonly text: string;
  /** The export to use; for a module. */
  readonly exportName?: string;
  /** For messages and stack traces: the function's name, else what the caller gave. */
  readonly name: string;
}
