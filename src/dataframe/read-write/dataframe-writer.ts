import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError } from "../../errors.js";
import { suggestion } from "../../near-name.js";
import { checkMethods } from "../../option-check.js";
import { shown } from "../../value-kind.js";
import {
  isSaveMode,
  writeOperation,
  type SaveMode,
  type WriteSpec,
  type WriteTarget,
} from "../../plan/command.js";
import type { Relation } from "../../plan/relation.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import type {
  Compression,
  CsvWriteOptions,
  JsonWriteOptions,
  TextWriteOptions,
  XmlWriteOptions,
} from "./file-options.js";
import { optionText, optionTexts, type Options, type OptionValue } from "../../plan/option-text.js";

/** Settings of a write, as options instead of the methods of the same names. */
export interface SaveOptions extends CallOptions {
  readonly format?: string | undefined;
  readonly mode?: SaveMode | undefined;
  readonly partitionBy?: string | readonly string[] | undefined;
  /** The data source's own options. */
  readonly options?: Options | undefined;
}

/** What to do if data exists, and the signal that aborts the write. */
interface FileSave extends CallOptions {
  readonly mode?: SaveMode | undefined;
}

/** A write of files that `partitionBy` may divide into one folder for each value. */
interface PartitionedSave extends FileSave {
  readonly partitionBy?: string | readonly string[] | undefined;
}

