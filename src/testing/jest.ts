/** Jest's global setup: `globalSetup: "sparktide/testing/jest"`. */
import { hasTestSpark, startTestSpark } from "./test-spark.js";

/**
 * Starts one embedded Spark for all tests, unless SPARK_REMOTE names a server. Jest calls this before each run. In watch
 * mode, later runs use the Spark of the first run.
 *
 * @throws {LocalSparkError} the installation or the start failed
 */
export default async function setup(): Promise<void> {
  if (!hasTestSpark()) await startTestSpark();
}
