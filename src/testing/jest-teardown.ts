/** Jest's global teardown: `globalTeardown: "sparktide/testing/jest-teardown"`. */
import { stopTestSpark } from "./test-spark.js";

/**
 * Stops the Spark that the global setup started. In watch mode it continues, for the next run. It ends with Jest.
 *
 * @param config Jest's configuration of the run, which Jest passes
 */
export default async function teardown(
  config: { readonly watch?: boolean; readonly watchAll?: boolean } = {},
): Promise<void> {
  if (config.watch !== true && config.watchAll !== true) await stopTestSpark();
}
