/** Databases, tables and folders that a test makes and `await using` removes. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataFrame, LocalInput, SchemaInput, SparkSession } from "../index.js";
import { checkOptions } from "../option-check.js";
import { quoteIdentifier } from "../types/ddl.js";
import type { LocalRow } from "../types/local-row.js";
import type { ObjectRow } from "../types/row.js";

/** A database of one test. Its name needs no quotes in SQL. */
export interface TemporaryDatabase extends AsyncDisposable {
  /** `test_` and random letters and digits. */
  readonly name: string;
}

/** A table of one test. */
export interface TemporaryTable<R extends ObjectRow = ObjectRow> extends AsyncDisposable {
  /** `DATABASE.TABLE`, for SQL and `spark.table()`. */
  readonly name: string;
  /** Reads the table. */
  readonly df: DataFrame<R>;
}

/** A folder of one test. */
export interface TemporaryFolder extends AsyncDisposable {
  /** The folder's absolute path. */
  readonly path: string;
}

/** Options of {@link temporaryTable}. */
export interface TemporaryTableOptions {
  /** The table's format, such as `delta`. Default: the session's default, which is parquet. */
  readonly format?: string | undefined;
  /** The schema of rows; see `spark.createDataFrame()`. Default: inferred from the rows. */
  readonly schema?: SchemaInput | undefined;
}

/** A name that no other test has, on any machine that uses the same server. */
function uniqueName(): string {
  return `test_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

/**
 * Creates a database with a unique name. The end of `await using` drops it with all its tables, also after a failure.
 * The session's current database stays the same.
 *
 * @example
 * ```ts
 * await using db = await temporaryDatabase(spark);
 * await spark.range(3).write.saveAsTable(`${db.name}.numbers`);
 * ```
 */
export async function temporaryDatabase(spark: SparkSession): Promise<TemporaryDatabase> {
  const name = uniqueName();
  await spark.sql(`CREATE DATABASE ${name}`);
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await spark.sql(`DROP DATABASE IF EXISTS ${name} CASCADE`);
    },
  };
}

/**
 * Writes rows to a managed table with a unique name in the session's current database. The end of `await using` drops
 * the table, also after a failure.
 *
 * @param rows a DataFrame, or rows or columns as for `spark.createDataFrame()`
 *
 * @example
 * ```ts
 * await using orders = await temporaryTable(spark, [{ id: 1, amount: 2.5 }]);
 * await spark.sql(`SELECT sum(amount) FROM ${orders.name}`);
 * ```
 */
export function temporaryTable<R extends ObjectRow>(
  spark: SparkSession,
  rows: DataFrame<R>,
  options?: TemporaryTableOptions,
): Promise<TemporaryTable<R>>;
/** Writes local rows or columns to a managed table with a unique name. */
export function temporaryTable<Data extends LocalInput>(
  spark: SparkSession,
  rows: Data,
  options?: TemporaryTableOptions & { readonly schema?: undefined },
): Promise<TemporaryTable<LocalRow<Data>>>;
/** Writes local rows or columns with a schema to a managed table with a unique name. */
export function temporaryTable(
  spark: SparkSession,
  rows: LocalInput,
  options: TemporaryTableOptions,
): Promise<TemporaryTable>;
export async function temporaryTable(
  spark: SparkSession,
  rows: DataFrame | LocalInput,
  options: TemporaryTableOptions = {},
): Promise<TemporaryTable> {
  checkOptions("temporaryTable()", options, ["format", "schema"]);
  const isFrame = "toLocalIterator" in rows && typeof rows.toLocalIterator === "function";
  const df = isFrame
    ? (rows as DataFrame)
    : spark.createDataFrame(rows as LocalInput, options.schema);
  const database = await spark.catalog.currentDatabase();
  const quoted = /^\w+$/.test(database) ? database : quoteIdentifier(database);
  const name = `${quoted}.${uniqueName()}`;
  const drop = async (): Promise<void> => {
    await spark.sql(`DROP TABLE IF EXISTS ${name}`);
  };
  const { format } = options;
  try {
    await df.write.saveAsTable(name, format === undefined ? {} : { format });
  } catch (error) {
    // A failed write can leave an empty table. Its own error is the one to report.
    await drop().catch(() => undefined);
    throw error;
  }
  return { name, df: spark.table(name), [Symbol.asyncDispose]: drop };
}

/**
 * Creates an empty folder with a unique name in this machine's folder for temporary files. The end of `await using`
 * removes it with its content, also after a failure.
 *
 * Spark sees the folder only if it runs on this machine, as the embedded Spark does.
 *
 * @example
 * ```ts
 * await using folder = await temporaryFolder();
 * await spark.range(3).write.parquet(`${folder.path}/numbers`);
 * ```
 */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "spark-test-"));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      // A query that is still stopping may write to the folder while it is removed.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}
