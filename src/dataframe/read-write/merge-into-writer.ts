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
 * Describes a merge into a table, clause by clause; `merge()` does it. Of several clauses of a kind the
 * first whose condition holds counts for a row. The table's catalog must be able to: Delta's, Iceberg's.
 */
export class MergeIntoWriter {
  readonly #connection: SparkConnection;
  readonly #source: Relation;
  #spec: MergeSpec;

  /** @internal Use df.mergeInto(). */
  constructor(connection: SparkConnection, source: Relation, table: string, condition: Column) {
    if (table.trim() === "") {
      throw new ArgumentError(
        "table",
        "mergeInto() takes a table's name, which must not be empty.",
      );
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

  /** The table's rows that a source row matches; with a condition, some of them. */
  whenMatched(condition?: Column): WhenMatched {
    return new WhenMatched((kind, assignments) =>
      this.#with("matched", kind, condition, assignments),
    );
  }
  /** The source's rows that match no row of the table. */
  whenNotMatched(condition?: Column): WhenNotMatched {
    return new WhenNotMatched((kind, assignments) =>
      this.#with("notMatched", kind, condition, assignments),
    );
  }
  /** The table's rows that no source row matches. */
  whenNotMatchedBySource(condition?: Column): WhenMatched {
    return new WhenMatched((kind, assignments) =>
      this.#with("notMatchedBySource", kind, condition, assignments),
    );
  }
  /** Adds the source's new columns to the table. */
  withSchemaEvolution(): this {
    this.#spec = { ...this.#spec, withSchemaEvolution: true };
    return this;
  }
  /**
   * Merges.
   *
   * @throws {ArgumentError} there is no clause, or a condition or a value has a subquery
   * @throws {AnalysisException} there is no such table, or a column is unknown
   * @throws {UnsupportedOperationException} the table's catalog cannot merge
   */
  async merge(options: CallOptions = {}): Promise<void> {
    const { matched, notMatched, notMatchedBySource } = this.#spec;
    if (matched.length + notMatched.length + notMatchedBySource.length === 0) {
      throw new ArgumentError(
        "merge",
        "A merge needs a clause: call whenMatched(), whenNotMatched() or whenNotMatchedBySource() first.",
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
