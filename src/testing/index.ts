/** Spark in a container, for tests: needs the package testcontainers beside this one. */
export { SparkConnectContainer, StartedSparkConnectContainer } from "./spark-connect-container.js";
export type { SparkConnectImageOptions } from "./spark-connect-image.js";
