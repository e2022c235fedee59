import { checkMethods } from "../option-check.js";
import { printAsText } from "../printed.js";
import { COLLECT_RULES } from "./dataframe-options.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ObjectRow, Row } from "../types/row.js";
import type { StandardSchema } from "../types/standard-schema.js";
import type { Column, ColumnOrName } from "./column.js";
import type { CollectOptions, RowOptions } from "./actions/dataframe-actions.js";
import type { DataFrame } from "./dataframe.js";
import { checkedSchema, validatedRow } from "./actions/row-validator.js";
import type { SortKeys } from "./sort-keys.js";
import type { ColumnCallback } from "./typing/row-names.js";

/**
 * The rows of a DataFrame as a TypeScript schema describes them, made by `df.as(schema)`. The client
 * validates each row that it collects and returns the validator's output, `T`. `R` is the type of the server's rows.
 *
 * Methods that return a Dataset filter or sort rows on the server, by the server's columns, and keep the
 * schema. For all other methods of a DataFrame call {@link Dataset.toDF}, which drops the schema.
 */
export class Dataset<out T, out R extends ObjectRow = ObjectRow> {
  /** The type of the server's rows, for the compiler only. No Dataset has this property at run time. */
  declare readonly "~row": R;
  readonly #df: DataFrame<R>;
  readonly #schema: StandardSchema<T>;

  /** @internal Use df.as(). */
  constructor(df: DataFrame<R>, schema: StandardSchema<T>) {
    this.#df = df;
    this.#schema = checkedSchema(schema);
  }

  /**
   * The DataFrame without the schema: its rows are not validated.
   *
   * @example dataset.toDF().select("name");
   */
  toDF(): DataFrame<R> {
    return this.#df;
  }

  /** The text of the DataFrame, as a Dataset: see {@link DataFrame.toString}. */
  toString(): string {
    return this.#df.toString().replace(/^DataFrame/, "Dataset");
  }

  // ── Transformations ──────────────────────────────────────────────────────────────────────────

  /**
   * See {@link DataFrame.filter}.
   *
   * @example dataset.filter(col("age").gt(40));
   */
  filter(condition: ColumnOrName | ColumnCallback<R, Column>): Dataset<T, R> {
    return this.#next(this.#df.filter(condition));
  }
  /**
   * The same as {@link Dataset.filter}.
   *
   * @example dataset.where("adult");
   */
  where(condition: ColumnOrName | ColumnCallback<R, Column>): Dataset<T, R> {
    return this.filter(condition);
  }
  /**
   * See {@link DataFrame.orderBy}.
   *
   * @example dataset.orderBy("name");
   */
  orderBy<Row extends ObjectRow>(this: Dataset<T, Row>, ...keys: SortKeys<Row>): Dataset<T, Row> {
    return this.#next(this.#df.orderBy(...keys));
  }
  /**
   * The same as {@link Dataset.orderBy}.
   *
   * @example dataset.sort("name");
   */
  sort<Row extends ObjectRow>(this: Dataset<T, Row>, ...keys: SortKeys<Row>): Dataset<T, Row> {
    return this.orderBy(...keys);
  }
  /**
   * At most the first `rows` rows; the others are not validated.
   *
   * @example dataset.limit(10);
   */
  limit(rows: number): Dataset<T, R> {
    return this.#next(this.#df.limit(rows));
  }
  /**
   * Skips the first `rows` rows, which are not validated.
   *
   * @example dataset.offset(10);
   */
  offset(rows: number): Dataset<T, R> {
    return this.#next(this.#df.offset(rows));
  }
  /**
   * Removes duplicate rows. The server compares them before the schema validates them.
   *
   * @example dataset.distinct();
   */
  distinct(): Dataset<T, R> {
    return this.#next(this.#df.distinct());
  }

  // ── Actions ──────────────────────────────────────────────────────────────────────────────────

  /**
   * All rows, validated in order as they arrive. The options choose the form of the validator's input, and the limits
   * of the result: see {@link DataFrame.collect}.
   *
   * @throws {ResultTooLargeError} the result is beyond a limit
   * @throws {DecodeError} code ROW_INVALID: a row is invalid. The message has the row's number, from 0, and
   * the validator's issues with their paths; `cause` holds the issues
   * @example const rows = await dataset.collect();
   */
  collect(options: CollectOptions = {}): Promise<T[]> {
    return this.#all(this.#df.rowsWithin(options), options);
  }
  /**
   * Yields the rows one by one as they arrive, and validates each when the caller requests it.
   *
   * @throws {DecodeError} code ROW_INVALID, after yielding the rows before it: see {@link Dataset.collect}
   * @example for await (const row of dataset.toLocalIterator()) console.log(row.name);
   */
  toLocalIterator(options: RowOptions = {}): AsyncGenerator<T, void, undefined> {
    return this.#validated(this.#df.toLocalIterator(options), options);
  }
  /**
   * The first row, or undefined if the result is empty.
   *
   * @example const row = await dataset.first();
   */
  async first(options: CollectOptions = {}): Promise<T | undefined> {
    return (await this.take(1, options))[0];
  }
  /**
   * The first row, or the first `rows` rows.
   *
   * @example const row = await dataset.head();
   */
  head(): Promise<T | undefined>;
  head(rows: number, options?: CollectOptions): Promise<T[]>;
  head(rows?: number, options?: CollectOptions): Promise<T | undefined | T[]> {
    return rows === undefined ? this.first() : this.take(rows, options);
  }
  /**
   * The first `rows` rows, validated; see {@link Dataset.collect}.
   *
   * @example const rows = await dataset.take(10);
   */
  take(rows: number, options: CollectOptions = {}): Promise<T[]> {
    return this.limit(rows).collect(options);
  }
  /**
   * The last `rows` rows. Errors number them from 0.
   *
   * @example const rows = await dataset.tail(10);
   */
  async tail(rows: number, options: CollectOptions = {}): Promise<T[]> {
    return this.#all(await this.#df.tail(rows, options), options);
  }
  /**
   * Counts the rows on the server, valid or not.
   *
   * @example await dataset.count();
   */
  count(options: CallOptions = {}): Promise<number> {
    return this.#df.count(options);
  }

  async *#validated(
    rows: Iterable<Row> | AsyncIterable<Row>,
    { signal }: CallOptions,
  ): AsyncGenerator<T, void, undefined> {
    let number = 0;
    for await (const row of rows) {
      const value = validatedRow(this.#schema, row, number);
      number += 1;
      if (!(value instanceof Promise)) {
        yield value;
        continue;
      }
      const awaited = await value;
      signal?.throwIfAborted();
      yield awaited;
    }
  }
  async #all(rows: Iterable<Row> | AsyncIterable<Row>, options: CallOptions): Promise<T[]> {
    const all: T[] = [];
    for await (const row of this.#validated(rows, options)) all.push(row);
    return all;
  }
  #next(df: DataFrame<R>): Dataset<T, R> {
    return new Dataset(df, this.#schema);
  }
}

printAsText(Dataset);
checkMethods(Dataset.prototype, {
  ...COLLECT_RULES,
});
