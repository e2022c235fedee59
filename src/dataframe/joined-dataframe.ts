import type { ObjectRow } from "../types/row.js";
import type { Column, ColumnOrName } from "./column.js";
import type { DataFrame } from "./dataframe.js";
import type { Flat, SelectionRow, WithColumn } from "./typing/row-changes.js";
import type { Joined, LeftOnly, LeftSide, RightSide } from "./typing/join-rows.js";
import type { ColumnsIn, Selection } from "./typing/row-names.js";

/** A function that makes Columns from the columns of both sides of a join. */
export type JoinCallback<Left, Right, Result = Column | readonly Column[]> = (
  left: ColumnsIn<Left>,
  right: ColumnsIn<Right>,
) => Result;

/**
 * The result of a join. A callback with one parameter receives the columns of the result. A callback with two parameters
 * receives the columns of the left and of the right side, so that columns of the same name can be told apart:
 * `select((l, r) => ({ id: l.id, other: r.id }))`.
 */
export type JoinedDataFrame<
  Row extends ObjectRow,
  Left extends ObjectRow,
  Right extends ObjectRow,
> = JoinSides<Row, Left, Right> & DataFrame<Row>;

/**
 * The methods of the result of a join whose callbacks can take both sides. TypeScript gives the first parameter the columns of
 * both sides, for callbacks with one parameter. With two parameters, only those of the left side exist.
 */
export interface JoinSides<Row extends ObjectRow, Left extends ObjectRow, Right extends ObjectRow> {
  /** Selects columns of the result, or of both sides. */
  select<Result extends Selection>(
    columns: JoinCallback<Left, Right, Result>,
  ): DataFrame<Flat<SelectionRow<Result>>>;
  /** Keeps the rows where the condition is true. */
  filter(
    condition: ColumnOrName | JoinCallback<Left, Right, Column>,
  ): JoinedDataFrame<Row, Left, Right>;
  /** The same as {@link JoinSides.filter}. */
  where(
    condition: ColumnOrName | JoinCallback<Left, Right, Column>,
  ): JoinedDataFrame<Row, Left, Right>;
  /** Adds a column, or replaces the columns of the same name. */
  withColumn<const Name extends string, T>(
    name: Name,
    column: JoinCallback<Left, Right, Column<T>>,
  ): DataFrame<WithColumn<Row, Name, T>>;
}

/** What join() returns. `How` is the join type, `Name` the columns that both sides share. */
export type JoinResult<Left extends ObjectRow, Right extends ObjectRow, Name, How> = [How] extends [
  LeftOnly,
]
  ? DataFrame<Left>
  : JoinedDataFrame<
      Joined<Left, Right, Name, How>,
      LeftSide<Left, Right, Name, How>,
      RightSide<Right, How>
    >;
