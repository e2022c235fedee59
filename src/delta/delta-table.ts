import type { DataFrame } from "../dataframe/dataframe.js";
import { ArgumentError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import type { CallOptions } from "../connection/call-options.js";
import type { SparkSession } from "../session/spark-session.js";
import { changeResult, type DeltaChangeResult } from "./delta-change-result.js";
import { DeltaMergeBuilder } from "./delta-merge-builder.js";
import { explainFailure } from "./require-delta.js";
import { assignmentsSql, sqlText, type Assignments } from "./sql-value.js";
import { quotedName } from "../types/sql-name.js";
import type { ObjectRow } from "../types/row.js";
import type { RowOfTable, TableName } from "../types/table-row.js";
import { tableIdentifier, type TableIdentifier } from "./table-identifier.js";

/** Which files OPTIMIZE rewrites, and how it arranges their rows. */
export interface OptimizeOptions {
  /** A condition on partition columns, in SQL. */
  readonly where?: string | undefined;
  /** Columns for Z-ordering, which stores similar values close together. */
  readonly zOrderBy?: string | readonly string[] | undefined;
}

/** Which files VACUUM removes. */
export interface VacuumOptions {
  /** Remove files that have been unused for at least this many hours. Default: the table's setting, usually a week. */
  readonly retentionHours?: number | undefined;
  /** List the files without removing them. */
  readonly dryRun?: boolean | undefined;
}

/** The state to restore. Spark reads a timestamp in text in the session's time zone. */
export type RestorePoint =
  { readonly version: number | bigint } | { readonly timestamp: string | Date };

/** The characters of a timestamp. */
const TIMESTAMP_TEXT = /^[\w :.+/-]+$/;

/**
 * A Delta table on the server, by name or path. Its commands run as Delta's SQL, and are done when their
 * promise resolves. Commands with a result return it as a DataFrame. `R` is the type of the table's rows.
 *
 * @see https://docs.delta.io the documentation of the commands
 */
export class DeltaTable<out R extends ObjectRow = ObjectRow> {
  readonly #spark: SparkSession;
  readonly #table: TableIdentifier;
  readonly #alias: string;

  /** @internal Use deltaTable(). */
  constructor(spark: SparkSession, table: TableIdentifier, alias: string = "target") {
    this.#spark = spark;
    this.#table = table;
    this.#alias = alias;
  }

  /** The table as a DataFrame. Each action reads the current rows. */
  toDF(): DataFrame<R> {
    const { path, sql } = this.#table;
    const df =
      path === undefined ? this.#spark.table(sql) : this.#spark.read.format("delta").load(path);
    return df as DataFrame<R>;
  }
  /** Sets the table's name in conditions and values. Default `target`. */
  alias(name: string): DeltaTable<R> {
    quotedName("alias", name);
    return new DeltaTable(this.#spark, this.#table, name);
  }

  /** Returns one row with the table's format, location, size, features, properties … */
  detail(options: CallOptions = {}): Promise<DataFrame> {
    return this.#run(`DESCRIBE DETAIL ${this.#table.sql}`, options);
  }
  /**
   * Returns a row for each commit, newest first.
   *
   * @param limit the largest number of commits. Default: all commits that the log still has
   */
  async history(limit?: number, options: CallOptions = {}): Promise<DataFrame> {
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0 && limit < 2 ** 31)) {
      throw new ArgumentError("limit", `limit must be an integer of at least 1, got ${limit}.`);
    }
    const most = limit === undefined ? "" : ` LIMIT ${limit}`;
    return this.#run(`DESCRIBE HISTORY ${this.#table.sql}${most}`, options);
  }
  /** Rewrites small files into larger ones. Returns a row with metrics. */
  async optimize(what: OptimizeOptions & CallOptions = {}): Promise<DataFrame> {
    const where = what.where === undefined ? "" : ` WHERE ${sqlText("where", what.where)}`;
    const columns = typeof what.zOrderBy === "string" ? [what.zOrderBy] : what.zOrderBy;
    if (columns?.length === 0) {
      throw new ArgumentError("zOrderBy", "zOrderBy must name at least one column.");
    }
    const names = columns?.map((column) => quotedName("zOrderBy", column)).join(", ");
    const zOrder = names === undefined ? "" : ` ZORDER BY (${names})`;
    return this.#run(`OPTIMIZE ${this.#table.sql}${where}${zOrder}`, what);
  }
  /**
   * Removes files that no version within the retention period needs. Older versions can then no longer be read
   * or restored. With `dryRun` it returns the files that it would remove, in a column `path`.
   *
   * @throws {SparkException} errorClass DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT: less than a week
   *   endangers running readers and writers, so Delta requires
   *   `spark.databricks.delta.retentionDurationCheck.enabled=false`
   */
  async vacuum(what: VacuumOptions & CallOptions = {}): Promise<DataFrame> {
    const { retentionHours, dryRun = false } = what;
    const hours = String(retentionHours);
    if (retentionHours !== undefined && !/^\d+(?:\.\d+)?$/.test(hours)) {
      throw new ArgumentError(
        "retentionHours",
        `retentionHours must be a number of at least 0, got ${hours}.`,
      );
    }
    const retain = retentionHours === undefined ? "" : ` RETAIN ${hours} HOURS`;
    return this.#run(`VACUUM ${this.#table.sql}${retain}${dryRun ? " DRY RUN" : ""}`, what);
  }
  /** Restores an earlier state as the newest version. Returns a row with the numbers of added and removed files. */
  async restore(to: RestorePoint, options: CallOptions = {}): Promise<DataFrame> {
    return this.#run(`RESTORE TABLE ${this.#table.sql} TO ${restorePointSql(to)}`, options);
  }

  /** Deletes the rows that match the condition, in SQL. Default: all rows. */
  async delete(condition?: string, options: CallOptions = {}): Promise<DeltaChangeResult> {
    const where = condition === undefined ? "" : ` WHERE ${sqlText("condition", condition)}`;
    return this.#change(`DELETE FROM ${this.#target()}${where}`, options);
  }
  /** Sets columns of the rows that match `where`, in SQL. Default: of all rows. */
  async update(
    what: { readonly set: Assignments; readonly where?: string | undefined } & CallOptions,
  ): Promise<DeltaChangeResult> {
    const where = what.where === undefined ? "" : `\nWHERE ${sqlText("where", what.where)}`;
    return this.#change(
      `UPDATE ${this.#target()} SET ${assignmentsSql("set", what.set)}${where}`,
      what,
    );
  }
  /**
   * Starts to describe a merge of a DataFrame's rows into the table.
   *
   * @param condition which rows match, in SQL: `"target.id = source.id"`
   * @throws {ArgumentError} the condition is empty
   */
  merge(source: DataFrame, condition: string): DeltaMergeBuilder {
    return new DeltaMergeBuilder({
      targetSql: this.#table.sql,
      targetAlias: this.#alias,
      source,
      condition: sqlText("condition", condition),
      clauses: { matched: [], notMatched: [], notMatchedBySource: [] },
      withSchemaEvolution: false,
    });
  }

  #target(): string {
    return `${this.#table.sql} AS ${quotedName("alias", this.#alias)}`;
  }
  async #change(sql: string, options: CallOptions): Promise<DeltaChangeResult> {
    const [row] = await (await this.#run(sql, options)).collect({ signal: options.signal });
    return changeResult(row);
  }
  async #run(sql: string, { signal }: CallOptions): Promise<DataFrame> {
    try {
      return await this.#spark.sql(sql, [], { signal });
    } catch (error) {
      throw await explainFailure(this.#spark, error);
    }
  }
}

