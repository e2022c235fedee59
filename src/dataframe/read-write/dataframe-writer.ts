import type { CallOptions } from "../../connection/call-options.js";
import { ArgumentError } from "../../errors.js";
import { checkMethods } from "../../option-check.js";
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
import { optionText, optionTexts, type Options, type OptionValue } from "./option-text.js";

/** What a write may be told at its end, instead of by the methods of these names. */
export interface SaveOptions extends CallOptions {
  readonly format?: string | undefined;
  readonly mode?: SaveMode | undefined;
  readonly partitionBy?: string | readonly string[] | undefined;
  /** The data source's own options. */
  readonly options?: Options | undefined;
}

/** What to do where data exists, and the signal that stops the write. */
interface FileSave extends CallOptions {
  readonly mode?: SaveMode | undefined;
}

/** A write of files that may be in a folder for each value of columns. */
interface PartitionedSave extends FileSave {
  readonly partitionBy?: string | readonly string[] | undefined;
}

/** Describes where and how to write; `save()`, `saveAsTable()` and `insertInto()` do it. */
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

  /** The data source's name: `parquet`, `delta` … Default: the server's own, parquet. */
  format(source: string): this {
    return this.#with({ format: source });
  }
  /**
   * What to do where data exists: append, overwrite, ignore, or error (the default).
   *
   * @throws {ArgumentError} the mode is none of these
   */
  mode(mode: SaveMode): this {
    const lower = mode.toLowerCase();
    if (!isSaveMode(lower)) {
      throw new ArgumentError(
        "mode",
        `Save mode ${JSON.stringify(mode)} is unknown; use append, overwrite, ignore or error.`,
      );
    }
    return this.#with({ mode: lower });
  }
  option(key: string, value: OptionValue): this {
    return this.#with({ options: { ...this.#spec.options, [key]: optionText(key, value) } });
  }
  options(options: Options): this {
    return this.#with({ options: { ...this.#spec.options, ...optionTexts(options) } });
  }
  partitionBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ partitioningColumns: columns.flat() });
  }
  /** @throws {ArgumentError} no column is named */
  clusterBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ clusteringColumns: named("clusterBy", columns) });
  }
  /**
   * Spreads the rows over so many files by a hash of columns, for joins without a shuffle; for
   * saveAsTable() alone.
   *
   * @throws {ArgumentError} the number is not positive, or no column is named
   */
  bucketBy(numBuckets: number, ...columns: readonly (string | readonly string[])[]): this {
    if (!Number.isInteger(numBuckets) || numBuckets < 1) {
      throw new ArgumentError("numBuckets", "numBuckets must be a positive whole number.");
    }
    return this.#with({ bucketBy: { numBuckets, columns: named("bucketBy", columns) } });
  }
  /**
   * Sorts the rows of each bucket.
   *
   * @throws {ArgumentError} no column is named
   */
  sortBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ sortColumnNames: named("sortBy", columns) });
  }
  /** Writes to a path, or to where the source's options say. */
  async save(path?: string, options: SaveOptions = {}): Promise<void> {
    await this.#told(options).#write({ kind: "path", path }, options);
  }
  /** Writes to a table, made when it does not exist. */
  async saveAsTable(name: string, options: SaveOptions = {}): Promise<void> {
    await this.#told(options).#write({ kind: "table", name, method: "saveAsTable" }, options);
  }
  /**
   * Adds the rows to an existing table, by position.
   *
   * @param options.overwrite replaces the table's rows; false adds to them; default: as mode() says
   */
  async insertInto(
    name: string,
    options: { readonly overwrite?: boolean | undefined } & CallOptions = {},
  ): Promise<void> {
    const { overwrite } = options;
    if (overwrite !== undefined) this.mode(overwrite ? "overwrite" : "append");
    await this.#write({ kind: "table", name, method: "insertInto" }, options);
  }
  async json(path: string, options: JsonWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("json", path, options);
  }
  async csv(path: string, options: CsvWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("csv", path, options);
  }
  /** Writes XML; Spark names rows `ROW` unless `rowTag` says otherwise. */
  async xml(path: string, options: XmlWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("xml", path, options);
  }
  async parquet(path: string, options: Compression & PartitionedSave = {}): Promise<void> {
    await this.#files("parquet", path, options);
  }
  async orc(path: string, options: Compression & PartitionedSave = {}): Promise<void> {
    await this.#files("orc", path, options);
  }
  /** Writes the only column, of text, as lines. */
  async text(path: string, options: TextWriteOptions & FileSave = {}): Promise<void> {
    await this.#files("text", path, options);
  }
  /**
   * Writes to a table of another database, by its JDBC driver, which must be on the server's class path.
   *
   * @param url as `jdbc:postgresql://host/database`
   * @param options.properties the connection's, as `user`, `password`, `driver`
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
    // What is left are the format's own options, whose types say which there are.
    await this.save(path, { format, mode, partitionBy, options: options, signal });
  }
  #told({ format, mode, partitionBy, options }: SaveOptions): this {
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
  throw new ArgumentError("columns", `${method}() takes the names of one or more columns.`);
}
