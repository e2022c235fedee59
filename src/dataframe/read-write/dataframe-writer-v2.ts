import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { writeTable, type TableWriteMode, type TableWriteSpec } from "../../plan/command.js";
import type { Expression } from "../../plan/expression.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { toExpression, type ColumnOrName } from "../column.js";
import { optionText, optionTexts, type Options, type OptionValue } from "./option-text.js";

/**
 * Describes how rows go to a table of any catalog, columns matched by name; `create()`, `append()` and
 * the others do it. What a catalog cannot do, Spark refuses with an AnalysisException.
 */
export class DataFrameWriterV2 {
  readonly #connection: SparkConnection;
  readonly #input: Relation;
  #spec: TableWriteSpec;

  /** @internal Use df.writeTo(). */
  constructor(connection: SparkConnection, input: Relation, table: string) {
    if (table.trim() === "") {
      throw new ArgumentError("table", "writeTo() takes a table's name, which must not be empty.");
    }
    this.#connection = connection;
    this.#input = input;
    this.#spec = {
      table,
      options: {},
      tableProperties: {},
      partitioningColumns: [],
      clusteringColumns: [],
    };
  }

  /** The data source of a table that is made: `parquet`, `delta` … Default: the catalog's own. */
  using(provider: string): this {
    return this.#with({ provider });
  }
  option(key: string, value: OptionValue): this {
    return this.#with({ options: { ...this.#spec.options, [key]: optionText(key, value) } });
  }
  options(options: Options): this {
    return this.#with({ options: { ...this.#spec.options, ...optionTexts(options) } });
  }
  /** A property of a table that is made. */
  tableProperty(property: string, value: string): this {
    return this.#with({ tableProperties: { ...this.#spec.tableProperties, [property]: value } });
  }
  /** How a table that is made is partitioned: by columns, or by transforms of them as `days("time")`. */
  partitionedBy(...columns: readonly [ColumnOrName, ...ColumnOrName[]]): this {
    return this.#with({ partitioningColumns: columns.map(toExpression) });
  }
  clusterBy(...columns: readonly [string, ...string[]]): this {
    return this.#with({ clusteringColumns: columns });
  }
  /**
   * Makes the table and writes the rows.
   *
   * @throws {AnalysisException} the table exists
   */
  async create(options: CallOptions = {}): Promise<void> {
    await this.#write("create", options);
  }
  /**
   * Puts a table with these rows in the place of one that exists: its columns, properties and rows.
   *
   * @throws {AnalysisException} there is no such table
   */
  async replace(options: CallOptions = {}): Promise<void> {
    await this.#write("replace", options);
  }
  /** Makes the table with these rows, in the place of one that may exist. */
  async createOrReplace(options: CallOptions = {}): Promise<void> {
    await this.#write("createOrReplace", options);
  }
  /**
   * Adds the rows to an existing table.
   *
   * @throws {AnalysisException} there is no such table, or the columns do not fit
   */
  async append(options: CallOptions = {}): Promise<void> {
    await this.#write("append", options);
  }
  /**
   * Replaces the table's rows for which the condition is true with these rows.
   *
   * @throws {ArgumentError} the condition has a subquery, which Spark Connect supports in queries only
   */
  async overwrite(condition: ColumnOrName, options: CallOptions = {}): Promise<void> {
    await this.#write("overwrite", options, toExpression(condition));
  }
  /** Puts the rows in the place of all rows in the partitions that they fall into. */
  async overwritePartitions(options: CallOptions = {}): Promise<void> {
    await this.#write("overwritePartitions", options);
  }

  #with(spec: Partial<TableWriteSpec>): this {
    this.#spec = { ...this.#spec, ...spec };
    return this;
  }
  async #write(mode: TableWriteMode, options: CallOptions, condition?: Expression): Promise<void> {
    await this.#connection.run(writeTable(this.#input, this.#spec, mode, condition), options);
  }
}

checkMethods(DataFrameWriterV2.prototype, {
  create: [0, SIGNAL],
  replace: [0, SIGNAL],
  createOrReplace: [0, SIGNAL],
  append: [0, SIGNAL],
  overwritePartitions: [0, SIGNAL],
  overwrite: [1, SIGNAL],
});
