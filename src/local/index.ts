/** The embedded Spark: installed into the user's cache folder, started and owned by this process. */
export { LocalSpark } from "./local-spark.js";
export { prepareLocalSpark } from "./prepare.js";
export { progressLine, progressText } from "./progress-line.js";
export type { Environment } from "./cache-folder.js";
export type { Java } from "./java.js";
export type { LocalSparkOptions, PrepareOptions } from "./local-spark-options.js";
export type { PreparedSpark } from "./prepare.js";
export type { ProgressOutput } from "./progress-line.js";
export type { ProgressListener, SetupProgress, SetupStep } from "./progress.js";
export type { ReadinessProbe } from "./readiness-probe.js";
