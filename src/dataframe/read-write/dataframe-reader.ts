import { ArgumentError } from "../../errors.js";
import { checkMethods } from "../../option-check.js";
import { parseText, type ParsedFormat } from "../../plan/parse.js";
import {
  changesRelation,
  dataSourceRelation,
  tableRelation,
  type RelationBody,
} from "../../plan/relation.js";
import { wireType } from "../../plan/wire-type.js";
import type { SessionContext } from "../session-context.js";
import type { DataType } from "../../types/data-type.js";
import { dataTypeFromJson } from "../../types/parse-schema-json.js";
import type { ObjectRow } from "../../types/row.js";
import type { OptionalReadRow, ReadRow, SchemaOption } from "../../types/schema-row.js";
import { StructType } from "../../types/struct-type.js";
import type { KnownName, RowOfOptions, SourceOptions } from "../../types/source-row.js";
import { requireSchema } from "../../types/require-schema.js";
import type { FormatName, RowOfFormat, RowOfTable, TableName } from "../../types/table-row.js";
import { DataFrame } from "../dataframe.js";
import type { ChangedByOption, UntypedTables } from "./changed-by-option.js";
import type {
  CsvReadOptions,
  JsonReadOptions,
  OrcReadOptions,
  ParquetReadOptions,
  TextReadOptions,
  XmlReadOptions,
} from "./file-options.js";
import { jdbcRead, type JdbcReadOptions } from "./jdbc-options.js";
import { optionText, optionTexts, type Options, type OptionValue } from "../../plan/option-text.js";
import { readArguments, type Paths, type ReadArguments } from "./read-arguments.js";

/** Describes what to read, as rows of the type `R`. Nothing is read before an action. */
export class DataFrameReader<out R extends ObjectRow = ObjectRow> {
  readonly #context: SessionContext;
  #format: string | undefined;
  #schema: string | StructType | undefined;
  #options: Record<string, string> = {};

