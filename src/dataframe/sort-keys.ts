import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { sortOrder, type Expression } from "../plan/expression.js";
import { Column, type ColumnOrName } from "./column.js";
import { toExpressions, type ColumnList } from "./column-list.js";

/** The direction of all sort keys, or of each. */
export interface SortOptions {
  readonly ascending: boolean | readonly boolean[];
}

/** Columns to sort by, one by one or as one array; at their end, their direction. */
export type SortKeys =
  | ColumnList
  | readonly [...ColumnOrName[], SortOptions]
  | readonly [readonly ColumnOrName[], SortOptions];

/**
 * The sort keys' expressions.
 *
 * @throws {ArgumentError} there is none, or not as many directions as keys
 */
export function sortExpressions(keys: SortKeys): Expression[] {
  const last = keys.at(-1);
  const options = isOptions(last) ? last : undefined;
  checkOptions("orderBy()", options, ["ascending"]);
  const columns = (options === undefined ? keys : keys.slice(0, -1)) as ColumnList;
  const expressions = toExpressions(columns, "orderBy");
  if (expressions.length === 0) {
    throw new ArgumentError("orderBy", "Name the columns to sort by.");
  }
  const { ascending = true } = options ?? {};
  const directions = typeof ascending === "boolean" ? expressions.map(() => ascending) : ascending;
  if (directions.length !== expressions.length) {
    throw new ArgumentError(
      "ascending",
      `There are ${expressions.length} sort keys and ${directions.length} directions.`,
    );
  }
  return expressions.map((expression, index) =>
    directions[index] === true ? expression : sortOrder(expression, { direction: "desc" }),
  );
}

function isOptions(key: unknown): key is SortOptions {
  return typeof key === "object" && key !== null && !(key instanceof Column) && "ascending" in key;
}
