import { randomUUID } from "node:crypto";
import type { DataFrame } from "../dataframe/dataframe.js";
import { ArgumentError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import type { CallOptions } from "../connection/call-options.js";
import type { SparkSession } from "../session/spark-session.js";
import { SparkVersion } from "../connection/spark-version.js";
import { changeResult, count, type DeltaChangeResult } from "./delta-change-result.js";
import { explainFailure } from "./require-delta.js";
import { assignmentsSql, insertSql, sqlText, type Assignments } from "./sql-value.js";
import { quotedName } from "../types/sql-name.js";

/** What a merge did. */
export interface DeltaMergeResult extends DeltaChangeResult {
  readonly numInsertedRows: bigint;
  readonly numUpdatedRows: bigint;
  readonly numDeletedRows: bigint;
}

/** Which rows of those matched, or not matched, a clause is for, in SQL; default: all. */
export interface MergeCondition {
  readonly condition?: string | undefined;
}

/** A merge's place in a row of merges, each made once. */
export interface DeltaTransaction {
  /** Names the row: one writer of one table, as a streaming query's id. */
  readonly appId: string;
  /** Grows from merge to merge, as a streaming query's batch id does. */
  readonly version: number | bigint;
}

/** The clauses by kind: SQL wants them in this order. */
interface Clauses {
  readonly matched: readonly string[];
  readonly notMatched: readonly string[];
  readonly notMatchedBySource: readonly string[];
}

/** What a merge is made of. */
export interface MergeSpec {
  readonly targetSql: string;
  readonly targetAlias: string;
  readonly source: DataFrame;
  readonly condition: string;
  readonly clauses: Clauses;
  readonly withSchemaEvolution: boolean;
}

const MAX_TRANSACTION_VERSION = 2n ** 63n - 1n;

/**
 * Describes a merge, clause by clause; `execute()` does it. Immutable: each call returns a new one. Of
 * several clauses of a kind the first whose condition holds counts for a row; only the last may have no
 * condition. The rows are called `target` and `source` in conditions and values, unless the table or
 * the source DataFrame got another name with alias().
 */
export class DeltaMergeBuilder {
  readonly #spec: MergeSpec;

  /** @internal Use DeltaTable.merge(). */
  constructor(spec: MergeSpec) {
    this.#spec = spec;
  }

  whenMatchedUpdate(clause: { readonly set: Assignments } & MergeCondition): DeltaMergeBuilder {
    const set = assignmentsSql("set", clause.set);
    return this.#with("matched", `WHEN MATCHED`, clause, `UPDATE SET ${set}`);
  }
  /** Sets every column of the target to the source's column of the same name. */
  whenMatchedUpdateAll(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("matched", "WHEN MATCHED", clause, "UPDATE SET *");
  }
  whenMatchedDelete(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("matched", "WHEN MATCHED", clause, "DELETE");
  }
  whenNotMatchedInsert(
    clause: { readonly values: Assignments } & MergeCondition,
  ): DeltaMergeBuilder {
    const values = insertSql("values", clause.values);
    return this.#with("notMatched", "WHEN NOT MATCHED", clause, `INSERT ${values}`);
  }
  /** Inserts the source's row, columns matched by name. */
  whenNotMatchedInsertAll(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("notMatched", "WHEN NOT MATCHED", clause, "INSERT *");
  }
  /** For the target's rows that no row of the source matches. */
  whenNotMatchedBySourceUpdate(
    clause: { readonly set: Assignments } & MergeCondition,
  ): DeltaMergeBuilder {
    const set = assignmentsSql("set", clause.set);
    const action = `UPDATE SET ${set}`;
    return this.#with("notMatchedBySource", "WHEN NOT MATCHED BY SOURCE", clause, action);
  }
  /** For the target's rows that no row of the source matches. */
  whenNotMatchedBySourceDelete(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("notMatchedBySource", "WHEN NOT MATCHED BY SOURCE", clause, "DELETE");
  }
  /** Adds the source's new columns to the table, in the clauses that write all columns. */
  withSchemaEvolution(): DeltaMergeBuilder {
    return new DeltaMergeBuilder({ ...this.#spec, withSchemaEvolution: true });
  }

  /**
   * Merges, in the source DataFrame's session. A merge repeated after a failure finds its own rows: it
   * is exactly-once only where the clauses are idempotent by key; else use {@link executeOnce}.
   *
   * @throws {ArgumentError} there is no clause
   * @throws {UnsupportedOperationException} errorClass NEEDS_DELTA: the server has no Delta Lake
   */
  async execute(options: CallOptions = {}): Promise<DeltaMergeResult> {
    this.#requireClause();
    options.signal?.throwIfAborted();
    const { sparkSession } = this.#spec.source;
    return this.#withSource(options, (view) => this.#merge(sparkSession, view, options));
  }

  /**
   * Merges unless the table already holds this transaction, or a later one of the same `appId`; then
   * nothing is written and `isSkipped` is true. The merge and its mark are one commit, so a merge that
   * is repeated with the same transaction takes effect exactly once, whatever its clauses. The source is
   * read even when the merge is skipped, because a stateful query fails unless its whole batch is.
   *
   * It runs in a clone of the source's session: the settings that make Delta do so hold for each write
   * of a session. Calls and tags of a foreachBatch callback don't reach there; give its signal.
   *
   * @throws {ArgumentError} there is no clause, or the transaction is not one
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1, which cannot clone a
   *   session; errorClass NEEDS_DELTA: it has no Delta Lake
   */
  async executeOnce(
    transaction: DeltaTransaction,
    options: CallOptions = {},
  ): Promise<DeltaMergeResult> {
    this.#requireClause();
    const { appId, version } = checkTransaction(transaction);
    options.signal?.throwIfAborted();
    const { sparkSession } = this.#spec.source;
    new SparkVersion(await sparkSession.version()).require("executeOnce()", 4, 1);
    return this.#withSource(options, async (view) => {
      // The clone has the view too, so that it reads what only the source's session holds.
      await using own = await sparkSession.cloneSession(options);
      await own.conf.set("spark.databricks.delta.write.txnAppId", appId, options);
      await own.conf.set("spark.databricks.delta.write.txnVersion", version, options);
      const result = await this.#merge(own, view, options);
      if (result.isSkipped) {
        const { write } = this.#spec.source;
        await write.format("noop").mode("overwrite").save(undefined, options);
      }
      return result;
    });
  }

  #with(
    kind: keyof Clauses,
    when: string,
    { condition }: MergeCondition,
    action: string,
  ): DeltaMergeBuilder {
    const and = condition === undefined ? "" : ` AND (${sqlText("condition", condition)})`;
    const clauses = {
      ...this.#spec.clauses,
      [kind]: [...this.#spec.clauses[kind], `${when}${and} THEN ${action}`],
    };
    return new DeltaMergeBuilder({ ...this.#spec, clauses });
  }

  #requireClause(): void {
    const { matched, notMatched, notMatchedBySource } = this.#spec.clauses;
    if (matched.length + notMatched.length + notMatchedBySource.length === 0) {
      throw new ArgumentError(
        "merge",
        "A merge needs at least one clause: whenMatchedUpdateAll(), whenNotMatchedInsertAll() …",
      );
    }
  }

  /** Names the source for SQL while the work runs. */
  async #withSource(
    options: CallOptions,
    work: (view: string) => Promise<DeltaMergeResult>,
  ): Promise<DeltaMergeResult> {
    const { source } = this.#spec;
    const view = `sparktide_merge_${randomUUID().replaceAll("-", "")}`;
    await source.createTempView(view, options);
    try {
      return await work(view);
    } finally {
      // Not under the caller's signal: an aborted merge leaves no view either. A view that cannot be
      // dropped goes with its session, while an error here would have a finished merge repeated.
      await source.sparkSession.sql(`DROP VIEW IF EXISTS ${view}`).catch(() => undefined);
    }
  }

  async #merge(spark: SparkSession, view: string, options: CallOptions): Promise<DeltaMergeResult> {
    try {
      const answer = await spark.sql(this.#sql(view), [], options);
      const [row] = await answer.collect(options);
      return {
        ...changeResult(row),
        numInsertedRows: count(row, "num_inserted_rows"),
        numUpdatedRows: count(row, "num_updated_rows"),
        numDeletedRows: count(row, "num_deleted_rows"),
      };
    } catch (error) {
      throw await explainFailure(spark, error);
    }
  }

  #sql(view: string): string {
    const { targetSql, targetAlias, source, condition, clauses, withSchemaEvolution } = this.#spec;
    return [
      `MERGE ${withSchemaEvolution ? "WITH SCHEMA EVOLUTION " : ""}INTO ${targetSql} AS ${quotedName("alias", targetAlias)}`,
      `USING ${view} AS ${quotedName("alias", aliasOf(source) ?? "source")}`,
      `ON (${condition})`,
      ...clauses.matched,
      ...clauses.notMatched,
      ...clauses.notMatchedBySource,
    ].join("\n");
  }
}

checkMethods(DeltaMergeBuilder.prototype, {
  execute: [0, SIGNAL],
  executeOnce: [
    [0, ["appId", "version"]],
    [1, SIGNAL],
  ],
});

/** The name a DataFrame got with alias(), which a view of it does not keep. */
function aliasOf(source: DataFrame): string | undefined {
  const type = source.relation.relType;
  return type.case === "subqueryAlias" ? type.value.alias : undefined;
}

function checkTransaction({ appId, version }: DeltaTransaction): {
  readonly appId: string;
  readonly version: bigint;
} {
  // Callers without types pass anything.
  if (typeof (appId as unknown) !== "string" || appId.trim() === "") {
    throw new ArgumentError("appId", "appId must name the writer, and not be empty.");
  }
  const isInteger = typeof version === "bigint" || Number.isSafeInteger(version);
  if (!isInteger || version < 0 || BigInt(version) > MAX_TRANSACTION_VERSION) {
    throw new ArgumentError("version", `version must be an integer from 0, not ${version}.`);
  }
  return { appId, version: BigInt(version) };
}
