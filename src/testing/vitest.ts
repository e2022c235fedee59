/** Vitest's global setup: `globalSetup: ["sparktide/testing/vitest"]`. */
import { startTestSpark } from "./test-spark.js";

/**
 * Starts one embedded Spark for all tests, unless SPARK_REMOTE names a server. Vitest calls this once, also in watch mode,
 * and calls the result at the end.
 *
 * @throws {LocalSparkError} the installation or the start failed
 */
export default function setup(): Promise<() => Promise<void>> {
  return startTestSpark();
}