checkMethods(DeltaTable.prototype, {
  detail: [0, SIGNAL],
  history: [1, SIGNAL],
  optimize: [0, ["where", "zOrderBy", "signal"]],
  vacuum: [0, ["retentionHours", "dryRun", "signal"]],
  restore: [
    [0, ["version", "timestamp"]],
    [1, SIGNAL],
  ],
  delete: [1, SIGNAL],
  update: [0, ["set", "where", "signal"]],
});

/**
 * A Delta table by name (`"db.orders"`) or path (`"/data/orders"`, `"s3a://bucket/orders"`). A text with a
 * slash or a URI scheme is a path. The rows have the type that {@link Tables} has for this name. Does not use the
 * network.
 *
 * @throws {ArgumentError} the text is neither a name nor a path
 */
export function deltaTable<const Name extends TableName>(
  spark: SparkSession,
  nameOrPath: Name,
): DeltaTable<RowOfTable<Name>> {
  return new DeltaTable(spark, tableIdentifier(nameOrPath));
}

function restorePointSql(to: RestorePoint): string {
  // JavaScript callers may pass any type.
  const { version, timestamp } = to as { version?: number | bigint; timestamp?: string | Date };
  if ((version === undefined) === (timestamp === undefined)) {
    throw new ArgumentError("restore", "restore() needs either { version } or { timestamp }.");
  }
  if (timestamp !== undefined) return `TIMESTAMP AS OF '${timestampText(timestamp)}'`;
  const isInteger = typeof version === "bigint" || Number.isSafeInteger(version);
  if (!isInteger || Number(version) < 0) {
    throw new ArgumentError("version", `version must be an integer of at least 0, got ${version}.`);
  }
  return `VERSION AS OF ${version}`;
}

function timestampText(timestamp: string | Date): string {
  if (typeof timestamp === "string") {
    if (TIMESTAMP_TEXT.test(timestamp)) return timestamp;
    throw new ArgumentError(
      "timestamp",
      `timestamp must be a date and time, such as "2026-01-31 12:00:00", got ${JSON.stringify(timestamp)}.`,
    );
  }
  if (Number.isNaN(timestamp.getTime())) {
    throw new ArgumentError("timestamp", "timestamp must be a valid Date, got an invalid one.");
  }
  return timestamp.toISOString();
}
