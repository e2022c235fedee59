/** Spark in a container, for tests. Needs the package testcontainers. */
export { SparkConnectContainer, StartedSparkConnectContainer } from "./spark-connect-container.js";
export type { SparkConnectImageOptions } from "./spark-connect-image.js";
