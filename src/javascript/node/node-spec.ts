/** The oldest Node.js that runs the worker program. */
export const MINIMUM_NODE: string = "20.19.0";

/** Where a worker finds Node.js. It is JSON in the plan; `bridge/locate.py` reads it. */
export interface NodeSpec {
  /** Executables to try, in this order: absolute paths, and `node` for the one on the worker's PATH. */
  readonly paths: readonly string[];
  /** The oldest version that a worker accepts. */
  readonly minimum: string;
  /** The executable that the session has as a file artifact, for workers where no path has a usable Node.js. */
  readonly upload?: UploadedNode | undefined;
}

/** A Node.js that the client sent. */
interface UploadedNode {
  /** The SHA-256 of the executable, in hexadecimal. */
  readonly sha256: string;
  readonly version: string;
  /** The platform that it runs on, such as `linux-x64`. */
  readonly platform: string;
  /** The oldest glibc that it runs on, such as `2.28`. */
  readonly minimumGlibc: string;
}
