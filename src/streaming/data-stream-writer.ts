import { requireText } from "../argument-kind.js";
import { optionText, optionTexts, type Options, type OptionValue } from "../plan/option-text.js";
import { ArgumentError } from "../errors.js";
import { refuseMethods } from "../absent-methods.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { shown } from "../value-kind.js";
import type { Relation } from "../plan/relation.js";
import {
  startStream,
  type QueryRun,
  type StreamWriteSpec,
  type Trigger,
} from "../plan/streaming-command.js";
import {
  pickledFunction,
  pickledRowWriter,
  type PythonFunctionText,
} from "../python/python-function.js";
import type { SessionContext } from "../dataframe/session-context.js";
import type { CallOptions } from "../connection/call-options.js";
import type { ObjectRow } from "../types/row.js";
import type { ForeachBatchCallback } from "./foreach-batch/callback.js";
import { startAfterOthers } from "./foreach-batch/shared-session.js";
import { bindAgain, startWithCallback, type BoundCallback } from "./foreach-batch/start.js";
import { ListenerBus } from "./listeners/listener-bus.js";
import { StreamingQuery } from "./streaming-query.js";

/** Which rows of the result each batch writes. */
export type OutputMode = "append" | "complete" | "update";
const OUTPUT_MODES: readonly string[] = ["append", "complete", "update"];
const TRIGGERS: readonly string[] = [
  "processingTime",
  "availableNow",
  "once",
  "continuous",
  "realTime",
];

/** Default of `leaseMs`: how long a batch waits for a client that does not answer. */
const LEASE_MS = 30_000;
const SHORTEST_LEASE_MS = 1_000;

/** How `start()` starts a query. */
export interface StreamStartOptions extends CallOptions {
  /**
   * A query of this session that runs already and whose process is gone. Nothing is started: the callback of
   * `foreachBatch()` serves that query from now on. A supervisor passes this to a stream's `start` function.
   */
  readonly adopt?: QueryRun | undefined;
}

/** Describes where and how to write a stream; `start()` and `toTable()` start the query. */
export class DataStreamWriter<out R extends ObjectRow = ObjectRow> {
  readonly #context: SessionContext;
  readonly #input: Relation;
  #spec: StreamWriteSpec = { options: {}, partitioningColumns: [], clusteringColumns: [] };
  #foreachBatch: BoundCallback | PythonFunctionText | undefined;
  #foreach: PythonFunctionText | undefined;

  /** @internal Use df.writeStream. */
  constructor(context: SessionContext, input: Relation) {
    this.#context = context;
    this.#input = input;
  }

