// Sort keys.

import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import { sortOrder, type SortSpec } from "../plan/expression.js";

/** Sort key: ascending, nulls first. */
export function asc(column: ColumnOrName): Column {
  return sortKey(column, { direction: "asc" });
}

/** Sort key: ascending, nulls first. */
export function asc_nulls_first(column: ColumnOrName): Column {
  return sortKey(column, { direction: "asc", nulls: "first" });
}

/** Sort key: ascending, nulls last. */
export function asc_nulls_last(column: ColumnOrName): Column {
  return sortKey(column, { direction: "asc", nulls: "last" });
}

/** Sort key: descending, nulls last. */
export function desc(column: ColumnOrName): Column {
  return sortKey(column, { direction: "desc" });
}

/** Sort key: descending, nulls first. */
export function desc_nulls_first(column: ColumnOrName): Column {
  return sortKey(column, { direction: "desc", nulls: "first" });
}

/** Sort key: descending, nulls last. */
export function desc_nulls_last(column: ColumnOrName): Column {
  return sortKey(column, { direction: "desc", nulls: "last" });
}

function sortKey(column: ColumnOrName, spec: SortSpec): Column {
  return new Column(sortOrder(toExpression(column), spec));
}
