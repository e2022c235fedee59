import { ArgumentError } from "../errors.js";
import {
  isSaveMode,
  writeOperation,
  type SaveMode,
  type WriteSpec,
  type WriteTarget,
} from "../plan/command.js";
import type { Relation } from "../plan/relation.js";
import type { CallOptions, SparkConnection } from "../session/spark-connection.js";
import { optionText, optionTexts, type Options, type OptionValue } from "./option-text.js";

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
  partitionBy(...columns: readonly string[]): this {
    return this.#with({ partitioningColumns: columns });
  }
  clusterBy(...columns: readonly string[]): this {
    return this.#with({ clusteringColumns: columns });
  }
  bucketBy(numBuckets: number, ...columns: readonly string[]): this {
    return this.#with({ bucketBy: { numBuckets, columns } });
  }
  sortBy(...columns: readonly string[]): this {
    return this.#with({ sortColumnNames: columns });
  }
  /** Writes to a path, or to where the source's options say. */
  async save(path?: string, options: CallOptions = {}): Promise<void> {
    await this.#write({ kind: "path", path }, options);
  }
  /** Writes to a table, made when it does not exist. */
  async saveAsTable(name: string, options: CallOptions = {}): Promise<void> {
    await this.#write({ kind: "table", name, method: "saveAsTable" }, options);
  }
  /** Adds the rows to an existing table, by position. */
  async insertInto(name: string, options: CallOptions = {}): Promise<void> {
    await this.#write({ kind: "table", name, method: "insertInto" }, options);
  }
  async json(path: string): Promise<void> {
    await this.format("json").save(path);
  }
  async csv(path: string): Promise<void> {
    await this.format("csv").save(path);
  }
  async parquet(path: string): Promise<void> {
    await this.format("parquet").save(path);
  }
  async orc(path: string): Promise<void> {
    await this.format("orc").save(path);
  }
  async text(path: string): Promise<void> {
    await this.format("text").save(path);
  }

  #with(spec: Partial<WriteSpec>): this {
    this.#spec = { ...this.#spec, ...spec };
    return this;
  }
  async #write(target: WriteTarget, options: CallOptions): Promise<void> {
    await this.#connection.run(writeOperation(this.#input, this.#spec, target), options);
  }
}