  /**
   * Sets the sink: `delta`, `parquet`, `console`, `memory`, `noop` …
   *
   * @example await ticks.writeStream.format("console").start();
   */
  format(sink: string): this {
    return this.#with({ format: sink });
  }
  /**
   * Sets which rows of the result each batch writes. Spark's default: append.
   *
   * @throws {ArgumentError} the mode is not append, complete or update
   * @example await ticks.groupBy().count().writeStream.outputMode("complete").format("console").start();
   */
  outputMode(mode: OutputMode): this {
    // JavaScript callers may pass any type.
    const given: unknown = mode;
    if (typeof given !== "string" || !OUTPUT_MODES.includes(given.toLowerCase())) {
      throw new ArgumentError(
        "outputMode",
        `outputMode must be append, complete or update, got ${shown(given)}.`,
      );
    }
    return this.#with({ outputMode: mode });
  }
  /**
   * Sets one option of the sink or the query, such as `checkpointLocation`. The value is sent as text.
   *
   * @example
   * await ticks.writeStream
   *   .option("checkpointLocation", "/data/checkpoints/ticks")
   *   .start("/data/ticks");
   */
  option(key: string, value: OptionValue): this {
    return this.#with({ options: { ...this.#spec.options, [key]: optionText(key, value) } });
  }
  /**
   * Sets several options of the sink or the query. They are added to those set before.
   *
   * @example
   * await ticks.writeStream
   *   .options({ checkpointLocation: "/data/checkpoints/ticks" })
   *   .start("/data/ticks");
   */
  options(options: Options): this {
    return this.#with({ options: { ...this.#spec.options, ...optionTexts(options) } });
  }
  /**
   * Writes a separate folder for each combination of values in these columns. Default: no partitions.
   *
   * @example await ticks.writeStream.format("parquet").partitionBy("value").start("/data/ticks");
   */
  partitionBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ partitioningColumns: columns.flat() });
  }
  /**
   * Sets the clustering columns of a table: the table stores rows with similar values together.
   *
   * @example await ticks.writeStream.format("delta").clusterBy("value").start("/data/ticks");
   */
  clusterBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ clusteringColumns: columns.flat() });
  }
  /**
   * Sets the query's name, which must be unique among the session's running queries.
   *
   * @example await ticks.writeStream.queryName("ticks").format("memory").start();
   */
  queryName(name: string): this {
    requireText("queryName", name);
    if (name.trim() === "") {
      throw new ArgumentError("queryName", "queryName must not be empty.");
    }
    return this.#with({ queryName: name });
  }
  /**
   * Sets when a batch starts: `{ processingTime: "30 seconds" }`, `{ availableNow: true }` …
   * Spark's default: as soon as the previous batch is done.
   *
   * @throws {ArgumentError} the argument is not exactly one valid trigger
   * @throws {UnsupportedOperationException} realTime is set, and the server is older than Spark 4.2
   * @example await ticks.writeStream.trigger({ processingTime: "30 seconds" }).format("console").start();
   */
  trigger(trigger: Trigger): this {
    // JavaScript callers may pass any type.
    const given: unknown = trigger;
    const entries = typeof given === "object" && given !== null ? Object.entries(given) : [];
    const [kind, value] = (entries[0] ?? []) as [string?, unknown?];
    const more = entries.slice(1);
    const isText = typeof value === "string" && value.trim() !== "";
    const fits = kind === "availableNow" || kind === "once" ? value === true : isText;
    if (kind === undefined || more.length > 0 || !TRIGGERS.includes(kind) || !fits) {
      throw new ArgumentError(
        "trigger",
        `trigger() needs one of { processingTime: "30 seconds" }, { availableNow: true }, { once: true }, { continuous: "1 second" }, { realTime: "5 minutes" }, got ${shownTrigger(given, entries)}.`,
      );
    }
    if (kind === "realTime") {
      this.#context.connection.version.require("trigger({ realTime })", 4, 2);
    }
    return this.#with({ trigger });
  }

  /**
   * Calls a TypeScript function in this process for each batch: `(batch, batchId, context)`. The batch is an
   * ordinary DataFrame, which the function may write several times, join or collect. The next batch waits
   * until the function resolves. An error that it throws fails the query, with its message and stack.
   *
   * Spark runs a batch again after any failure, so the function must be idempotent. Delta writes are, with
   * `.options(context.txn())`; other effects happen at least once. The function holds a lease, which this
   * process renews for as long as the batch takes. If the process dies or cannot reach the server, the query
   * waits `leaseMs` for another process to take over. Then it fails with code FOREACH_BATCH_CLIENT_LOST.
   *
   * @param options.leaseMs the lease in milliseconds, at least 1 000. Default 30 000
   * @throws {ArgumentError} `callback` is not a function, or the lease is too short
   * @example
   * const query = await ticks.writeStream
   *   .foreachBatch(async (batch, batchId) => {
   *     console.log(batchId, await batch.count());
   *   })
   *   .start();
   */
  foreachBatch(
    callback: ForeachBatchCallback<R>,
    options: { readonly leaseMs?: number } = {},
  ): this {
    // JavaScript callers may pass any type.
    if (typeof (callback as unknown) !== "function") {
      throw new ArgumentError(
        "callback",
        `foreachBatch() takes a function (batch, batchId) => …, got ${shown(callback)}. For Python text call foreachBatchPython().`,
      );
    }
    const { leaseMs = LEASE_MS } = options;
    if (!Number.isInteger(leaseMs) || leaseMs < SHORTEST_LEASE_MS) {
      throw new ArgumentError(
        "leaseMs",
        `leaseMs must be an integer of at least ${SHORTEST_LEASE_MS} milliseconds, got ${String(leaseMs)}.`,
      );
    }
    // The batches that Spark hands to the callback have the rows of this stream.
    this.#foreachBatch = { callback: callback as ForeachBatchCallback, leaseMs };
    return this;
  }

  /**
   * Calls a Python function on the server for each batch, like PySpark's foreachBatch.
   *
   * @param source Python text that defines the function; it must import what it uses
   * @param functionName the function's name in `source`; it receives the batch and the batch's id
   * @example
   * const source = "def handle(batch, batch_id):\n    batch.show()";
   * await ticks.writeStream.foreachBatchPython(source, "handle").start();
   */
  foreachBatchPython(source: string, functionName: string): this {
    this.#foreachBatch = { source, function: functionName };
    return this;
  }

  /**
   * Calls Python code on the server for each row, like PySpark's foreach.
   *
   * @param source Python text that defines the function or class; it must import what it uses
   * @param name the name of a function of a row, or of a class without constructor arguments that has
   *   `process(row)` and optionally `open(partition_id, epoch_id)` and `close(error)`
   * @example
   * const source = "def handle(row):\n    print(row)";
   * await ticks.writeStream.foreachPython(source, "handle").start();
   */
  foreachPython(source: string, name: string): this {
    this.#foreach = { source, function: name };
    return this;
  }

  /**
   * Starts the query. Its rows go to the path, or to the target that the sink's options name.
   *
   * @throws {AnalysisException} the server refused the plan or the sink. The query's `exception()` has
   *   later failures
   * @throws {UnsupportedOperationException} availableNow with `rest`, and the server is older than Spark 4.2
   * @throws {SessionError} code FOREACH_BATCH_NOT_BOUND: the session has no callback of the run to adopt
   * @example const query = await ticks.writeStream.format("delta").start("/data/ticks");
   */
  start(path?: string, options: StreamStartOptions = {}): Promise<StreamingQuery> {
    return this.#start({ path }, options);
  }
  /**
   * Starts the query. Its rows go to a table, which is created if it does not exist.
   *
   * @example const query = await ticks.writeStream.toTable("demo.ticks");
   */
  toTable(name: string, options: CallOptions = {}): Promise<StreamingQuery> {
    return this.#start({ table: name }, options);
  }

  #with(spec: Partial<StreamWriteSpec>): this {
    this.#spec = { ...this.#spec, ...spec };
    return this;
  }
  async #start(sink: StreamSink, options: StreamStartOptions): Promise<StreamingQuery> {
    const foreachBatch = this.#foreachBatch;
    if (foreachBatch !== undefined && sink.table !== undefined) {
      throw new ArgumentError(
        "name",
        "A query with foreachBatch() has no other sink. Call start(), not toTable().",
      );
    }
    if (this.#foreach !== undefined && (foreachBatch !== undefined || sink.table !== undefined)) {
      throw new ArgumentError(
        "foreachPython",
        "A query with foreachPython() has no other sink. Do not call foreachBatch() or toTable().",
      );
    }
    const { connection } = this.#context;
    const { adopt } = options;
    if (adopt !== undefined) {
      if (foreachBatch !== undefined && "callback" in foreachBatch) {
        await bindAgain(this.#context, foreachBatch.callback, adopt);
      }
      return new StreamingQuery(connection, { ...adopt, name: this.#spec.queryName });
    }
    const { trigger, format } = this.#spec;
    connection.sources.checkWrite(format, "streamWriter");
    if (trigger !== undefined && "availableNow" in trigger) {
      connection.sources.requireAvailableNow(this.#input, connection.version);
    }
    let name: string | undefined;
    const start = async (python: StreamWriteSpec["foreachBatch"]): Promise<QueryRun> => {
      const spec = { ...this.#spec, foreachBatch: python, foreach: await this.#rowWriter() };
      const plan = startStream(this.#input, spec, sink);
      const started = await connection
        .part(ListenerBus)
        .start(() => connection.ask(plan, "writeStreamOperationStartResult", options));
      name = started.name === "" ? undefined : started.name;
      return { queryId: started.queryId?.id ?? "", runId: started.queryId?.runId ?? "" };
    };
    const run = await this.#startForeachBatch(start);
    return new StreamingQuery(connection, { ...run, name });
  }

  async #rowWriter(): Promise<StreamWriteSpec["foreach"]> {
    if (this.#foreach === undefined) return undefined;
    const command = pickledRowWriter(this.#foreach);
    return { command, pythonVersion: await this.#context.pythonVersion.get() };
  }

  async #startForeachBatch(
    start: (python: StreamWriteSpec["foreachBatch"]) => Promise<QueryRun>,
  ): Promise<QueryRun> {
    const foreachBatch = this.#foreachBatch;
    if (foreachBatch === undefined) return start(undefined);
    if ("callback" in foreachBatch) return startWithCallback(this.#context, foreachBatch, start);
    const python = {
      command: pickledFunction(foreachBatch),
      pythonVersion: await this.#context.pythonVersion.get(),
    };
    return startAfterOthers(this.#context.connection, () => start(python));
  }
}

const TO_FILES = 'Write format("parquet").start(path), with the format that you need.';
refuseMethods(DataStreamWriter.prototype, "writeStream", {
  parquet: TO_FILES,
  json: TO_FILES,
  csv: TO_FILES,
  save: TO_FILES,
  saveAsTable: "Write toTable(name).",
});

function shownTrigger(given: unknown, entries: readonly (readonly [string, unknown])[]): string {
  if (entries.length === 0 || typeof given !== "object") return shown(given);
  return `{ ${entries.map(([key, value]) => `${key}: ${shown(value)}`).join(", ")} }`;
}

checkMethods(DataStreamWriter.prototype, {
  start: [1, [...SIGNAL, "adopt"]],
  toTable: [1, SIGNAL],
  foreachBatch: [1, ["leaseMs"]],
});

/** Where the rows go; neither if the sink's options say it. */
interface StreamSink {
  readonly path?: string | undefined;
  readonly table?: string | undefined;
}