  /** @internal Use spark.read. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /**
   * Sets the data source: `parquet`, `delta`, `weather` … Default: the server's default, usually parquet. Its rows have
   * the type that {@link Formats} has for this name.
   *
   * @example spark.read.format("parquet").load("/data/events");
   */
  format<const Name extends FormatName>(source: Name): DataFrameReader<RowOfFormat<Name, R>> {
    this.#format = source;
    return this.#as();
  }
  /**
   * Sets the rows' schema, as DDL or StructType, for sources that do not know it. Most sources, including
   * files, treat all its columns as nullable.
   *
   * @example spark.read.schema("id BIGINT, name STRING").json("/data/people");
   */
  schema<const Schema extends string | StructType>(
    schema: Schema,
  ): DataFrameReader<ReadRow<Schema>> {
    requireSchema(schema);
    this.#schema = schema;
    return this.#as();
  }
  /**
   * Sets one option of the data source. The value is sent as text.
   *
   * @example spark.read.option("header", true).csv("/data/people.csv");
   */
  option<const Name extends string>(
    key: Name,
    value: OptionValue,
  ): ChangedByOption<Name, this, DataFrameReader, UntypedTables & DataFrameReader<R>>;
  option(key: string, value: OptionValue): this {
    this.#options = { ...this.#options, [key]: optionText(key, value) };
    return this;
  }
  /**
   * Sets several options of the data source. They are added to those set before. The options of a packaged source,
   * such as `rest.options({ … })`, also determine the type of the rows.
   *
   * @example spark.read.options({ header: true, sep: ";" }).csv("/data/people.csv");
   */
  options<const O extends Options>(
    options: O,
  ): O extends SourceOptions
    ? DataFrameReader<RowOfOptions<O>>
    : ChangedByOption<KnownName<O>, this, DataFrameReader, UntypedTables & DataFrameReader<R>>;
  options(options: Options): this {
    this.#options = { ...this.#options, ...optionTexts(options) };
    return this;
  }
  /**
   * Returns the source's rows, from these paths if the source takes paths.
   *
   * @example spark.read.format("orc").load("/data/2025", "/data/2026");
   */
  load(...paths: readonly string[]): DataFrame<R> {
    return this.#load(paths);
  }
  /**
   * Returns a table's rows. They have the type that {@link Tables} has for this name.
   *
   * @example spark.read.table("demo.people");
   */
  table<const Name extends TableName>(name: Name): DataFrame<RowOfTable<Name>> {
    return this.#dataFrame(tableRelation(name, this.#options, false));
  }
  /**
   * Returns the row changes of a table, if its catalog records them. Options select the changes, such as
   * `startingVersion`. For Delta, use table() with the option `readChangeFeed`.
   *
   * @throws {ArgumentError} schema() was called
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example spark.read.option("startingVersion", 5).changes("demo.people");
   */
  changes(tableName: string): DataFrame {
    if (this.#schema !== undefined) {
      throw new ArgumentError(
        "schema",
        "changes() uses the table's own schema. Do not call schema().",
      );
    }
    this.#context.connection.version.require("read.changes()", 4, 2);
    return this.#dataFrame(changesRelation(tableName, this.#options, false));
  }
  /**
   * Reads CSV from files, or from a DataFrame with a single string column that holds one record in each row.
   * `options` are added to those of option().
   *
   * @throws {ArgumentError} `input` is a DataFrame and the schema is DDL: pass a StructType
   * @example spark.read.csv("/data/people.csv", { header: true, inferSchema: true });
   */
  csv(...paths: readonly string[]): DataFrame<R>;
  csv<const Schema extends SchemaOption = undefined>(
    input: Paths | DataFrame,
    options?: CsvReadOptions & { readonly schema?: Schema },
  ): DataFrame<OptionalReadRow<Schema, R>>;
  csv(...args: ReadArguments): DataFrame {
    return this.#records("csv", args);
  }
  /**
   * Reads JSON from files with one record in each line, or from a DataFrame with a single string column that
   * holds one record in each row. `options` are added to those of option().
   *
   * @throws {ArgumentError} `input` is a DataFrame and the schema is DDL: pass a StructType
   * @example spark.read.json("/data/people.json", { multiLine: true });
   */
  json(...paths: readonly string[]): DataFrame<R>;
  json<const Schema extends SchemaOption = undefined>(
    input: Paths | DataFrame,
    options?: JsonReadOptions & { readonly schema?: Schema },
  ): DataFrame<OptionalReadRow<Schema, R>>;
  json(...args: ReadArguments): DataFrame {
    return this.#records("json", args);
  }
  /**
   * Reads XML from files, or from a DataFrame with a single string column that holds one record in each row.
   * `options` are added to those of option(). Spark requires `rowTag`.
   *
   * @throws {ArgumentError} `input` is a DataFrame and the schema is DDL: pass a StructType
   * @throws {UnsupportedOperationException} `input` is a DataFrame and the server is older than Spark 4.2
   * @example spark.read.xml("/data/people.xml", { rowTag: "person" });
   */
  xml(...paths: readonly string[]): DataFrame<R>;
  xml<const Schema extends SchemaOption = undefined>(
    input: Paths | DataFrame,
    options?: XmlReadOptions & { readonly schema?: Schema },
  ): DataFrame<OptionalReadRow<Schema, R>>;
  xml(...args: ReadArguments): DataFrame {
    return this.#records("xml", args);
  }
  /**
   * Reads Parquet files or folders. `options` are added to those of option().
   *
   * @example spark.read.parquet("/data/2025", "/data/2026");
   */
  parquet(...paths: readonly string[]): DataFrame<R>;
  parquet(paths: Paths, options?: ParquetReadOptions): DataFrame<R>;
  parquet(...args: ReadArguments): DataFrame<R> {
    return this.#files("parquet", args);
  }
  /**
   * Reads ORC files or folders. `options` are added to those of option().
   *
   * @example spark.read.orc("/data/events");
   */
  orc(...paths: readonly string[]): DataFrame<R>;
  orc(paths: Paths, options?: OrcReadOptions): DataFrame<R>;
  orc(...args: ReadArguments): DataFrame<R> {
    return this.#files("orc", args);
  }
  /**
   * Reads text files: one row for each line, in a column `value`.
   *
   * @example spark.read.text("/var/log/app.log").where(col("value").contains("ERROR"));
   */
  text(...paths: readonly string[]): DataFrame<R>;
  text(paths: Paths, options?: TextReadOptions): DataFrame<R>;
  text(...args: ReadArguments): DataFrame<R> {
    return this.#files("text", args);
  }
  /**
   * Reads a table of another database through its JDBC driver, which must be on the server's class path.
   * Without `column` or `predicates` one task reads the whole table.
   *
   * @param url such as `jdbc:postgresql://host/database`
   * @param table the table's name, or a query in parentheses with an alias
   * @throws {ArgumentError} `column` is given without bounds and numPartitions, or with predicates
   * @example
   * spark.read.jdbc("jdbc:postgresql://db/shop", "public.orders", {
   *   properties: { user: "reader" },
   * });
   */
  jdbc(url: string, table: string, options: JdbcReadOptions = {}): DataFrame {
    const { texts, predicates } = jdbcRead(url, table, options);
    this.format("jdbc").options(texts);
    return this.#load([], predicates);
  }

