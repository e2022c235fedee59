import { dataSourceRelation, tableRelation } from "../plan/relation.js";
import type { SessionContext } from "../session/session-context.js";
import type { StructType } from "../types/struct-type.js";
import type { DataFrame } from "./dataframe.js";
import { optionText, optionTexts, type Options, type OptionValue } from "./option-text.js";

/** Describes what to read; nothing is read before an action. */
export class DataFrameReader {
  readonly #context: SessionContext;
  #format: string | undefined;
  #schema: string | undefined;
  #options: Record<string, string> = {};

  /** @internal Use spark.read. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** The data source's name: `parquet`, `delta`, `weather` … Default: the server's own, parquet. */
  format(source: string): this {
    this.#format = source;
    return this;
  }
  /** The rows' schema, as DDL or StructType, for sources that do not know it. */
  schema(schema: string | StructType): this {
    this.#schema = typeof schema === "string" ? schema : schema.json();
    return this;
  }
  option(key: string, value: OptionValue): this {
    this.#options = { ...this.#options, [key]: optionText(key, value) };
    return this;
  }
  options(options: Options): this {
    this.#options = { ...this.#options, ...optionTexts(options) };
    return this;
  }
  /** The source's rows, from these paths where it takes any. */
  load(...paths: readonly string[]): DataFrame {
    const body = dataSourceRelation({
      format: this.#format,
      schema: this.#schema,
      options: this.#options,
      paths,
      isStreaming: false,
    });
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }
  /** A table's rows. */
  table(name: string): DataFrame {
    const body = tableRelation(name, this.#options, false);
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }
  json(...paths: readonly string[]): DataFrame {
    return this.format("json").load(...paths);
  }
  csv(...paths: readonly string[]): DataFrame {
    return this.format("csv").load(...paths);
  }
  parquet(...paths: readonly string[]): DataFrame {
    return this.format("parquet").load(...paths);
  }
  orc(...paths: readonly string[]): DataFrame {
    return this.format("orc").load(...paths);
  }
  text(...paths: readonly string[]): DataFrame {
    return this.format("text").load(...paths);
  }
}
