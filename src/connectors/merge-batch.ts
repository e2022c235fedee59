import { randomUUID } from "node:crypto";
import type { CallOptions } from "../connection/call-options.js";
import { explainFailure } from "../delta/require-delta.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import { quoteIdentifier } from "../types/ddl.js";
import { quotedName } from "../types/sql-name.js";

/** What a merge needs to know about a table of a connector. */
export interface MergedTable {
  /** The name for messages: `issues of github`. */
  readonly name: string;
  /** The Delta table, in SQL. */
  readonly sql: string;
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  /** The column that grows with each version of a record. */
  readonly latestBy: string | undefined;
  /** The condition, in SQL, of a record that deletes. */
  readonly deletes: string | undefined;
}

/** Columns that a merge adds to the source. */
const DELETES = "`__sparktide_deletes`";
const ARRIVAL = "`__sparktide_arrival`";
const RANK = "`__sparktide_rank`";

function path(prefix: string, column: string): string {
  return `${prefix}.${quotedName("column", column)}`;
}

function sameKey(keys: readonly string[], left: string, right: string): string {
  return keys.map((key) => `${path(left, key)} = ${path(right, key)}`).join(" AND ");
}

function textLiteral(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/**
 * The records of a batch with their order and whether they delete. A record without a value in a required column is an error,
 * because a merge could not find it again.
 */
function recordsSql(view: string, table: MergedTable, required: readonly string[]): string {
  const { name, deletes } = table;
  const checks = required.map((column) => {
    const message = `A record of ${name} has no value in ${column}, which key or latestBy names. Choose a column that every record has.`;
    return `assert_true(${quotedName("key", column)} IS NOT NULL, ${textLiteral(message)}) IS NULL`;
  });
  const condition = deletes === undefined ? "false" : `coalesce((${deletes}), false)`;
  return `SELECT *, ${condition} AS ${DELETES}, monotonically_increasing_id() AS ${ARRIVAL} FROM ${view} WHERE ${checks.join(" AND ")}`;
}

/** The records that are the last of their group in a batch: the largest version, and of equal ones the one that came last. */
function lastSql(records: string, group: readonly string[], latestBy: string | undefined): string {
  const groups = group.map((column) => quotedName("key", column)).join(", ");
  const version =
    latestBy === undefined ? "" : `${quotedName("latestBy", latestBy)} DESC NULLS LAST, `;
  return `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY ${groups} ORDER BY ${version}${ARRIVAL} DESC) AS ${RANK} FROM (${records})) WHERE ${RANK} = 1`;
}

/** `MERGE` of the newest version of each record, which replaces the one in the table unless that is newer. */
export function upsertSql(view: string, table: MergedTable): string {
  const { sql, columns, keys, latestBy } = table;
  const names = columns.map(quoteIdentifier);
  const isNewer =
    latestBy === undefined
      ? "true"
      : `coalesce(${path("source", latestBy)} >= ${path("target", latestBy)}, true)`;
  const set = names.map((name) => `target.${name} = source.${name}`).join(", ");
  return [
    `MERGE INTO ${sql} AS target`,
    `USING (${lastSql(recordsSql(view, table, keys), keys, latestBy)}) AS source`,
    `ON ${sameKey(keys, "target", "source")}`,
    `WHEN MATCHED AND source.${DELETES} AND ${isNewer} THEN DELETE`,
    `WHEN MATCHED AND ${isNewer} THEN UPDATE SET ${set}`,
    `WHEN NOT MATCHED AND NOT source.${DELETES} THEN INSERT (${names.join(", ")}) VALUES (${names.map((name) => `source.${name}`).join(", ")})`,
  ].join("\n");
}

/**
 * `MERGE` of all versions of each record. The first new version of a record gives up to two rows: one closes the row that is
 * current in the table, and one, without a key, becomes a row of its own. Versions that the table already has, or that are older than its newest one, change
 * nothing. So the merge of a batch that Spark runs again changes nothing either.
 */
export function historySql(view: string, table: MergedTable, latestBy: string): string {
  const { sql, columns, keys } = table;
  const version = quotedName("latestBy", latestBy);
  const names = columns.map(quoteIdentifier);
  const keyNames = keys.map((_, at) => `\`__sparktide_key_${at}\``);
  const keyValues = keys.map(
    (key, at) =>
      `CASE WHEN __sparktide_closes THEN ${path("next", key)} END AS ${keyNames[at] ?? ""}`,
  );
  const stored = keys.map((key, at) => `${quotedName("key", key)} AS ${keyNames[at] ?? ""}`);
  const groups = keys.map((key) => path("fresh", key)).join(", ");
  const identity = [...keys, latestBy];
  const versions = lastSql(recordsSql(view, table, identity), identity, undefined);
  const sameStored = keys
    .map((key, at) => `reached.${keyNames[at] ?? ""} = ${path("versions", key)}`)
    .join(" AND ");
  const rows = names.map((name) => `next.${name}`).join(", ");
  const source = `
    WITH versions AS (${versions}),
    reached AS (
      SELECT ${keyNames.join(", ")}, max(coalesce(valid_to, valid_from)) AS high, max(CASE WHEN is_current THEN valid_from END) AS open
      FROM (SELECT ${stored.join(", ")}, valid_from, valid_to, is_current FROM ${sql})
      GROUP BY ${keyNames.join(", ")}
    ),
    fresh AS (
      SELECT versions.*, reached.open AS __sparktide_open,
        coalesce(versions.${version} = reached.open AND NOT versions.${DELETES}, false) AS __sparktide_again
      FROM versions LEFT JOIN reached ON ${sameStored}
      WHERE reached.high IS NULL OR versions.${version} > reached.high OR versions.${version} = reached.open
    ),
    next AS (
      SELECT fresh.*,
        lead(fresh.${version}) OVER (PARTITION BY ${groups} ORDER BY fresh.${version}) AS __sparktide_next,
        row_number() OVER (PARTITION BY ${groups} ORDER BY __sparktide_again DESC, fresh.${version}) AS __sparktide_nth
      FROM fresh
    )
    SELECT ${keyValues.join(", ")}, ${rows}, __sparktide_again AS __sparktide_replaces,
      next.${version} AS __sparktide_from,
      CASE WHEN __sparktide_closes AND NOT __sparktide_again THEN next.${version} ELSE __sparktide_next END AS __sparktide_end
    FROM next LATERAL VIEW explode(
      CASE WHEN __sparktide_open IS NULL OR __sparktide_nth > 1 THEN CASE WHEN ${DELETES} THEN array() ELSE array(false) END
        WHEN __sparktide_again OR ${DELETES} THEN array(true) ELSE array(true, false) END
    ) AS __sparktide_closes`;
  const set = names.map((name) => `target.${name} = source.${name}`).join(", ");
  const on = keys.map((key, at) => `${path("target", key)} = source.${keyNames[at] ?? ""}`);
  const end =
    "target.valid_to = source.__sparktide_end, target.is_current = source.__sparktide_end IS NULL";
  return [
    `MERGE INTO ${sql} AS target USING (${source}) AS source`,
    `ON ${on.join(" AND ")} AND target.is_current`,
    `WHEN MATCHED AND source.__sparktide_replaces THEN UPDATE SET ${set}, ${end}`,
    `WHEN MATCHED THEN UPDATE SET ${end}`,
    `WHEN NOT MATCHED THEN INSERT (${names.join(", ")}, valid_from, valid_to, is_current)`,
    `VALUES (${names.map((name) => `source.${name}`).join(", ")}, source.__sparktide_from, source.__sparktide_end, source.__sparktide_end IS NULL)`,
  ].join("\n");
}

/** Merges a batch into its table in one transaction. */
export async function mergeBatch(
  batch: DataFrame,
  mergeSql: (view: string) => string,
  options: CallOptions,
): Promise<void> {
  const { sparkSession: spark } = batch;
  const view = `sparktide_batch_${randomUUID().replaceAll("-", "")}`;
  await batch.createTempView(view, options);
  try {
    await spark.sql(mergeSql(view), [], options);
  } catch (error) {
    throw await explainFailure(spark, error);
  } finally {
    // Without the caller's signal, so that an aborted merge leaves no view behind. The view ends with its session.
    await spark.sql(`DROP VIEW IF EXISTS ${view}`).catch(() => undefined);
  }
}
