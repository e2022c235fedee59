/** Jest's global teardown: `globalTeardown: "sparktide/testing/jest-teardown"`. */
import { stopTestSpark } from "./test-spark.js";

/** The part of Jest's configuration that this uses. */
interface JestConfig {
  readonly watch?: boolean;
  readonly watchAll?: boolean;
}

/**
 * Stops the Spark that the global setup started. In watch mode it continues, for the next run. It ends with Jest.
 */
export default async function teardown({ watch, watchAll }: JestConfig = {}): Promise<void> {
  if (watch !== true && watchAll !== true) await stopTestSpark();
}
