import {
  optionText,
  optionTexts,
  type Options,
  type OptionValue,
} from "../dataframe/read-write/option-text.js";
import { ArgumentError } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
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
import type { ForeachBatchCallback } from "./foreach-batch/callback.js";
import { startAfterOthers } from "./foreach-batch/shared-session.js";
import { bindAgain, startWithCallback, type BoundCallback } from "./foreach-batch/start.js";
import { ListenerBus } from "./listeners/listener-bus.js";
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

/** How long a batch waits for a client that no longer answers, unless told otherwise. */
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

/** Describes where a stream goes; `start()` and `toTable()` start the query. */
export class DataStreamWriter {
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
  partitionBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ partitioningColumns: columns.flat() });
  }
  clusterBy(...columns: readonly (string | readonly string[])[]): this {
    return this.#with({ clusteringColumns: columns.flat() });
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
   * @throws {UnsupportedOperationException} realTime on a server older than Spark 4.2
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
    if (kind === "realTime") {
      this.#context.connection.version.require("trigger({ realTime })", 4, 2);
    }
    return this.#with({ trigger });
  }

  /**
   * Has a TypeScript function called with each batch, in this process: `(batch, batchId, context)`.
   * The batch is a DataFrame like any other; it may be written several times, joined, collected. The
   * next batch waits until the function has resolved. What it throws fails the query, with its
   * message and stack.
   *
   * A batch is run again after any failure, so what the function does must bear repetition: Delta
   * writes do with `.options(context.txn())`, other effects are at least once. The function holds a
   * lease that this process renews by itself, however long a batch takes. When the process dies, or
   * cannot reach the server, the query waits `leaseMs` for a process that takes over, then ends with
   * code FOREACH_BATCH_CLIENT_LOST.
   *
   * @param options.leaseMs default 30 000, at least 1 000
   * @throws {ArgumentError} the lease is too short
   */
  foreachBatch(callback: ForeachBatchCallback, options: { readonly leaseMs?: number } = {}): this {
    const { leaseMs = LEASE_MS } = options;
    if (!Number.isInteger(leaseMs) || leaseMs < SHORTEST_LEASE_MS) {
      throw new ArgumentError(
        "leaseMs",
        `leaseMs must be a whole number of at least ${SHORTEST_LEASE_MS} milliseconds.`,
      );
    }
    this.#foreachBatch = { callback, leaseMs };
    return this;
  }

  /**
   * Has a Python function called with each batch, on the server, as PySpark's foreachBatch does.
   *
   * @param source Python text that defines the function; it must import what it uses
   * @param functionName the function's name in it; it takes the batch and the batch's id
   */
  foreachBatchPython(source: string, functionName: string): this {
    this.#foreachBatch = { source, function: functionName };
    return this;
  }

  /**
   * Has Python code called with each row, on the server, as PySpark's foreach does.
   *
   * @param source Python text that defines the function or class; it must import what it uses
   * @param name a function of a row, or a class without constructor arguments that has `process(row)`
   *   and may have `open(partition_id, epoch_id)` and `close(error)`
   */
  foreachPython(source: string, name: string): this {
    this.#foreach = { source, function: name };
    return this;
  }

  /**
   * Starts the query; its rows go to the path, or to where the sink's options say.
   *
   * @throws {AnalysisException} the plan or the sink is refused; what fails later is in the
   *   query's `exception()`
   * @throws {UnsupportedOperationException} availableNow on `rest` on a server older than Spark 4.2
   * @throws {SessionError} code FOREACH_BATCH_NOT_BOUND: the session has no callback of the run to adopt
   */
  start(path?: string, options: StreamStartOptions = {}): Promise<StreamingQuery> {
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
  async #start(sink: StreamSink, options: StreamStartOptions): Promise<StreamingQuery> {
    const foreachBatch = this.#foreachBatch;
    if (foreachBatch !== undefined && sink.table !== undefined) {
      throw new ArgumentError(
        "name",
        "foreachBatch() writes by itself: call start(), not toTable().",
      );
    }
    if (this.#foreach !== undefined && (foreachBatch !== undefined || sink.table !== undefined)) {
      throw new ArgumentError(
        "foreachPython",
        "foreachPython() is where the rows go: leave foreachBatch() and toTable() out.",
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
    const { trigger } = this.#spec;
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

checkMethods(DataStreamWriter.prototype, {
  start: [1, [...SIGNAL, "adopt"]],
  toTable: [1, SIGNAL],
  foreachBatch: [1, ["leaseMs"]],
});

/** Where the rows go, where the options do not say it. */
interface StreamSink {
  readonly path?: string | undefined;
  readonly table?: string | undefined;
}