/** Describes where and how to write; `save()`, `saveAsTable()` and `insertInto()` run the write. */
export class DataFrameWriter {
  readonly #connection: SparkConnection;
  readonly #input: Relation;
  #spec: WriteSpec = {
    options: {},
    partitioningColumns: [],
    clusteringColumns: [],
    sortColumnNames: [],
  };

  /** @internal Use df.write. */
  constructor(connection: SparkConnection, input: Relation) {
    this.#connection = connection;
    this.#input = input;
  }

  /**
   * Sets the data source: `parquet`, `delta` … Default: the server's default, usually parquet.
   *
   * @example await people.write.format("json").save("/data/people");
   */
  format(source: string): this {
    return this.#with({ format: source });
  }
  /**
   * Sets what to do if data exists: append, overwrite, ignore, or error (the default).
   *
   * @throws {ArgumentError} the mode is unknown
   * @example await people.write.mode("overwrite").parquet("/data/people");
   */
  mode(mode: SaveMode): this {
    // JavaScript callers may pass any type.
    const given: unknown = mode;
    const lower = typeof given === "string" ? given.toLowerCase() : "";
    if (!isSaveMode(lower)) {
      const near = suggestion(lower, ["append", "overwrite", "ignore", "error"]);
      throw new ArgumentError(
        "mode",
        `Unknown save mode ${shown(given)}.${near} Use append, overwrite, ignore or error.`,
      );
    }
    return this.#with({ mode: lower });
  }
  /**
   * Sets one option of the data source. The value is sent as text.
   *
   * @example await people.write.option("compression", "zstd").parquet("/data/people");
   */
  option(key: string, value: OptionValue): this {
    return this.#with({ options: { ...this.#spec.options, [key]: optionText(key, value) } });
  }
  /**
   * Sets several options of the data source. They are added to those set before.
   *
   * @example await people.write.options({ header: true, sep: ";" }).csv("/data/people");
   */
  options(options: Options): this {
    return this.#with({ options: { ...this.#spec.options, ...optionTexts(options) } });
  }
  /**
   * Writes a separate folder for each combination of values in these columns. Default: no partitions.
   *
   * @example await people.write.partitionBy("city").parquet("/data/people");
   */
  partitionBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ partitioningColumns: columns.flat() });
  }
  /**
   * Sets the clustering columns of a table: the table stores rows with similar values together.
   *
   * @throws {ArgumentError} no column is named
   * @example await people.write.format("delta").clusterBy("city").saveAsTable("demo.people");
   */
  clusterBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ clusteringColumns: named("clusterBy", columns) });
  }
  /**
   * Distributes the rows over `numBuckets` buckets by a hash of columns, so that joins need no shuffle. Only
   * saveAsTable() supports it.
   *
   * @throws {ArgumentError} the number is not a positive integer, or no column is named
   * @example await people.write.bucketBy(8, "name").saveAsTable("demo.people");
   */
  bucketBy(numBuckets: number, ...columns: readonly (string | readonly string[])[]): this {
    if (!Number.isInteger(numBuckets) || numBuckets < 1) {
      throw new ArgumentError(
        "numBuckets",
        `numBuckets must be a positive integer, got ${String(numBuckets)}.`,
      );
    }
    return this.#with({ bucketBy: { numBuckets, columns: named("bucketBy", columns) } });
  }
  /**
   * Sorts the rows of each bucket.
   *
   * @throws {ArgumentError} no column is named
   * @example await people.write.bucketBy(8, "name").sortBy("age").saveAsTable("demo.people");
   */
  sortBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ sortColumnNames: named("sortBy", columns) });
  }
  /**
   * Writes to a path, or to the target that the source's options name.
   *
   * @example await people.write.format("parquet").save("/data/people");
   */
  async save(path?: string, options: SaveOptions = {}): Promise<void> {
    await this.#configured(options).#write({ kind: "path", path }, options);
  }
  /**
   * Writes to a table, and creates it if it does not exist.
   *
   * @example await people.write.mode("append").saveAsTable("demo.people");
   */
  async saveAsTable(name: string, options: SaveOptions = {}): Promise<void> {
    await this.#configured(options).#write({ kind: "table", name, method: "saveAsTable" }, options);
  }
  /**
   * Adds the rows to an existing table, by position.
   *
   * @param options.overwrite true replaces the table's rows, false adds to them. Default: as mode() says
   * @example await people.write.insertInto("demo.people", { overwrite: true });
   */
  async insertInto(
    name: string,
    options: { readonly overwrite?: boolean | undefined } & CallOptions = {},
  ): Promise<void> {
    const { overwrite } = options;
    if (overwrite !== undefined) this.mode(overwrite ? "overwrite" : "append");
    await this.#write({ kind: "table", name, method: "insertInto" }, options);
  }
  /**
   * Writes a folder of JSON files with one object in each line. `options` are added to those of option().
   *
   * @example await people.write.json("/data/people");
   */
  async json(path: string, options: JsonWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("json", path, options);
  }
  /**
   * Writes a folder of CSV files. Default: without a header line.
   *
   * @example await people.write.csv("/data/people", { header: true });
   */
  async csv(path: string, options: CsvWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("csv", path, options);
  }
  /**
   * Writes XML. The option `rowTag` names the row elements; default `ROW`.
   *
   * @example await people.write.xml("/data/people", { rowTag: "person" });
   */
  async xml(path: string, options: XmlWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("xml", path, options);
  }
  /**
   * Writes a folder of Parquet files.
   *
   * @example await people.write.parquet("/data/people", { mode: "overwrite" });
   */
  async parquet(path: string, options: Compression & PartitionedSave = {}): Promise<void> {
    await this.#files("parquet", path, options);
  }
  /**
   * Writes a folder of ORC files.
   *
   * @example await people.write.orc("/data/people");
   */
  async orc(path: string, options: Compression & PartitionedSave = {}): Promise<void> {
    await this.#files("orc", path, options);
  }
  /**
   * Writes a single string column as lines of text.
   *
   * @example await people.select("name").write.text("/data/names");
   */
  async text(path: string, options: TextWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("text", path, options);
  }
  /**
   * Writes to a table of another database through its JDBC driver, which must be on the server's class path.
   *
   * @param url such as `jdbc:postgresql://host/database`
   * @param options.properties properties of the connection, such as `user`, `password` and `driver`
   * @example await people.write.mode("append").jdbc("jdbc:postgresql://db/shop", "public.people");
   */
  async jdbc(
    url: string,
    table: string,
    options: { readonly properties?: Readonly<Record<string, string>> | undefined } & FileSave = {},
  ): Promise<void> {
    const { properties, mode, signal } = options;
    const texts = { ...properties, url, dbtable: table };
    await this.save(undefined, { format: "jdbc", mode, options: texts, signal });
  }

  async #files(
    format: string,
    path: string,
    { mode, partitionBy, signal, ...options }: PartitionedSave,
  ): Promise<void> {
    // The remaining keys are the format's own options, which the callers' types restrict.
    await this.save(path, { format, mode, partitionBy, options: options, signal });
  }
  #configured({ format, mode, partitionBy, options }: SaveOptions): this {
    if (mode !== undefined) this.mode(mode);
    if (partitionBy !== undefined) this.partitionBy(partitionBy);
    if (format !== undefined) this.format(format);
    return options === undefined ? this : this.options(options);
  }
  #with(spec: Partial<WriteSpec>): this {
    this.#spec = { ...this.#spec, ...spec };
    return this;
  }
  async #write(target: WriteTarget, options: CallOptions): Promise<void> {
    this.#connection.sources.checkWrite(this.#spec.format, "writer");
    await this.#connection.run(writeOperation(this.#input, this.#spec, target), options);
  }
}

checkMethods(DataFrameWriter.prototype, {
  save: [1, ["format", "mode", "partitionBy", "options", "signal"]],
  saveAsTable: [1, ["format", "mode", "partitionBy", "options", "signal"]],
  insertInto: [1, ["overwrite", "signal"]],
  jdbc: [2, ["properties", "mode", "signal"]],
});

function named(
  method: string,
  columns: readonly (string | readonly string[])[],
): readonly string[] {
  const names = columns.flat();
  if (names.length > 0) return names;
  throw new ArgumentError("columns", `${method}() needs at least one column name.`);
}
