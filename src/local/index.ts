/** The embedded Spark: installed into the user's cache folder, started and owned by this process. */
export { LocalSpark } from "./local-spark.js";
export { prepareLocalSpark } from "./install/prepare.js";
export { progressLine, progressText } from "./progress-line.js";
export type { Environment } from "../files/cache-folder.js";
export type { Java } from "./install/java.js";
export type { LocalSparkOptions, PrepareOptions } from "./local-spark-options.js";
export type { PreparedSpark } from "./install/prepare.js";
export type { ProgressOutput } from "./progress-line.js";
export type { ProgressListener, SetupProgress, SetupStep } from "./progress.js";
export type { ReadinessProbe } from "./server/readiness-probe.js";
