import { DataFrame } from "../dataframe/dataframe.js";
import type { ChangedByOption, UntypedTables } from "../dataframe/read-write/changed-by-option.js";
import type {
  CsvReadOptions,
  JsonReadOptions,
  OrcReadOptions,
  ParquetReadOptions,
  StreamOptions,
  TextReadOptions,
  XmlReadOptions,
} from "../dataframe/read-write/file-options.js";
import { optionText, optionTexts, type Options, type OptionValue } from "../plan/option-text.js";
import { ArgumentError } from "../errors.js";
import { changesRelation, dataSourceRelation, tableRelation } from "../plan/relation.js";
import type { SessionContext } from "../dataframe/session-context.js";
import type { ObjectRow } from "../types/row.js";
import type { OptionalReadRow, ReadRow, SchemaOption } from "../types/schema-row.js";
import type { StructType } from "../types/struct-type.js";
import type { KnownName, RowOfOptions, SourceOptions } from "../types/source-row.js";
import { requireSchema } from "../types/require-schema.js";
import type { FormatName, RowOfFormat, RowOfTable, TableName } from "../types/table-row.js";

/** Describes a stream to read, as rows of the type `R`. Nothing is read before a query starts on it. */
export class DataStreamReader<out R extends ObjectRow = ObjectRow> {
  readonly #context: SessionContext;
  #format: string | undefined;
  #schema: string | undefined;
  #options: Record<string, string> = {};
  #name: string | undefined;

