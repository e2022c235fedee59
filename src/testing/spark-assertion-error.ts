import { SparkError } from "../errors.js";

/**
 * An assertion of `sparktide/testing` failed. `code` is `DIFFERENT_SCHEMA` or `DIFFERENT_ROWS`, as in PySpark,
 * `STATE_STORE_BROKEN` or `CONNECTOR_BROKEN`. The message has the differences: `-` marks what was expected, `+` marks the actual result.
 */
export class SparkAssertionError extends SparkError {
  override readonly name: string = "SparkAssertionError";
}