  #records(format: ParsedFormat, args: ReadArguments): DataFrame<R> {
    const [input, ...rest] = args;
    if (!(input instanceof DataFrame)) return this.#files(format, args);
    if (format === "xml") this.#context.connection.version.require("read.xml(DataFrame)", 4, 2);
    this.#with(rest);
    const schema = this.#schema === undefined ? undefined : wireType(recordSchema(this.#schema));
    return this.#dataFrame(parseText(input.relation, format, schema, this.#options));
  }
  #files(format: string, args: ReadArguments): DataFrame<R> {
    return this.format(format).#load(this.#with(args));
  }
  /** Applies the options and returns the paths. */
  #with(args: ReadArguments): readonly string[] {
    const { paths, options } = readArguments(args);
    const { schema, ...others } = options;
    if (typeof schema === "string" || schema instanceof StructType) this.schema(schema);
    this.options(others as Options);
    return paths;
  }
  #load(paths: readonly string[], predicates: readonly string[] = []): DataFrame<R> {
    const schema = this.#schema;
    const options = this.#options;
    this.#context.connection.sources.checkRead({ format: this.#format, options, paths });
    return this.#dataFrame(
      dataSourceRelation({
        format: this.#format,
        schema: typeof schema === "object" ? schema.json() : schema,
        options: this.#options,
        paths,
        predicates,
        isStreaming: false,
      }),
    );
  }
  /** This reader, whose rows have another type from now on. */
  #as<T extends ObjectRow>(): DataFrameReader<T> {
    return this as DataFrameReader as DataFrameReader<T>;
  }
  #dataFrame<T extends ObjectRow>(body: RelationBody): DataFrame<T> {
    return new DataFrame(this.#context, this.#context.connection.relation(body));
  }
}

checkMethods(DataFrameReader.prototype, {
  jdbc: [2, ["column", "lowerBound", "upperBound", "numPartitions", "predicates", "properties"]],
});

/**
 * The schema of records in a column. The server parses DDL for files only, not for records in a column.
 *
 * @throws {ArgumentError} the schema is DDL
 */
function recordSchema(schema: string | StructType): DataType {
  if (schema instanceof StructType) return schema;
  if (schema.trimStart().startsWith("{")) return dataTypeFromJson(JSON.parse(schema));
  throw new ArgumentError(
    "schema",
    `The schema of records in a DataFrame must be a StructType, got the DDL ${JSON.stringify(schema)}. Pass a StructType, or leave the schema out so that Spark infers it.`,
  );
}
