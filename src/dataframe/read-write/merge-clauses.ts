import { ArgumentError } from "../../errors.js";
import type { MergeActionKind } from "../../plan/merge.js";
import type { MergeIntoWriter } from "./merge-into-writer.js";

/** A table's columns, and what each is set to: a Column, or a plain value that stands for itself. */
export type MergeAssignments = Readonly<Record<string, unknown>>;

/** Adds an action to a merge, and gives the merge back. */
type AddAction = (kind: MergeActionKind, assignments?: MergeAssignments) => MergeIntoWriter;

/** What becomes of rows of the table. */
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
   * Sets some columns.
   *
   * @throws {ArgumentError} no column is named
   */
  update(assignments: MergeAssignments): MergeIntoWriter {
    return this.#add("update", some("update", assignments));
  }
  delete(): MergeIntoWriter {
    return this.#add("delete");
  }
}

/** What becomes of rows of the source that the table lacks. */
export class WhenNotMatched {
  readonly #add: AddAction;

  /** @internal Use MergeIntoWriter.whenNotMatched(). */
  constructor(add: AddAction) {
    this.#add = add;
  }

  /** Inserts the rows, columns matched by name. */
  insertAll(): MergeIntoWriter {
    return this.#add("insertAll");
  }
  /**
   * Inserts rows with these columns; the others get their defaults, or null.
   *
   * @throws {ArgumentError} no column is named
   */
  insert(assignments: MergeAssignments): MergeIntoWriter {
    return this.#add("insert", some("insert", assignments));
  }
}

function some(method: string, assignments: MergeAssignments): MergeAssignments {
  if (Object.keys(assignments).length > 0) return assignments;
  throw new ArgumentError(
    "assignments",
    `${method}() takes one or more columns with their values.`,
  );
}
