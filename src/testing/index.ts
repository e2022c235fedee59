/**
 * Helpers for tests on a real Spark: assertions, sessions, temporary tables, one Spark for all test files, Spark in a
 * container, recorded APIs. Only the container needs the package testcontainers.
 */
export { assertDataFrameEqual } from "./assert-dataframe-equal.js";
export { assertSchemaEqual } from "./assert-schema-equal.js";
export { checkConnector } from "./check-connector.js";
export { checkStateStore } from "./check-state-store.js";
export { recordApi, replayApi } from "./record-api.js";
export { SparkAssertionError } from "./spark-assertion-error.js";
export { temporaryDatabase, temporaryFolder, temporaryTable } from "./temporary.js";
export { testSession } from "./test-session.js";
export { startTestSpark } from "./test-spark.js";
export { SparkConnectContainer, StartedSparkConnectContainer } from "./spark-connect-container.js";
export type { CheckConnectorOptions } from "./check-connector.js";
export type { DataFrameEqualOptions } from "./assert-dataframe-equal.js";
export type { ApiServer, RecordApiOptions, ReplayApiOptions } from "./record-api.js";
export type { SchemaEqualOptions } from "./assert-schema-equal.js";
export type { Closeness } from "./match-rows.js";
export type { SparkConnectImageOptions } from "./spark-connect-image.js";
export type {
  TemporaryDatabase,
  TemporaryFolder,
  TemporaryTable,
  TemporaryTableOptions,
} from "./temporary.js";
export type { TestSparkOptions } from "./test-spark.js";
