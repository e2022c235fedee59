import { ArgumentError } from "../errors.js";
import { ExpressionHolder } from "../plan/literal.js";
import { subquery, type Subquery, type TableArgOptions } from "../plan/subquery.js";
import { toExpressions, type ColumnList } from "./column-list.js";

/** An immutable description of a DataFrame as an argument of a table function; `df.asTable()`. */
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
   * Makes Spark call the function once for each combination of values in these columns.
   *
   * @throws {ArgumentError} the partitions are already set
   * @example people.asTable().partitionBy("city");
   */
  partitionBy(...columns: ColumnList): TableArg {
    this.#checkPartitions("partitionBy", false);
    return this.#with({ partitionBy: toExpressions(columns) });
  }
  /**
   * Sets the order of the rows within a partition.
   *
   * @throws {ArgumentError} the partitions are not set yet
   * @example people.asTable().partitionBy("city").orderBy("age");
   */
  orderBy(...columns: ColumnList): TableArg {
    this.#checkPartitions("orderBy", true);
    return this.#with({ orderBy: [...this.#options.orderBy, ...toExpressions(columns)] });
  }
  /**
   * Makes Spark call the function once, with all rows.
   *
   * @throws {ArgumentError} the partitions are already set
   * @example people.asTable().withSinglePartition();
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
      `Call ${method}() ${wanted ? "after" : "at most once, without another"} partitionBy() or withSinglePartition().`,
    );
  }
}
