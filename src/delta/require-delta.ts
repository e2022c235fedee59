import { SparkException, UnsupportedOperationException } from "../errors.js";
import type { SparkSession } from "../session/spark-session.js";

const EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
const CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

/** Under these a Spark without Delta, or without its settings, refuses Delta's commands. */
const SUSPECTS: readonly (string | undefined)[] = [
  "PARSE_SYNTAX_ERROR",
  "TABLE_OR_VIEW_NOT_FOUND",
  "DATA_SOURCE_NOT_FOUND",
  // "Cannot find catalog plugin class": the settings are there, the jars are not.
  "_LEGACY_ERROR_TEMP_2215",
];

/** The same of a Spark that has Delta's jars and syntax, and Spark's own catalog. */
const CATALOG_SUSPECTS: readonly (string | undefined)[] = [
  "UNSUPPORTED_FEATURE.TABLE_OPERATION",
  "UNSUPPORTED_DATASOURCE_FOR_DIRECT_QUERY",
  "DELTA_CONFIGURE_SPARK_SESSION_WITH_EXTENSION_AND_CATALOG",
];

/**
 * The error to throw for a failed Delta command: one that says what the server lacks where it lacks
 * Delta, else the failure itself. Most of what Spark answers without Delta (a syntax error, a table not
 * found) can also be the caller's mistake, so the server is asked what it has.
 */
export async function explainFailure(spark: SparkSession, error: unknown): Promise<unknown> {
  if (!(error instanceof SparkException)) return error;
  if (![...SUSPECTS, ...CATALOG_SUSPECTS].includes(error.errorClass)) return error;
  // A question that fails tells nothing, and must not hide the failure itself.
  const lacks = await whatServerLacks(spark, error).catch(() => undefined);
  if (lacks === undefined) return error;
  const version = await spark.version();
  const [line = version] = /^\d+\.\d+/.exec(version) ?? [];
  return new UnsupportedOperationException(
    `The Spark server lacks ${lacks}. Delta Lake must be set up when the server starts, not on a session: spark.jars.packages=io.delta:delta-spark_${line}_2.13:<Delta's version> (or its jars on the class path), spark.sql.extensions=${EXTENSION}, spark.sql.catalog.spark_catalog=${CATALOG}. The embedded Spark, builder().local() or LocalSpark, brings them unless delta is false.`,
    {
      errorClass: "NEEDS_DELTA",
      sqlState: error.sqlState,
      messageParameters: error.messageParameters,
      serverStackTrace: error.serverStackTrace,
      grpcStatus: error.grpcStatus,
      cause: error,
    },
  );
}

async function whatServerLacks(
  spark: SparkSession,
  error: SparkException,
): Promise<string | undefined> {
  if (await isDeltaSourceMissing(spark)) return "Delta Lake's jars";
  if (await isDeltaSyntaxMissing(spark)) return "Delta Lake's SQL extension";
  if (!CATALOG_SUSPECTS.includes(error.errorClass)) return undefined;
  const catalog = await spark.conf.get("spark.sql.catalog.spark_catalog", "builtin");
  return catalog === "builtin" ? "Delta Lake's catalog" : undefined;
}

/** No table is at this path, so a server with Delta refuses it under another class. */
const NO_TABLE = "/sparktide/no-such-table";

async function isDeltaSourceMissing(spark: SparkSession): Promise<boolean> {
  const failure = await failureOf(spark.read.format("delta").load(NO_TABLE).schema());
  return failure?.errorClass === "DATA_SOURCE_NOT_FOUND";
}

/** Spark alone reads DESCRIBE DETAIL as the description of a table called detail. */
async function isDeltaSyntaxMissing(spark: SparkSession): Promise<boolean> {
  const failure = await failureOf(spark.sql(`DESCRIBE DETAIL delta.\`${NO_TABLE}\``));
  return failure?.messageParameters["relationName"] === "`DETAIL`";
}

async function failureOf(asked: Promise<unknown>): Promise<SparkException | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof SparkException) return error;
    throw error;
  }
}
