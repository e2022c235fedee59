/** A report of `host_report()` in `bridge/locate.py`: what a worker's host has. */
export interface WorkerHost {
  readonly host: string;
  /** Such as `linux-x64`. */
  readonly platform: string;
  /** Such as `glibc 2.36`, or `musl`. */
  readonly libc: string;
  /** The numeric id of the user who runs the workers. */
  readonly uid: number;
  /** The executables that the client asked about. */
  readonly nodes: readonly WorkerNode[];
  /** The names of those asked artifacts that the session has. */
  readonly sent: readonly string[];
}

/** An executable on a worker's host. */
export interface WorkerNode {
  /** What the client asked about: a path, or `node`. */
  readonly candidate: string;
  readonly path: string | null;
  readonly version: string | null;
  /** Why it cannot be used; null if it can. */
  readonly problem: string | null;
}
