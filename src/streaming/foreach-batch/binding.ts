import type { CallOptions } from "../../connection/call-options.js";
import { SessionError, SparkConnectionError, SparkError } from "../../errors.js";
import type { DataFrame } from "../../dataframe/dataframe.js";
import { queryCommand, type QueryRun } from "../../plan/streaming-command.js";
import { callScopes } from "../../connection/call-scope.js";
import type { SparkConnection } from "../../connection/spark-connection.js";
import { asUserCode, inBackground } from "../../user-calls.js";
import { waitMs } from "../../waiting.js";
import { reportedBatches } from "../session-queries.js";
import { BatchAttempt } from "./batch-attempt.js";
import { batchTxn, type ForeachBatchCallback } from "./callback.js";
import { errorText } from "./callback-error.js";
import { Lease } from "./lease.js";
import type { BatchOffer, Mailbox } from "./mailbox.js";
import { PollPace } from "./poll-pace.js";

/** How often drain() checks whether the last batch is committed. */
const DRAIN_POLL_MS = 100;
/** How often an idle binding checks whether its query still runs. */
const STATUS_EVERY_MS = 2_000;
/** The longest interval between two lease renewals. Each renewal also checks that the query runs. */
const LONGEST_RENEWAL_MS = 1_000;
const RENEWALS_PER_LEASE = 6;
/** Pause between two attempts while the server does not answer. */
const RETRY_MS = 500;
/** A shorter pause for the final answer, because the query waits for it. */
const ANSWER_RETRY_MS = 20;
const CLEANUP_DEADLINE_MS = 5_000;

/** The parts of a binding. */
export interface BindingParts {
  readonly connection: SparkConnection;
  readonly query: QueryRun;
  readonly mailbox: Mailbox;
  /** This binding's id in the mailbox. */
  readonly client: string;
  readonly leaseMs: number;
  readonly callback: ForeachBatchCallback;
  /** Makes a DataFrame of the rows that the server holds under an id. */
  readonly batch: (relationId: string) => DataFrame;
}

/**
 * Runs one query's callback: takes the batches that the server offers, one at a time, renews the lease
 * while the callback runs, and answers. Works until the query ends, the session is lost, or another
 * process binds its own callback.
 */
export class ForeachBatchBinding {
  readonly #parts: BindingParts;
  readonly #ended = new AbortController();
  #attempt: BatchAttempt | undefined;
  #running: Promise<void> = Promise.resolve();
  #takesBatches = true;
  /** The id of the last attempt that this binding took. */
  #taken: string | undefined;
  #lastDone: bigint | undefined;
  #callbackError: unknown;

  constructor(parts: BindingParts) {
    this.#parts = parts;
  }

  /** The last error of the callback, which becomes the cause of the query's failure. */
  get callbackError(): unknown {
    return this.#callbackError;
  }