  /** @internal Use spark.readStream. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Sets the source: `coingecko`, `rate`, `delta`, `kafka` … Default: the server's default, usually parquet. Its rows
   * have the type that {@link Formats} has for this name.
   *
   * @example spark.readStream.format("rate").load();
   */
  format<const Name extends FormatName>(source: Name): DataStreamReader<RowOfFormat<Name, R>> {
    this.#format = source;
    return this.#as();
  }
  /**
   * Sets the rows' schema, as DDL or StructType. File sources need one, and treat all its columns as nullable.
   *
   * @example spark.readStream.schema("id BIGINT, name STRING").json("/data/incoming");
   */
  schema<const Schema extends string | StructType>(
    schema: Schema,
  ): DataStreamReader<ReadRow<Schema>> {
    requireSchema(schema);
    this.#schema = typeof schema === "string" ? schema : schema.json();
    return this.#as();
  }
  /**
   * Sets one option of the data source. The value is sent as text.
   *
   * @example spark.readStream.format("rate").option("rowsPerSecond", 5).load();
   */
  option<const Name extends string>(
    key: Name,
    value: OptionValue,
  ): ChangedByOption<Name, this, DataStreamReader, UntypedTables & DataStreamReader<R>>;
  option(key: string, value: OptionValue): this {
    this.#options = { ...this.#options, [key]: optionText(key, value) };
    return this;
  }
  /**
   * Sets several options of the data source. They are added to those set before. The options of a packaged source,
   * such as `rest.options({ … })`, also determine the type of the rows.
   *
   * @example spark.readStream.format("rate").options({ rowsPerSecond: 5, numPartitions: 1 }).load();
   */
  options<const O extends Options>(
    options: O,
  ): O extends SourceOptions
    ? DataStreamReader<RowOfOptions<O>>
    : ChangedByOption<KnownName<O>, this, DataStreamReader, UntypedTables & DataStreamReader<R>>;
  options(options: Options): this {
    this.#options = { ...this.#options, ...optionTexts(options) };
    return this;
  }
  /**
   * Names the source in the checkpoints of its queries, so that a later version of the query can add or
   * reorder sources. The session then needs `spark.sql.streaming.queryEvolution.enableSourceEvolution`, and
   * from the first run on `spark.sql.streaming.offsetLog.formatVersion` 2.
   *
   * @throws {ArgumentError} the name contains other characters than ASCII letters, digits and underscores
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example spark.readStream.format("rate").name("clock").load();
   */
  name(sourceName: string): this {
    if (!/^\w+$/.test(sourceName)) {
      throw new ArgumentError(
        "sourceName",
        `sourceName must contain only ASCII letters, digits and underscores, got ${JSON.stringify(sourceName)}.`,
      );
    }
    this.#context.connection.version.require("readStream.name()", 4, 2);
    this.#name = sourceName;
    return this;
  }
  /**
   * Returns the stream as a DataFrame.
   *
   * @example spark.readStream.format("delta").load("/data/events");
   */
  load(path?: string): DataFrame<R> {
    const paths = path === undefined ? [] : [path];
    this.#context.connection.sources.checkRead({
      format: this.#format,
      options: this.#options,
      paths,
    });
    const body = dataSourceRelation({
      format: this.#format,
      schema: this.#schema,
      options: this.#options,
      paths,
      isStreaming: true,
      sourceName: this.#name,
    });
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
  /**
   * Returns the rows that are added to a table, as a stream. They have the type that {@link Tables} has for this name.
   *
   * @example spark.readStream.table("demo.events");
   */
  table<const Name extends TableName>(name: Name): DataFrame<RowOfTable<Name>> {
    const body = tableRelation(name, this.#options, true);
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
  /**
   * Returns the row changes of a table as a stream, if its catalog records them. For Delta, use table() with
   * the option `readChangeFeed`.
   *
   * @throws {ArgumentError} schema() was called
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example spark.readStream.option("startingVersion", 5).changes("demo.events");
   */
  changes(tableName: string): DataFrame {
    if (this.#schema !== undefined) {
      throw new ArgumentError(
        "schema",
        "changes() uses the table's own schema. Do not call schema().",
      );
    }
    this.#context.connection.version.require("readStream.changes()", 4, 2);
    const body = changesRelation(tableName, this.#options, true);
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
  /**
   * Reads the JSON files that arrive in a folder, with one record in each line. They need a schema.
   *
   * @example spark.readStream.json("/data/incoming", { schema: "id BIGINT, name STRING" });
   */
  json<const Schema extends SchemaOption = undefined>(
    path: string,
    options: StreamOptions<JsonReadOptions> & { readonly schema?: Schema } = {},
  ): DataFrame<OptionalReadRow<Schema, R>> {
    return this.#files("json", path, options);
  }
  /**
   * Reads the CSV files that arrive in a folder. They need a schema.
   *
   * @example spark.readStream.csv("/data/incoming", { schema: "id BIGINT, name STRING", header: true });
   */
  csv<const Schema extends SchemaOption = undefined>(
    path: string,
    options: StreamOptions<CsvReadOptions> & { readonly schema?: Schema } = {},
  ): DataFrame<OptionalReadRow<Schema, R>> {
    return this.#files("csv", path, options);
  }
  /**
   * Reads the Parquet files that arrive in a folder. They need a schema.
   *
   * @example spark.readStream.schema("id BIGINT").parquet("/data/incoming");
   */
  parquet(path: string, options: StreamOptions<ParquetReadOptions> = {}): DataFrame<R> {
    return this.#files("parquet", path, options);
  }
  /**
   * Reads the ORC files that arrive in a folder. They need a schema.
   *
   * @example spark.readStream.schema("id BIGINT").orc("/data/incoming");
   */
  orc(path: string, options: StreamOptions<OrcReadOptions> = {}): DataFrame<R> {
    return this.#files("orc", path, options);
  }
  /**
   * Reads the XML files that arrive in a folder. They need a schema.
   *
   * @param options Spark requires `rowTag`
   * @example spark.readStream.xml("/data/incoming", { schema: "id BIGINT", rowTag: "person" });
   */
  xml<const Schema extends SchemaOption = undefined>(
    path: string,
    options: StreamOptions<XmlReadOptions> & { readonly schema?: Schema } = {},
  ): DataFrame<OptionalReadRow<Schema, R>> {
    return this.#files("xml", path, options);
  }
  /**
   * Reads the text files that arrive in a folder: one row for each line, in a column `value`.
   *
   * @example spark.readStream.text("/var/log/app");
   */
  text(path: string, options: StreamOptions<TextReadOptions> = {}): DataFrame<R> {
    return this.#files("text", path, options);
  }

  #files<T extends ObjectRow>(
    format: string,
    path: string,
    options: StreamOptions<CsvReadOptions>,
  ): DataFrame<T> {
    const { schema, ...others } = options;
    if (schema !== undefined) this.schema(schema);
    this.format(format).options(others);
    return this.#as<T>().load(path);
  }
  /** This reader, whose rows have another type from now on. */
  #as<T extends ObjectRow>(): DataStreamReader<T> {
    return this as DataStreamReader as DataStreamReader<T>;
  }
}
