import { ArgumentError } from "../errors.js";
import { alias, call, columnReference, type Expression } from "../plan/expression.js";
import { literal } from "../plan/literal.js";
import { aggregate, type Grouping, type RelationBody } from "../plan/relation.js";
import type { Relation } from "../plan/relation.js";
import { Column, toExpression, type ColumnOrName } from "./column.js";
import type { DataFrame } from "./dataframe.js";

/** Rows grouped by keys, waiting for their aggregates. */
export class GroupedData {
  readonly #input: Relation;
  readonly #grouping: Grouping;
  readonly #next: (body: RelationBody) => DataFrame;

  /** @internal Use df.groupBy(), rollup() or cube(). */
  constructor(input: Relation, grouping: Grouping, next: (body: RelationBody) => DataFrame) {
    this.#input = input;
    this.#grouping = grouping;
    this.#next = next;
  }

  /** One row a group: the keys and these aggregates; or one function's name for each column name. */
  agg(...aggregates: readonly [Column, ...Column[]]): DataFrame;
  agg(functions: Readonly<Record<string, string>>): DataFrame;
  agg(
    ...aggregates: readonly [Column, ...Column[]] | readonly [Readonly<Record<string, string>>]
  ): DataFrame {
    return this.#aggregate(aggregateExpressions(aggregates));
  }

  /** Number of rows of each group, as `count`. */
  count(): DataFrame {
    return this.#aggregate([alias(call("count", [literal(1)]), ["count"])]);
  }
  sum(...columns: readonly string[]): DataFrame {
    return this.#each("sum", columns);
  }
  avg(...columns: readonly string[]): DataFrame {
    return this.#each("avg", columns);
  }
  mean(...columns: readonly string[]): DataFrame {
    return this.#each("avg", columns);
  }
  min(...columns: readonly string[]): DataFrame {
    return this.#each("min", columns);
  }
  max(...columns: readonly string[]): DataFrame {
    return this.#each("max", columns);
  }

  /** Turns the column's values into columns; without `values` the server finds them first. */
  pivot(column: ColumnOrName, values: readonly unknown[] = []): GroupedData {
    if (this.#grouping.type !== "groupby" || this.#grouping.pivot !== undefined) {
      throw new ArgumentError("pivot", "pivot() follows groupBy(), once.");
    }
    const pivot = { column: toExpression(column), values };
    return new GroupedData(this.#input, { ...this.#grouping, pivot }, this.#next);
  }

  #each(functionName: string, columns: readonly string[]): DataFrame {
    if (columns.length === 0) {
      throw new ArgumentError("columns", `Name the columns that ${functionName}() aggregates.`);
    }
    return this.#aggregate(columns.map((name) => call(functionName, [columnReference(name)])));
  }

  #aggregate(expressions: readonly Expression[]): DataFrame {
    return this.#next(aggregate(this.#input, this.#grouping, expressions));
  }
}

function aggregateExpressions(
  aggregates: readonly [Column, ...Column[]] | readonly [Readonly<Record<string, string>>],
): Expression[] {
  const [first] = aggregates;
  if (first instanceof Column) return (aggregates as readonly Column[]).map(toExpression);
  return Object.entries(first).map(([name, functionName]) =>
    call(functionName, [columnReference(name)]),
  );
}
