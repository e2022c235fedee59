import type { DataFrame } from "../dataframe/dataframe.js";
import {
  optionText,
  optionTexts,
  type Options,
  type OptionValue,
} from "../dataframe/option-text.js";
import { dataSourceRelation, tableRelation } from "../plan/relation.js";
import type { SessionContext } from "../session/session-context.js";
import type { StructType } from "../types/struct-type.js";

/** Describes a stream to read; nothing is read before a query starts on it. */
export class DataStreamReader {
  readonly #context: SessionContext;
  #format: string | undefined;
  #schema: string | undefined;
  #options: Record<string, string> = {};

  /** @internal Use spark.readStream. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** The source's name: `coingecko`, `rate`, `delta`, `kafka` … Default: the server's own, parquet. */
  format(source: string): this {
    this.#format = source;
    return this;
  }
  /** The rows' schema, as DDL or StructType; file sources need one. */
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
  /** The stream as a DataFrame. */
  load(path?: string): DataFrame {
    const body = dataSourceRelation({
      format: this.#format,
      schema: this.#schema,
      options: this.#options,
      paths: path === undefined ? [] : [path],
      isStreaming: true,
    });
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }
  /** A table as a stream of the rows added to it. */
  table(name: string): DataFrame {
    const body = tableRelation(name, this.#options, true);
    return this.#context.create.dataFrame(this.#context, this.#context.connection.relation(body));
  }
  json(path: string): DataFrame {
    return this.format("json").load(path);
  }
  csv(path: string): DataFrame {
    return this.format("csv").load(path);
  }
  parquet(path: string): DataFrame {
    return this.format("parquet").load(path);
  }
  orc(path: string): DataFrame {
    return this.format("orc").load(path);
  }
  text(path: string): DataFrame {
    return this.format("text").load(path);
  }
}
