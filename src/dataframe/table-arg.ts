import { ArgumentError } from "../errors.js";
import { ExpressionHolder } from "../plan/literal.js";
import { subquery, type Subquery, type TableArgOptions } from "../plan/subquery.js";
import { toExpressions, type ColumnList } from "./column-list.js";

/** A DataFrame as an argument of a table function; `df.asTable()`. Immutable. */
export class TableArg extends ExpressionHolder {
  readonly #table: Subquery;
  readonly #options: TableArgOptions;

  /** @internal Use df.asTable(). */
  constructor(table: Subquery, options: TableArgOptions = { partitionBy: [], orderBy: [] }) {
    super(subquery(table, { kind: "tableArg", options }));
    this.#table = table;
    this.#options = options;
  }

  /**
   * Has the function called once for each value of these columns.
   *
   * @throws {ArgumentError} the partitions are set already
   */
  partitionBy(...columns: ColumnList): TableArg {
    this.#checkPartitions("partitionBy", false);
    return this.#with({ partitionBy: toExpressions(columns) });
  }
  /**
   * The order in which a partition's rows come.
   *
   * @throws {ArgumentError} the partitions are not set yet
   */
  orderBy(...columns: ColumnList): TableArg {
    this.#checkPartitions("orderBy", true);
    return this.#with({ orderBy: [...this.#options.orderBy, ...toExpressions(columns)] });
  }
  /**
   * Has the function called once, with all rows.
   *
   * @throws {ArgumentError} the partitions are set already
   */
  withSinglePartition(): TableArg {
    this.#checkPartitions("withSinglePartition", false);
    return this.#with({ withSinglePartition: true });
  }

  #with(options: Partial<TableArgOptions>): TableArg {
    return new TableArg(this.#table, { ...this.#options, ...options });
  }
  #checkPartitions(method: string, wanted: boolean): void {
    const { partitionBy, withSinglePartition } = this.#options;
    if ((partitionBy.length > 0 || withSinglePartition === true) === wanted) return;
    throw new ArgumentError(
      method,
      `${method}() comes ${wanted ? "after" : "instead of another"} partitionBy() or withSinglePartition().`,
    );
  }
}
