import { requireText } from "../../argument-kind.js";
import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { writeTable, type TableWriteMode, type TableWriteSpec } from "../../plan/command.js";
import type { Expression } from "../../plan/expression.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { toExpression, type ColumnOrName } from "../column.js";
import { optionText, optionTexts, type Options, type OptionValue } from "../../plan/option-text.js";

/**
 * Describes a write to a table of any catalog. `create()`, `append()` and the other actions run it and
 * match columns by name. Spark throws an AnalysisException for an action that the catalog does not support.
 */
export class DataFrameWriterV2 {
  readonly #connection: SparkConnection;
  readonly #input: Relation;
  #spec: TableWriteSpec;

  /** @internal Use df.writeTo(). */
  constructor(connection: SparkConnection, input: Relation, table: string) {
    requireText("table", table);
    if (table.trim() === "") {
      throw new ArgumentError("table", "The table name of writeTo() must not be empty.");
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

  /**
   * Sets the data source of a new table: `parquet`, `delta` … Default: the catalog's default.
   *
   * @example await people.writeTo("demo.people").using("delta").create();
   */
  using(provider: string): this {
    return this.#with({ provider });
  }
  /**
   * Sets one option of the write. The value is sent as text.
   *
   * @example await people.writeTo("demo.people").option("mergeSchema", true).append();
   */
  option(key: string, value: OptionValue): this {
    return this.#with({ options: { ...this.#spec.options, [key]: optionText(key, value) } });
  }
  /**
   * Sets several options of the write. They are added to those set before.
   *
   * @example await people.writeTo("demo.people").options({ mergeSchema: true }).append();
   */
  options(options: Options): this {
    return this.#with({ options: { ...this.#spec.options, ...optionTexts(options) } });
  }
  /**
   * Sets a property of a new table.
   *
   * @example await people.writeTo("demo.people").tableProperty("owner", "data-team").create();
   */
  tableProperty(property: string, value: string): this {
    return this.#with({ tableProperties: { ...this.#spec.tableProperties, [property]: value } });
  }
  /**
   * Sets the partitioning of a new table: columns, or transforms such as `days("time")`.
   *
   * @example await people.writeTo("demo.people").partitionedBy("city").create();
   */
  partitionedBy(...columns: readonly [ColumnOrName, ...ColumnOrName[]]): this {
    return this.#with({ partitioningColumns: columns.map(toExpression) });
  }
  /**
   * Sets the clustering columns of a new table: the table stores rows with similar values together.
   *
   * @example await people.writeTo("demo.people").using("delta").clusterBy("city").create();
   */
  clusterBy(...columns: readonly [string, ...string[]]): this {
    return this.#with({ clusteringColumns: columns });
  }
  /**
   * Creates the table and writes the rows.
   *
   * @throws {AnalysisException} the table exists
   * @example await people.writeTo("demo.people").create();
   */
  async create(options: CallOptions = {}): Promise<void> {
    await this.#write("create", options);
  }
  /**
   * Replaces an existing table, with its columns, properties and rows, by a table with these rows.
   *
   * @throws {AnalysisException} the table does not exist
   * @example await people.writeTo("demo.people").replace();
   */
  async replace(options: CallOptions = {}): Promise<void> {
    await this.#write("replace", options);
  }
  /**
   * Creates a table with these rows, or replaces the existing table.
   *
   * @example await people.writeTo("demo.people").createOrReplace();
   */
  async createOrReplace(options: CallOptions = {}): Promise<void> {
    await this.#write("createOrReplace", options);
  }
  /**
   * Adds the rows to an existing table.
   *
   * @throws {AnalysisException} the table does not exist, or the columns do not match
   * @example await people.writeTo("demo.people").append();
   */
  async append(options: CallOptions = {}): Promise<void> {
    await this.#write("append", options);
  }
  /**
   * Replaces the table's rows that match the condition with these rows.
   *
   * @throws {ArgumentError} the condition has a subquery, which Spark Connect supports only in queries
   * @example await people.writeTo("demo.people").overwrite(col("city").eq("Bern"));
   */
  async overwrite(condition: ColumnOrName, options: CallOptions = {}): Promise<void> {
    await this.#write("overwrite", options, toExpression(condition));
  }
  /**
   * Replaces all rows of each partition that receives at least one of these rows.
   *
   * @example await people.writeTo("demo.people").overwritePartitions();
   */
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
