// Sort keys.

import { Column, toExpression, type ColumnOrName } from "../dataframe/column.js";
import type { ValueOf } from "../dataframe/typing/column-value.js";
import { sortOrder, type SortSpec } from "../plan/expression.js";

/**
 * Sort key: ascending, nulls first.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(asc("x")); // [ { x: null }, { x: 1n }, { x: 2n } ]
 */
export function asc<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "asc" });
}

/**
 * Sort key: ascending, nulls first.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(asc_nulls_first("x")); // [ { x: null }, { x: 1n }, { x: 2n } ]
 */
export function asc_nulls_first<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "asc", nulls: "first" });
}

/**
 * Sort key: ascending, nulls last.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(asc_nulls_last("x")); // [ { x: 1n }, { x: 2n }, { x: null } ]
 */
export function asc_nulls_last<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "asc", nulls: "last" });
}

/**
 * Sort key: descending, nulls last.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(desc("x")); // [ { x: 2n }, { x: 1n }, { x: null } ]
 */
export function desc<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "desc" });
}

/**
 * Sort key: descending, nulls first.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(desc_nulls_first("x")); // [ { x: null }, { x: 2n }, { x: 1n } ]
 */
export function desc_nulls_first<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "desc", nulls: "first" });
}

/**
 * Sort key: descending, nulls last.
 *
 * @example
 * // x: 2, null, 1
 * df.orderBy(desc_nulls_last("x")); // [ { x: 2n }, { x: 1n }, { x: null } ]
 */
export function desc_nulls_last<C extends ColumnOrName>(column: C): Column<ValueOf<C>> {
  return sortKey(column, { direction: "desc", nulls: "last" });
}

function sortKey<T>(column: ColumnOrName, spec: SortSpec): Column<T> {
  return new Column(sortOrder(toExpression(column), spec));
}
