import type { CallOptions } from "../connection/call-options.js";
import { ProtocolError, SparkError, StreamingQueryException } from "../errors.js";
import { SIGNAL, checkMethods } from "../option-check.js";
import { queryCommand, type QueryCommand } from "../plan/streaming-command.js";
import { callScopes } from "../connection/call-scope.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { awaitInSlices, type AwaitOptions } from "./await-slices.js";
import type { ForeachBatchBinding } from "./foreach-batch/binding.js";
import { ServedRuns } from "./foreach-batch/served-runs.js";
import { foreachBatchException } from "./foreach-batch/callback-error.js";
import { ListenerBus } from "./listeners/listener-bus.js";
import { progressOf, type ProgressOptions } from "./progress-feed.js";
import { parseProgress, type StreamingQueryProgress } from "./progress.js";

/** What a query is doing. */
export interface StreamingQueryStatus {
  readonly message: string;
  readonly isDataAvailable: boolean;
  readonly isTriggerActive: boolean;
}

/** Which query this is. */
export interface StreamingQueryHandle {
  readonly queryId: string;
  readonly runId: string;
  readonly name: string | undefined;
}

/**
 * A streaming query on the server. It runs until it is stopped, fails, or its session ends, whether
 * or not anybody watches it.
 */
export class StreamingQuery {
  readonly #connection: SparkConnection;
  readonly #handle: StreamingQueryHandle;

  /** @internal Use df.writeStream.start() or spark.streams. */
  constructor(connection: SparkConnection, handle: StreamingQueryHandle) {
    this.#connection = connection;
    this.#handle = handle;
  }

  /** The query's id: the same over restarts from one checkpoint. */
  get id(): string {
    return this.#handle.queryId;
  }
  /** This run's id: new at each start. */
  get runId(): string {
    return this.#handle.runId;
  }
  get name(): string | undefined {
    return this.#handle.name;
  }

  async isActive(options: CallOptions = {}): Promise<boolean> {
    return (await this.#status(options)).isActive;
  }
  async status(options: CallOptions = {}): Promise<StreamingQueryStatus> {
    const { statusMessage, isDataAvailable, isTriggerActive } = await this.#status(options);
    return { message: statusMessage, isDataAvailable, isTriggerActive };
  }
  /** The newest report; undefined before the first. */
  async lastProgress(options: CallOptions = {}): Promise<StreamingQueryProgress | undefined> {
    const reports = await this.#progress({ case: "lastProgress", value: true }, options);
    return reports.at(-1);
  }
  /** The reports the server still holds, oldest first: 100 unless configured otherwise. */
  recentProgress(options: CallOptions = {}): Promise<StreamingQueryProgress[]> {
    return this.#progress({ case: "recentProgress", value: true }, options);
  }
  /** Why the query failed; undefined when it runs or was stopped. Does not throw it. */
  async exception(options: CallOptions = {}): Promise<StreamingQueryException | undefined> {
    const answer = await this.#exception(options);
    if (answer?.exceptionMessage === undefined) return undefined;
    return this.#explained(
      new StreamingQueryException(withoutClassName(answer.exceptionMessage), {
        errorClass: answer.errorClass,
        serverStackTrace: answer.stackTrace,
        queryId: this.id,
        runId: this.runId,
      }),
      answer.stackTrace,
    );
  }
  /** The text of the newest batch's plan. */
  async explainString(extended = false, options: CallOptions = {}): Promise<string> {
    const answer = await this.#ask({ case: "explain", value: { extended } }, "explain", options);
    return answer.result;
  }
  /** Prints the newest batch's plan on standard output. */
  async explain(extended = false, options: CallOptions = {}): Promise<void> {
    process.stdout.write(`${await this.explainString(extended, options)}\n`);
  }
  /**
   * Stops the query and waits until it has stopped; a batch under way is run again at a restart.
   *
   * @throws {SparkError} code FOREACH_BATCH_WAITS_FOR_ITSELF: called in the query's own callback
   */
  async stop(options: CallOptions = {}): Promise<void> {
    this.#refuseInOwnCallback("stop()");
    this.#binding()?.abort(new SparkError("FOREACH_BATCH_QUERY_ENDED", "The query was stopped."));
    await this.#connection.run(this.#command({ case: "stop", value: true }), options);
  }
  /** Waits until all that the sources hold now is processed. For tests: a live source may never end. */
  async processAllAvailable(options: CallOptions = {}): Promise<void> {
    this.#refuseInOwnCallback("processAllAvailable()");
    await this.#connection.run(
      this.#command({ case: "processAllAvailable", value: true }),
      options,
    );
  }
  /**
   * Waits until the query ends by stop() or by failure.
   *
   * @param options.timeoutMs how long to wait, in milliseconds; omitted: no limit
   * @returns true if the query ended, false if the time ran out
   * @throws {StreamingQueryException} the query failed
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
        // Only the query's own exception tells what caused what.
        const { stackTrace } = (await this.#exception(options)) ?? {};
        throw this.#explained(error, stackTrace);
      });
      return answer.terminated;
    });
  }
  /**
   * The query's reports as they come, each batch once, from the ones the server still holds on; idle
   * stretches are left out. Ends when the query is stopped. They come with the session's events while
   * it has a listener (see StreamingQueryManager.addListener); otherwise the server is asked twice a
   * second. A slow reader holds nothing back: it gets what the server still holds.
   *
   * @throws {StreamingQueryException} the query failed
   * @throws {SparkError} code PROGRESS_MISSED: the reader was too slow, and gave no onMissed
   */
  progress(options: ProgressOptions = {}): AsyncGenerator<StreamingQueryProgress, void, undefined> {
    return progressOf(this, this.#connection.part(ListenerBus), options);
  }

  /** Whether this process runs the query's foreachBatch callback. */
  get hasForeachBatch(): boolean {
    return this.#binding() !== undefined;
  }
  /**
   * @internal Has the query's foreachBatch callback take no further batch; resolves when the one under
   * way is done and committed.
   */
  async drain(options: CallOptions = {}): Promise<void> {
    await this.#binding()?.drain(options);
  }

  async #exception(options: CallOptions): Promise<ResultValue<"exception"> | undefined> {
    const { resultType } = await this.#answer({ case: "exception", value: true }, options);
    // Without a failure the answer has no arm at all.
    return resultType.case === "exception" ? resultType.value : undefined;
  }
  #explained(
    exception: StreamingQueryException,
    stackTrace: string | undefined,
  ): StreamingQueryException {
    const callbackError = this.#binding()?.callbackError;
    return foreachBatchException(exception, stackTrace, callbackError);
  }
  /** A callback that waits for its own query's end would wait for itself. */
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

/** Spark writes the exception as Java prints it, its class name first. */
function withoutClassName(message: string): string {
  return message.replace(/^[\w.$]+(?:Exception|Error): /, "");
}