  /** Whether the binding has ended: it will take no more batches. */
  get hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Takes batches until the binding ends. Never rejects. */
  async serve(): Promise<void> {
    const { connection } = this.#parts;
    // Run outside the tags and the batch of the code that started the query.
    await inBackground("foreachBatch", () =>
      callScopes.run(undefined, () => connection.tags.isolated(() => this.#serve())),
    );
  }

  /** Takes no more batches, and aborts the running callback. */
  abort(reason: SparkError): void {
    this.#takesBatches = false;
    this.#attempt?.abort(reason);
  }

  /** Takes no more batches. Resolves when the current batch is done and Spark has committed it. */
  async drain(options: CallOptions = {}): Promise<void> {
    this.#takesBatches = false;
    await this.#running;
    const last = this.#lastDone;
    const { connection, query } = this.#parts;
    const signal = AbortSignal.any([this.#ended.signal, ...signals(options)]);
    while (last !== undefined && !this.#ended.signal.aborted) {
      const reported = await reportedBatches(connection, query, options);
      if (reported.some((batchId) => batchId >= last)) return;
      await waitMs(DRAIN_POLL_MS, signal).catch(() => {
        options.signal?.throwIfAborted();
      });
    }
  }

  async #serve(): Promise<void> {
    const { mailbox, client, query } = this.#parts;
    let isSuperseded = false;
    let statusAtMs = performance.now();
    const pace = new PollPace(statusAtMs);
    while (!this.#ended.signal.aborted) {
      try {
        const offer = await mailbox.offer();
        isSuperseded = offer !== undefined && offer.holder !== client;
        // Right after a takeover, the current offer may still name the old holder. The next one does not.
        if (isSuperseded && this.#taken !== undefined) break;
        if (offer?.holder === client && offer.attempt !== this.#taken && this.#takesBatches) {
          pace.found(performance.now());
          this.#running = this.#run(offer);
          await this.#running;
          statusAtMs = performance.now();
        } else if (performance.now() - statusAtMs > STATUS_EVERY_MS) {
          if (!(await this.#isActive())) break;
          statusAtMs = performance.now();
        }
        await waitMs(pace.pauseMs(performance.now()));
      } catch (error) {
        if (error instanceof SessionError || this.#parts.connection.client.isClosed) break;
        this.#warn(error, "a foreachBatch callback could not check for its next batch");
        await waitMs(RETRY_MS);
      }
    }
    this.#ended.abort();
    await this.#cleanUp(isSuperseded ? undefined : query.runId);
  }

  async #run(offer: BatchOffer): Promise<void> {
    const { callback, query, leaseMs, mailbox, batch } = this.#parts;
    const sentAtMs = performance.now();
    await mailbox.answer({ attempt: offer.attempt, done: false });
    // Read again: an attempt that is still offered after our answer was not given up before it.
    if ((await mailbox.offer())?.attempt !== offer.attempt) return;
    this.#taken = offer.attempt;
    const attempt = new BatchAttempt(offer, query.runId, new Lease(leaseMs, sentAtMs));
    this.#attempt = attempt;
    const finished = new AbortController();
    const watching = this.#watch(attempt, finished.signal);
    let failure: { readonly error: unknown } | undefined;
    try {
      await callScopes.run(attempt, async () => {
        attempt.check();
        const call = (): Promise<void> =>
          Promise.resolve(
            callback(batch(offer.relationId), offer.batchId, {
              queryId: query.queryId,
              runId: query.runId,
              signal: attempt.signal,
              txn: batchTxn(query.queryId, offer.batchId),
            }),
          );
        await asUserCode(() => this.#underSpan(offer, call));
      });
    } catch (error) {
      failure = { error };
    }
    finished.abort();
    await watching;
    this.#attempt = undefined;
    await this.#acknowledge(attempt, failure);
    attempt.abort(callbackEnded(offer.batchId));
  }

  async #underSpan({ batchId }: BatchOffer, call: () => Promise<void>): Promise<void> {
    const { connection, query } = this.#parts;
    const ids = {
      "spark.streaming.query.id": query.queryId,
      "spark.streaming.run.id": query.runId,
      "spark.streaming.batch.id": Number(batchId),
    };
    const { telemetry } = connection.client;
    await (telemetry === undefined ? call() : telemetry.callback("foreachBatch", ids, call));
  }

  /** Renews the lease while the callback runs, and aborts the callback when the server no longer waits for it. */
  async #watch(attempt: BatchAttempt, finished: AbortSignal): Promise<void> {
    const { leaseMs, mailbox } = this.#parts;
    const everyMs = Math.min(LONGEST_RENEWAL_MS, leaseMs / RENEWALS_PER_LEASE);
    for (let beat = 1; ; beat++) {
      await waitMs(everyMs, finished).catch(() => undefined);
      if (finished.aborted) return;
      try {
        attempt.check();
        const sentAtMs = performance.now();
        const { deadlineMs } = attempt.lease;
        const answer = { attempt: attempt.offer.attempt, done: false, beat };
        const [offer] = await Promise.all([
          mailbox.offer({ deadlineMs }),
          mailbox.answer(answer, { deadlineMs }),
        ]);
        if (offer?.attempt === attempt.offer.attempt) attempt.lease.renewed(sentAtMs);
        else attempt.abort(givenUp(attempt.offer.batchId));
        const signal = AbortSignal.timeout(attempt.lease.deadlineMs);
        if (!(await this.#isActive({ signal }))) attempt.abort(queryEnded(attempt.offer.batchId));
      } catch (error) {
        if (attempt.signal.aborted) return;
        if (error instanceof SessionError) attempt.abort(error);
        else this.#warn(error, "the lease of a foreachBatch callback could not be renewed");
      }
      if (attempt.signal.aborted) return;
    }
  }

  /** Sends the attempt's answer, and retries until the lease ends: the server ignores later answers. */
  async #acknowledge(
    attempt: BatchAttempt,
    failure: { readonly error: unknown } | undefined,
  ): Promise<void> {
    const { attempt: id, batchId } = attempt.offer;
    for (;;) {
      try {
        attempt.check();
        await this.#parts.mailbox.answer(
          { attempt: id, done: true, error: failure && errorText(failure.error) },
          { deadlineMs: attempt.lease.deadlineMs },
        );
        if (failure === undefined) this.#lastDone = batchId;
        else this.#callbackError = failure.error;
        return;
      } catch (error) {
        if (attempt.signal.aborted) {
          this.#warn(
            attempt.signal.reason,
            "a foreachBatch callback ended, but its answer did not reach the server in time",
          );
          return;
        }
        if (!(error instanceof SparkConnectionError)) throw error;
        await waitMs(ANSWER_RETRY_MS);
      }
    }
  }

  async #isActive(options: CallOptions = {}): Promise<boolean> {
    try {
      const { connection, query } = this.#parts;
      const { resultType } = await connection.ask(
        queryCommand(query, { case: "status", value: true }),
        "streamingQueryCommandResult",
        options,
      );
      return resultType.case === "status" && resultType.value.isActive;
    } catch (error) {
      if (error instanceof SparkError && error.code.includes("STREAMING_QUERY_NOT_FOUND")) {
        return false;
      }
      throw error;
    }
  }

  async #cleanUp(runId: string | undefined): Promise<void> {
    if (this.#parts.connection.client.isClosed) return;
    try {
      await this.#parts.mailbox.clear(runId, { deadlineMs: CLEANUP_DEADLINE_MS });
    } catch (error) {
      // The keys disappear with the session at the latest.
      this.#warn(
        error,
        "the configuration keys of a foreachBatch callback could not be removed from the session",
      );
    }
  }

  #warn(error: unknown, message: string): void {
    this.#parts.connection.logger?.warn({ runId: this.#parts.query.runId, err: error }, message);
  }
}

function signals({ signal }: CallOptions): AbortSignal[] {
  return signal === undefined ? [] : [signal];
}

function givenUp(batchId: bigint): SparkError {
  return new SparkError(
    "FOREACH_BATCH_SUPERSEDED",
    `The callback for batch ${batchId} was stopped because the server no longer waits for it.`,
  );
}

/** Aborts work that the callback started but did not await: its batch may already be committed. */
function callbackEnded(batchId: bigint): SparkError {
  return new SparkError(
    "FOREACH_BATCH_CALLBACK_ENDED",
    `The callback for batch ${batchId} has ended, so calls that it started but did not await are aborted.`,
  );
}

function queryEnded(batchId: bigint): SparkError {
  return new SparkError(
    "FOREACH_BATCH_QUERY_ENDED",
    `The callback for batch ${batchId} was stopped because its query has ended.`,
  );
}
