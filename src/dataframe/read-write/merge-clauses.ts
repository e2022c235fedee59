import { ArgumentError } from "../../errors.js";
import type { MergeActionKind } from "../../plan/merge.js";
import type { MergeIntoWriter } from "./merge-into-writer.js";

/** New values by column name: Columns, or plain values as literals. */
export type MergeAssignments = Readonly<Record<string, unknown>>;

/** Adds an action to a merge and returns the merge. */
type AddAction = (kind: MergeActionKind, assignments?: MergeAssignments) => MergeIntoWriter;

/** What a merge does with rows of the table. */
export class WhenMatched {
  readonly #add: AddAction;

  /** @internal Use MergeIntoWriter.whenMatched() and whenNotMatchedBySource(). */
  constructor(add: AddAction) {
    this.#add = add;
  }

  /** Sets every column to the source's column of the same name. */
  updateAll(): MergeIntoWriter {
    return this.#add("updateAll");
  }
  /**
   * Sets these columns.
   *
   * @throws {ArgumentError} no column is named
   */
  update(assignments: MergeAssignments): MergeIntoWriter {
    return this.#add("update", some("update", assignments));
  }
  /** Deletes the rows. */
  delete(): MergeIntoWriter {
    return this.#add("delete");
  }
}

/** What a merge does with source rows that match no row of the table. */
export class WhenNotMatched {
  readonly #add: AddAction;

  /** @internal Use MergeIntoWriter.whenNotMatched(). */
  constructor(add: AddAction) {
    this.#add = add;
  }

  /** Inserts the rows, and matches columns by name. */
  insertAll(): MergeIntoWriter {
    return this.#add("insertAll");
  }
  /**
   * Inserts rows with these columns. Other columns get their default value or null.
   *
   * @throws {ArgumentError} no column is named
   */
  insert(assignments: MergeAssignments): MergeIntoWriter {
    return this.#add("insert", some("insert", assignments));
  }
}

function some(method: string, assignments: MergeAssignments): MergeAssignments {
  if (Object.keys(assignments).length > 0) return assignments;
  throw new ArgumentError("assignments", `${method}() needs at least one column with its value.`);
}
