import type { CallOptions } from "../connection/call-options.js";
import { ProtocolError, SparkError, StreamingQueryException } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { printAsText } from "../printed.js";
import { queryCommand, type QueryCommand } from "../plan/streaming-command.js";
import { callScopes } from "../connection/call-scope.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { awaitInSlices, type AwaitOptions } from "./await-slices.js";
import type { ForeachBatchBinding } from "./foreach-batch/binding.js";
import { ServedRuns } from "./foreach-batch/served-runs.js";
import { foreachBatchException, functionException } from "./foreach-batch/callback-error.js";
import { ListenerBus } from "./listeners/listener-bus.js";
import { withFailureFirst } from "../failure-line.js";
import { progressOf, type ProgressOptions } from "./progress-feed.js";
import { parseProgress, type StreamingQueryProgress } from "./progress.js";

/** What a query is doing. */
export interface StreamingQueryStatus {
  readonly message: string;
  readonly isDataAvailable: boolean;
  readonly isTriggerActive: boolean;
}

/** Identifies a query and its run. */
export interface StreamingQueryHandle {
  readonly queryId: string;
  readonly runId: string;
  readonly name: string | undefined;
}

/**
 * A streaming query on the server. It runs until it is stopped, fails, or its session ends. It does not
 * need a connected client.
 */
export class StreamingQuery {
  readonly #connection: SparkConnection;
  readonly #handle: StreamingQueryHandle;

  /** @internal Use df.writeStream.start() or spark.streams. */
  constructor(connection: SparkConnection, handle: StreamingQueryHandle) {
    this.#connection = connection;
    this.#handle = handle;
  }

  /**
   * The query's id, which stays the same across restarts from one checkpoint.
   *
   * @example console.log(query.id, query.runId);
   */
  get id(): string {
    return this.#handle.queryId;
  }
  /**
   * This run's id, which is new at each start.
   *
   * @example console.log(query.id, query.runId);
   */
  get runId(): string {
    return this.#handle.runId;
  }
  /**
   * The name that queryName() set; undefined without one.
   *
   * @example console.log(query.name ?? query.id);
   */
  get name(): string | undefined {
    return this.#handle.name;
  }

  /** `StreamingQuery[name: prices, id: …, runId: …]`. Does not ask the server; console.log() prints the same text. */
  toString(): string {
    const name = this.name === undefined ? "" : `name: ${this.name}, `;
    return `StreamingQuery[${name}id: ${this.id}, runId: ${this.runId}]`;
  }

