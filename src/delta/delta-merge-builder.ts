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

/** The result of a merge. */
export interface DeltaMergeResult extends DeltaChangeResult {
  readonly numInsertedRows: bigint;
  readonly numUpdatedRows: bigint;
  readonly numDeletedRows: bigint;
}

/** A condition in SQL that limits a clause to some of its rows. Default: all. */
export interface MergeCondition {
  readonly condition?: string | undefined;
}

/** Identifies a merge in a sequence of merges that each take effect once. */
export interface DeltaTransaction {
  /** The id of the sequence: one writer of one table, such as a streaming query's id. */
  readonly appId: string;
  /** A number that grows with each merge, such as a streaming query's batch id. */
  readonly version: number | bigint;
}

/** The clauses by kind, in the order that SQL requires. */
interface Clauses {
  readonly matched: readonly string[];
  readonly notMatched: readonly string[];
  readonly notMatchedBySource: readonly string[];
}

/** The parts of a merge. */
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
 * An immutable description of a merge, clause by clause; `execute()` runs it. Each method returns a new
 * builder. For each row, Delta applies the first clause of a kind with a true condition. Only the last clause
 * of a kind may have no condition. Conditions and values refer to rows as `target` and `source`, unless
 * alias() gave the table or the source DataFrame another name.
 */
export class DeltaMergeBuilder {
  readonly #spec: MergeSpec;

  /** @internal Use DeltaTable.merge(). */
  constructor(spec: MergeSpec) {
    this.#spec = spec;
  }

  /**
   * Sets columns of the target's rows that match a source row.
   *
   * @throws {ArgumentError} `set` is empty, or a value cannot be written in SQL
   */
  whenMatchedUpdate(clause: { readonly set: Assignments } & MergeCondition): DeltaMergeBuilder {
    const set = assignmentsSql("set", clause.set);
    return this.#with("matched", `WHEN MATCHED`, clause, `UPDATE SET ${set}`);
  }
  /** Sets every column of the target to the source's column of the same name. */
  whenMatchedUpdateAll(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("matched", "WHEN MATCHED", clause, "UPDATE SET *");
  }
  /** Deletes the target's rows that match a source row. */
  whenMatchedDelete(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("matched", "WHEN MATCHED", clause, "DELETE");
  }
  /**
   * Inserts a row with these values for each source row that matches no row of the target.
   *
   * @throws {ArgumentError} `values` is empty, or a value cannot be written in SQL
   */
  whenNotMatchedInsert(
    clause: { readonly values: Assignments } & MergeCondition,
  ): DeltaMergeBuilder {
    const values = insertSql("values", clause.values);
    return this.#with("notMatched", "WHEN NOT MATCHED", clause, `INSERT ${values}`);
  }
  /** Inserts the source's row, and matches columns by name. */
  whenNotMatchedInsertAll(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("notMatched", "WHEN NOT MATCHED", clause, "INSERT *");
  }
  /** Applies to the target's rows that match no source row. */
  whenNotMatchedBySourceUpdate(
    clause: { readonly set: Assignments } & MergeCondition,
  ): DeltaMergeBuilder {
    const set = assignmentsSql("set", clause.set);
    const action = `UPDATE SET ${set}`;
    return this.#with("notMatchedBySource", "WHEN NOT MATCHED BY SOURCE", clause, action);
  }
  /** Applies to the target's rows that match no source row. */
  whenNotMatchedBySourceDelete(clause: MergeCondition = {}): DeltaMergeBuilder {
    return this.#with("notMatchedBySource", "WHEN NOT MATCHED BY SOURCE", clause, "DELETE");
  }
  /** Lets clauses that write all columns add the source's new columns to the table. */
  withSchemaEvolution(): DeltaMergeBuilder {
    return new DeltaMergeBuilder({ ...this.#spec, withSchemaEvolution: true });
  }

  /**
   * Runs the merge in the source DataFrame's session. A merge that is repeated after a failure sees the rows of
   * the first attempt. So it takes effect exactly once only if its clauses are idempotent by key. Otherwise use
   * {@link executeOnce}.
   *
   * @throws {ArgumentError} the merge has no clause
   * @throws {UnsupportedOperationException} errorClass NEEDS_DELTA: the server has no Delta Lake
   */
  async execute(options: CallOptions = {}): Promise<DeltaMergeResult> {
    this.#requireClause();
    options.signal?.throwIfAborted();
    const { sparkSession } = this.#spec.source;
    return this.#withSource(options, (view) => this.#merge(sparkSession, view, options));
  }

  /**
   * Runs the merge, unless the table already has this transaction or a later one of the same `appId`. Then it
   * writes nothing, and `isSkipped` is true. Delta commits the merge and its transaction together, so a merge
   * repeated with the same transaction takes effect exactly once, whatever its clauses. A skipped merge still
   * reads the source, because a stateful query fails if its batch is not read completely.
   *
   * It runs in a clone of the source's session, because Delta's transaction settings apply to all writes of a
   * session. The tags of a foreachBatch callback do not apply there, so pass the callback's signal.
   *
   * @throws {ArgumentError} the merge has no clause, or the transaction is not valid
   * @throws {UnsupportedOperationException} the server is older than Spark 4.1, which cannot clone a
   *   session; errorClass NEEDS_DELTA: the server has no Delta Lake
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
      // The clone also has the view, so it can read data that only the source's session has.
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
        "A merge needs a clause. Call whenMatchedUpdateAll(), whenNotMatchedInsertAll() or another one first.",
      );
    }
  }

  /** Registers the source as a view while the work runs. */
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
      // Without the caller's signal, so that an aborted merge leaves no view behind. Ignore an error: the
      // view ends with its session, but an error here could make the caller repeat a finished merge.
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

/** The name that alias() gave to a DataFrame. A view does not keep it. */
function aliasOf(source: DataFrame): string | undefined {
  const type = source.relation.relType;
  return type.case === "subqueryAlias" ? type.value.alias : undefined;
}

function checkTransaction({ appId, version }: DeltaTransaction): {
  readonly appId: string;
  readonly version: bigint;
} {
  // JavaScript callers may pass any type.
  if (typeof (appId as unknown) !== "string" || appId.trim() === "") {
    throw new ArgumentError("appId", "appId must be a string that is not empty.");
  }
  const isInteger = typeof version === "bigint" || Number.isSafeInteger(version);
  if (!isInteger || version < 0 || BigInt(version) > MAX_TRANSACTION_VERSION) {
    throw new ArgumentError("version", `version must be an integer of at least 0, got ${version}.`);
  }
  return { appId, version: BigInt(version) };
}
