import { requireObject, requireText } from "../../argument-kind.js";
import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { expressionString } from "../../plan/expression.js";
import { expressionOf } from "../../plan/literal.js";
import { mergeIntoTable, type MergeActionSpec, type MergeSpec } from "../../plan/merge.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import type { Column } from "../column.js";
import { WhenMatched, WhenNotMatched, type MergeAssignments } from "./merge-clauses.js";

type Clause = "matched" | "notMatched" | "notMatchedBySource";

/**
 * Describes a merge into a table, clause by clause; `merge()` runs it. For each row, Spark applies the first
 * clause of a kind with a true condition. The table's format must support MERGE, as Delta and Iceberg do.
 */
export class MergeIntoWriter {
  readonly #connection: SparkConnection;
  readonly #source: Relation;
  #spec: MergeSpec;

  /** @internal Use df.mergeInto(). */
  constructor(connection: SparkConnection, source: Relation, table: string, condition: Column) {
    requireText("table", table);
    requireObject("condition", condition);
    if (table.trim() === "") {
      throw new ArgumentError("table", "The table name of mergeInto() must not be empty.");
    }
    this.#connection = connection;
    this.#source = source;
    this.#spec = {
      table,
      condition: condition.expression,
      matched: [],
      notMatched: [],
      notMatchedBySource: [],
      withSchemaEvolution: false,
    };
  }

  /**
   * Selects the table's rows that match a source row; a condition limits them further.
   *
   * @example
   * const merge = people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"));
   * await merge
   *   .whenMatched(expr("source.age > people.age"))
   *   .update({ age: col("source.age") })
   *   .merge();
   */
  whenMatched(condition?: Column): WhenMatched {
    return new WhenMatched((kind, assignments) =>
      this.#with("matched", kind, condition, assignments),
    );
  }
  /**
   * Selects the source rows that match no row of the table.
   *
   * @example
   * const merge = people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"));
   * await merge.whenNotMatched().insertAll().merge();
   */
  whenNotMatched(condition?: Column): WhenNotMatched {
    return new WhenNotMatched((kind, assignments) =>
      this.#with("notMatched", kind, condition, assignments),
    );
  }
  /**
   * Selects the table's rows that match no source row.
   *
   * @example
   * const merge = people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"));
   * await merge.whenNotMatchedBySource().delete().merge();
   */
  whenNotMatchedBySource(condition?: Column): WhenMatched {
    return new WhenMatched((kind, assignments) =>
      this.#with("notMatchedBySource", kind, condition, assignments),
    );
  }
  /**
   * Lets the merge add the source's new columns to the table.
   *
   * @example
   * const merge = people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"));
   * await merge.whenMatched().updateAll().withSchemaEvolution().merge();
   */
  withSchemaEvolution(): this {
    this.#spec = { ...this.#spec, withSchemaEvolution: true };
    return this;
  }
  /**
   * Runs the merge.
   *
   * @throws {ArgumentError} no clause was added, or a condition or value has a subquery
   * @throws {AnalysisException} the table or a column does not exist
   * @throws {UnsupportedOperationException} the table does not support MERGE
   * @example
   * const merge = people
   *   .alias("source")
   *   .mergeInto("demo.people", expr("people.name = source.name"));
   * await merge.whenMatched().updateAll().whenNotMatched().insertAll().merge();
   */
  async merge(options: CallOptions = {}): Promise<void> {
    const { matched, notMatched, notMatchedBySource } = this.#spec;
    if (matched.length + notMatched.length + notMatchedBySource.length === 0) {
      throw new ArgumentError(
        "merge",
        "A merge needs a clause. Call whenMatched(), whenNotMatched() or whenNotMatchedBySource() first.",
      );
    }
    await this.#connection.run(mergeIntoTable(this.#source, this.#spec), options);
  }

  #with(
    clause: Clause,
    kind: MergeActionSpec["kind"],
    condition: Column | undefined,
    assignments: MergeAssignments = {},
  ): this {
    const action: MergeActionSpec = {
      kind,
      condition: condition?.expression,
      assignments: Object.entries(assignments).map(([column, value]) => ({
        key: expressionString(column),
        value: expressionOf(value),
      })),
    };
    this.#spec = { ...this.#spec, [clause]: [...this.#spec[clause], action] };
    return this;
  }
}

checkMethods(MergeIntoWriter.prototype, {
  merge: [0, SIGNAL],
});
