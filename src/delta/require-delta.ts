import { SparkException, UnsupportedOperationException } from "../errors.js";
import type { SparkSession } from "../session/spark-session.js";

const EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
const CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

/** The error classes with which a Spark without Delta, or without its settings, refuses Delta's commands. */
const SUSPECTS: readonly (string | undefined)[] = [
  "PARSE_SYNTAX_ERROR",
  "TABLE_OR_VIEW_NOT_FOUND",
  "DATA_SOURCE_NOT_FOUND",
  // "Cannot find catalog plugin class": the settings exist, but the jars are missing.
  "_LEGACY_ERROR_TEMP_2215",
];

/** The same for a Spark with Delta's jars and SQL extension, but with Spark's own catalog. */
const CATALOG_SUSPECTS: readonly (string | undefined)[] = [
  "UNSUPPORTED_FEATURE.TABLE_OPERATION",
  "UNSUPPORTED_DATASOURCE_FOR_DIRECT_QUERY",
  "DELTA_CONFIGURE_SPARK_SESSION_WITH_EXTENSION_AND_CATALOG",
];

/**
 * The error to throw for a failed Delta command. If the server lacks Delta, the error says what is missing;
 * otherwise it is the failure itself. Most errors of a Spark without Delta (a syntax error, a table not found)
 * may also be the caller's mistake, so the client checks what the server has.
 */
export async function explainFailure(spark: SparkSession, error: unknown): Promise<unknown> {
  if (!(error instanceof SparkException)) return error;
  if (![...SUSPECTS, ...CATALOG_SUSPECTS].includes(error.errorClass)) return error;
  // If the check fails, it must not hide the original failure.
  const lacks = await whatServerLacks(spark, error).catch(() => undefined);
  if (lacks === undefined) return error;
  const version = await spark.version();
  const [line = version] = /^\d+\.\d+/.exec(version) ?? [];
  return new UnsupportedOperationException(
    `The Spark server lacks ${lacks}. Set up Delta Lake when the server starts, not in a session: spark.jars.packages=io.delta:delta-spark_${line}_2.13:<Delta's version> (or its jars on the class path), spark.sql.extensions=${EXTENSION}, spark.sql.catalog.spark_catalog=${CATALOG}. The embedded Spark of builder().local() and LocalSpark has them unless delta is false.`,
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

/** No table exists at this path, so a server with Delta refuses it with another error class. */
const NO_TABLE = "/sparktide/no-such-table";

async function isDeltaSourceMissing(spark: SparkSession): Promise<boolean> {
  const failure = await failureOf(spark.read.format("delta").load(NO_TABLE).schema());
  return failure?.errorClass === "DATA_SOURCE_NOT_FOUND";
}

/** Without Delta, Spark reads DESCRIBE DETAIL as the description of a table named DETAIL. */
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
