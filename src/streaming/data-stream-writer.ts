import {
  optionText,
  optionTexts,
  type Options,
  type OptionValue,
} from "../dataframe/option-text.js";
import { ArgumentError } from "../errors.js";
import type { Relation } from "../plan/relation.js";
import { startStream, type StreamWriteSpec, type Trigger } from "../plan/streaming-command.js";
import type { SessionContext } from "../session/session-context.js";
import type { CallOptions } from "../session/spark-connection.js";
import { StreamingQuery } from "./streaming-query.js";

/** Which rows of the result a batch writes. */
export type OutputMode = "append" | "complete" | "update";
const OUTPUT_MODES: readonly string[] = ["append", "complete", "update"];
const TRIGGERS: readonly string[] = [
  "processingTime",
  "availableNow",
  "once",
  "continuous",
  "realTime",
];

/** Describes where a stream goes; `start()` and `toTable()` start the query. */
export class DataStreamWriter {
  readonly #context: SessionContext;
  readonly #input: Relation;
  #spec: StreamWriteSpec = { options: {}, partitioningColumns: [], clusteringColumns: [] };

  /** @internal Use df.writeStream. */
  constructor(context: SessionContext, input: Relation) {
    this.#context = context;
    this.#input = input;
  }

  /** The sink's name: `delta`, `parquet`, `console`, `memory`, `noop` … */
  format(sink: string): this {
    return this.#with({ format: sink });
  }
  /**
   * Which rows of the result a batch writes. Spark's default: append.
   *
   * @throws {ArgumentError} it is not append, complete or update
   */
  outputMode(mode: OutputMode): this {
    if (!OUTPUT_MODES.includes(mode.toLowerCase())) {
      throw new ArgumentError("outputMode", "outputMode must be append, complete or update.");
    }
    return this.#with({ outputMode: mode });
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
  /** The query's name, unique among the running queries of the session. */
  queryName(name: string): this {
    if (name.trim() === "") {
      throw new ArgumentError("queryName", "queryName must not be empty.");
    }
    return this.#with({ queryName: name });
  }
  /**
   * When a batch is made: `{ processingTime: "30 seconds" }`, `{ availableNow: true }` …
   * Spark's default: as soon as the batch before is done.
   *
   * @throws {ArgumentError} not exactly one trigger is given
   */
  trigger(trigger: Trigger): this {
    const [kind, ...more] = Object.keys(trigger);
    const value: unknown = Object.values(trigger)[0];
    const isText = typeof value === "string" && value.trim() !== "";
    const fits = kind === "availableNow" || kind === "once" ? value === true : isText;
    if (kind === undefined || more.length > 0 || !TRIGGERS.includes(kind) || !fits) {
      throw new ArgumentError(
        "trigger",
        'trigger() takes one of { processingTime: "30 seconds" }, { availableNow: true }, { once: true }, { continuous: "1 second" }, { realTime: "5 minutes" }.',
      );
    }
    return this.#with({ trigger });
  }

  /**
   * Starts the query; its rows go to the path, or to where the sink's options say.
   *
   * @throws {AnalysisException} the plan or the sink is refused; what fails later is in the
   *   query's `exception()`
   */
  start(path?: string, options: CallOptions = {}): Promise<StreamingQuery> {
    return this.#start({ path }, options);
  }
  /** Starts the query into a table, made when it does not exist. */
  toTable(name: string, options: CallOptions = {}): Promise<StreamingQuery> {
    return this.#start({ table: name }, options);
  }

  #with(spec: Partial<StreamWriteSpec>): this {
    this.#spec = { ...this.#spec, ...spec };
    return this;
  }
  async #start(
    sink: { readonly path?: string | undefined; readonly table?: string | undefined },
    options: CallOptions,
  ): Promise<StreamingQuery> {
    const { connection } = this.#context;
    const started = await connection.ask(
      startStream(this.#input, this.#spec, sink),
      "writeStreamOperationStartResult",
      options,
    );
    return new StreamingQuery(connection, {
      queryId: started.queryId?.id ?? "",
      runId: started.queryId?.runId ?? "",
      name: started.name === "" ? undefined : started.name,
    });
  }
}