  /**
   * Whether the query is running. Asks the server.
   *
   * @example if (!(await query.isActive())) console.log(await query.exception());
   */
  async isActive(options: CallOptions = {}): Promise<boolean> {
    return (await this.#status(options)).isActive;
  }
  /**
   * What the query is doing at the moment. Asks the server.
   *
   * @example const { message, isDataAvailable } = await query.status();
   */
  async status(options: CallOptions = {}): Promise<StreamingQueryStatus> {
    const { statusMessage, isDataAvailable, isTriggerActive } = await this.#status(options);
    return { message: statusMessage, isDataAvailable, isTriggerActive };
  }
  /**
   * The latest report; undefined before the first.
   *
   * @example
   * const progress = await query.lastProgress();
   * console.log(progress?.batchId, progress?.numInputRows);
   */
  async lastProgress(options: CallOptions = {}): Promise<StreamingQueryProgress | undefined> {
    const reports = await this.#progress({ case: "lastProgress", value: true }, options);
    return reports.at(-1);
  }
  /**
   * The reports that the server still holds, oldest first: 100 unless configured otherwise.
   *
   * @example const progresses = await query.recentProgress();
   */
  recentProgress(options: CallOptions = {}): Promise<StreamingQueryProgress[]> {
    return this.#progress({ case: "recentProgress", value: true }, options);
  }
  /**
   * Returns the error that failed the query, without throwing it; undefined if the query runs or was stopped.
   *
   * @example const failure = await query.exception();
   */
  async exception(options: CallOptions = {}): Promise<StreamingQueryException | undefined> {
    const answer = await this.#exception(options);
    if (answer?.exceptionMessage === undefined) return undefined;
    const message = withoutClassName(answer.exceptionMessage);
    return this.#explained(
      new StreamingQueryException(withFailureFirst(message, [answer.stackTrace ?? ""]), {
        errorClass: answer.errorClass,
        serverStackTrace: answer.stackTrace,
        queryId: this.id,
        runId: this.runId,
      }),
      answer.stackTrace,
    );
  }
  /**
   * The plan of the latest batch as text.
   *
   * @example const plan = await query.explainString();
   */
  async explainString(extended = false, options: CallOptions = {}): Promise<string> {
    const answer = await this.#ask({ case: "explain", value: { extended } }, "explain", options);
    return answer.result;
  }
  /**
   * Prints the plan of the latest batch on standard output.
   *
   * @example await query.explain(true);
   */
  async explain(extended = false, options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(extended, options)}\n`);
  }
  /**
   * Stops the query and waits until it has stopped. A restart runs an interrupted batch again.
   *
   * @throws {SparkError} code FOREACH_BATCH_WAITS_FOR_ITSELF: called in the query's own callback
   * @example await query.stop();
   */
  async stop(options: CallOptions = {}): Promise<void> {
    this.#refuseInOwnCallback("stop()");
    this.#binding()?.abort(new SparkError("FOREACH_BATCH_QUERY_ENDED", "The query was stopped."));
    await this.#connection.run(this.#command({ case: "stop", value: true }), options);
  }
  /**
   * Waits until the query has processed all data of its sources. For tests: a live source may never end.
   *
   * @example await query.processAllAvailable();
   */
  async processAllAvailable(options: CallOptions = {}): Promise<void> {
    this.#refuseInOwnCallback("processAllAvailable()");
    await this.#connection.run(
      this.#command({ case: "processAllAvailable", value: true }),
      options,
    );
  }
  /**
   * Waits until the query ends, by stop() or by a failure.
   *
   * @param options.timeoutMs longest wait in milliseconds. Default: no limit
   * @returns true if the query ended, false if the time ran out
   * @throws {StreamingQueryException} the query failed
   * @example const ended = await query.awaitTermination({ timeoutMs: 60_000 });
   */
  async awaitTermination(options: AwaitOptions & CallOptions = {}): Promise<boolean> {
    this.#refuseInOwnCallback("awaitTermination()");
    return awaitInSlices(options, async (timeoutMs) => {
      const answer = await this.#ask(
        { case: "awaitTermination", value: { timeoutMs } },
        "awaitTermination",
        options,
      ).catch(async (error: unknown) => {
        if (!(error instanceof StreamingQueryException)) throw error;
        // Only exception() returns the chain of causes.
        const { stackTrace } = (await this.#exception(options)) ?? {};
        throw this.#explained(error, stackTrace);
      });
      return answer.terminated;
    });
  }
  /**
   * Yields the query's reports as they arrive, each batch once. It starts with the reports that the server still
   * holds, leaves out idle reports, and ends when the query stops. While the session has a listener (see
   * StreamingQueryManager.addListener), reports arrive with its events. Otherwise the client asks the server
   * twice a second. A slow reader does not delay the query: it gets the reports that the server still holds.
   *
   * @throws {StreamingQueryException} the query failed
   * @throws {SparkError} code PROGRESS_MISSED: the reader was too slow and passed no onMissed
   * @example
   * for await (const progress of query.progress())
   *   console.log(progress.batchId, progress.numInputRows);
   */
  progress(options: ProgressOptions = {}): AsyncGenerator<StreamingQueryProgress, void, undefined> {
    return progressOf(this, this.#connection.part(ListenerBus), options);
  }

  /**
   * Whether this process runs the query's foreachBatch callback.
   *
   * @example console.log(query.hasForeachBatch);
   */
  get hasForeachBatch(): boolean {
    return this.#binding() !== undefined;
  }
  /**
   * @internal Makes the query's foreachBatch callback take no more batches. Resolves when the current batch is
   * done and committed.
   */
  async drain(options: CallOptions = {}): Promise<void> {
    await this.#binding()?.drain(options);
  }

  async #exception(options: CallOptions): Promise<ResultValue<"exception"> | undefined> {
    const { resultType } = await this.#answer({ case: "exception", value: true }, options);
    // Without a failure the answer's oneof is not set.
    return resultType.case === "exception" ? resultType.value : undefined;
  }
  #explained(
    exception: StreamingQueryException,
    stackTrace: string | undefined,
  ): StreamingQueryException {
    const failure = this.#connection.functionFailure(exception);
    if (failure !== undefined) return functionException(exception, failure);
    const callbackError = this.#binding()?.callbackError;
    return foreachBatchException(exception, stackTrace, callbackError);
  }
  /** A callback that waits for the end of its own query would wait forever. */
  #refuseInOwnCallback(method: string): void {
    if (callScopes.current()?.owner !== this.runId) return;
    throw new SparkError(
      "FOREACH_BATCH_WAITS_FOR_ITSELF",
      `${method} cannot be called in the query's own foreachBatch callback: the query waits for the callback. Throw an error to fail the query, or stop it from outside.`,
    );
  }

  #status(options: CallOptions): Promise<{
    statusMessage: string;
    isDataAvailable: boolean;
    isTriggerActive: boolean;
    isActive: boolean;
  }> {
    return this.#ask({ case: "status", value: true }, "status", options);
  }
  async #progress(command: QueryCommand, options: CallOptions): Promise<StreamingQueryProgress[]> {
    const answer = await this.#ask(command, "recentProgress", options);
    return answer.recentProgressJson.map(parseProgress);
  }
  #command(command: QueryCommand): ReturnType<typeof queryCommand> {
    return queryCommand({ queryId: this.id, runId: this.runId }, command);
  }
  #answer(command: QueryCommand, options: CallOptions): Promise<QueryAnswer> {
    return this.#connection.ask(this.#command(command), "streamingQueryCommandResult", options);
  }
  async #ask<C extends ResultCase>(
    command: QueryCommand,
    arm: C,
    options: CallOptions,
  ): Promise<ResultValue<C>> {
    const { resultType } = await this.#answer(command, options);
    if (resultType.case !== arm) {
      throw new ProtocolError(
        "NO_ANSWER",
        `The server answered a query's ${arm} with ${resultType.case ?? "nothing"}.`,
      );
    }
    return resultType.value as ResultValue<C>;
  }

  #binding(): ForeachBatchBinding | undefined {
    return this.#connection.part(ServedRuns).bindingOf(this.runId);
  }
}

printAsText(StreamingQuery);
checkMethods(StreamingQuery.prototype, {
  isActive: [0, SIGNAL],
  status: [0, SIGNAL],
  lastProgress: [0, SIGNAL],
  recentProgress: [0, SIGNAL],
  exception: [0, SIGNAL],
  stop: [0, SIGNAL],
  processAllAvailable: [0, SIGNAL],
  explainString: [1, SIGNAL],
  explain: [1, SIGNAL],
  awaitTermination: [0, ["timeoutMs", "signal"]],
  progress: [0, ["onMissed", "signal"], "throws"],
});

type QueryAnswer = Awaited<
  ReturnType<typeof SparkConnection.prototype.ask<"streamingQueryCommandResult">>
>;
type Result = QueryAnswer["resultType"];
type ResultCase = NonNullable<Result["case"]>;
type ResultValue<C extends ResultCase> = Extract<Result, { case: C }>["value"];

/** Removes the Java class name that Spark writes before the message. */
function withoutClassName(message: string): string {
  return message.replace(/^[\w.$]+(?:Exception|Error): /, "");
}
