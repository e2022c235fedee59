import type { RestHttp } from "./rest-http.js";

/** What {@link RestSource.poll} receives. `Position` is the type of the positions that it yields. */
export interface Poll<Position = unknown> {
  /** Sends requests with the conduct of `rest`. Paths are added to the option `url`. */
  readonly http: RestHttp;
  /** The last position that the stream has reached. Undefined at the start of a new stream and of a batch read. */
  readonly since: Position | undefined;
}

/**
 * What {@link RestSource.poll} yields: a row or rows, and the position after them. Rows without a position belong to the
 * next one. A position without rows is a step: a stream writes it into its checkpoint before the poll continues.
 */
export interface Polled {
  readonly row?: object | undefined;
  readonly rows?: Iterable<object> | undefined;
  /** A JSON value from which a later poll can continue. */
  readonly position?: unknown;
}
