import type { NodeSpec } from "./node/node-spec.js";

/** What the workers need to run JavaScript. It is JSON in the plan; `bridge/locate.py` reads it. */
export interface RuntimeSpec {
  /** The SHA-256 of the worker program, in hexadecimal. The session has it as a file artifact. */
  readonly worker: string;
  readonly node: NodeSpec;
}
