import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { sortOrder, type Expression } from "../plan/expression.js";
import type { CallbackSource } from "./column-callback.js";
import type { ObjectRow } from "../types/row.js";
import { Column } from "./column.js";
import { toExpressions } from "./column-list.js";
import type { KeyItem } from "./typing/row-names.js";

/** One direction for all sort keys, or one for each. */
export interface SortOptions {
  readonly ascending: boolean | readonly boolean[];
}

/** Columns to sort by, one by one or as one array. Options with the direction may follow. */
export type SortKeys<Row = ObjectRow> = readonly (
  KeyItem<Row> | readonly KeyItem<Row>[] | SortOptions
)[];

/**
 * The sort keys' expressions.
 *
 * @throws {ArgumentError} no key is given, or the number of directions differs from the number of keys
 */
export function sortExpressions(keys: readonly unknown[], source: CallbackSource): Expression[] {
  const last = keys.at(-1);
  const options = isOptions(last) ? last : undefined;
  checkOptions("orderBy()", options, ["ascending"]);
  const columns = options === undefined ? keys : keys.slice(0, -1);
  if (columns.some((column) => typeof column === "boolean")) {
    throw new ArgumentError(
      "orderBy",
      'orderBy() takes columns. For the direction write orderBy(col("id").desc()) or orderBy("id", { ascending: false }).',
    );
  }
  const expressions = toExpressions(columns, "orderBy", source);
  if (expressions.length === 0) {
    throw new ArgumentError("orderBy", "orderBy() needs at least one column.");
  }
  const { ascending = true } = options ?? {};
  const directions = typeof ascending === "boolean" ? expressions.map(() => ascending) : ascending;
  if (directions.length !== expressions.length) {
    throw new ArgumentError(
      "ascending",
      `ascending must have one direction for each of the ${expressions.length} sort keys, got ${directions.length}.`,
    );
  }
  return expressions.map((expression, index) =>
    directions[index] === true ? expression : sortOrder(expression, { direction: "desc" }),
  );
}

function isOptions(key: unknown): key is SortOptions {
  return typeof key === "object" && key !== null && !(key instanceof Column) && "ascending" in key;
}
