import { ProtocolError } from "../errors.js";
import type { ExecutePlanResponse } from "../gen/spark/connect/base_pb.js";
import { GrpcStatus } from "./grpc-status.js";
import { waitMs } from "../waiting.js";
import { type RetryEvent, type RetryPolicy, RetryState } from "./retry.js";
import type { ResponseStream } from "./rpc.js";
import { handleError, isRetryable, isServiceError, statusDetails } from "./status.js";

/** Responses consumed between two ReleaseExecute calls; the server itself keeps 10 MiB of them. */
const RELEASE_EVERY_RESPONSES = 8;
/**
 * A segment of the stream ends by our own deadline (10 minutes) when the server says nothing at
 * all; PySpark 4.3 gives up after an hour of that.
 */
const MAX_SILENT_SEGMENTS = 6;

/**
 * A stream that lasted this long was a sound connection: when the server closes it over its pings, the wait
 * before the next try must not grow.
 */
const SOUND_STREAM_MS = 500;

/** The RPCs that one reattachable execution is made of. */
export interface ExecutionCalls {
  readonly operationId: string;
  /** Sends the plan; used again only when the server never saw it. */
  execute(): ResponseStream<ExecutePlanResponse>;
  /** Continues after the given response, or from the start. */
  reattach(lastResponseId: string | undefined): ResponseStream<ExecutePlanResponse>;
  /** Tells the server that responses up to this one are not needed again; never waited for. */
  releaseUntil(responseId: string): void;
  /** Tells the server that the execution is done with, or given up; never waited for. */
  releaseAll(): void;
  /** Stops the operation on the server; never waited for. */
  interrupt(): void;
  /** Throws when the answer belongs to another session. */
  verify(response: ExecutePlanResponse): void;
  /** What to throw for a failed call that is not tried again. */
  toError(error: unknown, attempts: number, elapsedMs: number): Promise<unknown>;
}

/** How an execution behaves when a call fails. */
export interface ReattachOptions {
  readonly retryPolicy: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  /** Responses consumed between two releases; default: 8. */
  readonly releaseEvery?: number | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** The execution goes on in a new stream: the server ended the last one, or it broke. */
  readonly onReattach?: ((reason: "ended" | "failed") => void) | undefined;
  /** The execution is over; `complete` is false when it failed or its reader left early. */
  readonly onEnd?: ((complete: boolean, durationMs: number) => void) | undefined;
}

/**
 * Runs one operation to its ResultComplete, across as many streams as it takes, and yields each
 * response once. A stream that ends without ResultComplete is never the end of the result: the
 * server cuts streams after 2 minutes or 1 GiB, so the client reattaches at once.
 *
 * @throws {ProtocolError} the server lost an execution of which something was already received
 * @throws {SessionError} it lost the whole session
 * @see pyspark/sql/connect/client/reattach.py
 */
export async function* reattachable(
  calls: ExecutionCalls,
  options: ReattachOptions,
): AsyncGenerator<ExecutePlanResponse, void, undefined> {
  const retries = new RetryState(options.retryPolicy);
  const { releaseEvery = RELEASE_EVERY_RESPONSES } = options;
  let lastResponseId: string | undefined;
  let mustExecute = true;
  let silentSegments = 0;
  let unreleased = 0;
  let complete = false;
  const startedAtMs = performance.now();

  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const openedAtMs = performance.now();
      const stream = mustExecute ? calls.execute() : calls.reattach(lastResponseId);
      try {
        for await (const response of stream) {
          calls.verify(response);
          retries.reset();
          silentSegments = 0;
          mustExecute = false;
          lastResponseId = response.responseId;
          if (response.responseType.case === "resultComplete") {
            complete = true;
            return;
          }
          yield response;
          unreleased += 1;
          if (unreleased >= releaseEvery) {
            calls.releaseUntil(response.responseId);
            unreleased = 0;
          }
        }
        mustExecute = false;
        options.onReattach?.("ended");
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isServiceError(error)) throw error;
        const details = statusDetails(error);
        const handle = handleError(details);
        const lost = handle === "OPERATION_NOT_FOUND" || handle === "SESSION_NOT_FOUND";
        if (handle === "SESSION_NOT_FOUND" && lastResponseId !== undefined) {
          // The server that began the result is gone: it restarted, and the session went with it.
          throw await calls.toError(error, retries.attempts, retries.elapsedMs);
        }
        if (lost && lastResponseId !== undefined) {
          throw new ProtocolError(
            "RESPONSE_ALREADY_RECEIVED",
            `The server lost operation ${calls.operationId} after part of its result had been received (${handle}); the rest cannot be fetched. Run it again.`,
            calls.operationId,
            { cause: await calls.toError(error, retries.attempts, retries.elapsedMs) },
          );
        }
        const outOfTime = details.code === GrpcStatus.DEADLINE_EXCEEDED;
        if (outOfTime && ++silentSegments < MAX_SILENT_SEGMENTS) {
          mustExecute = false;
          options.onReattach?.("failed");
          continue;
        }
        if (!lost && !isRetryable(details)) {
          throw await calls.toError(error, retries.attempts, retries.elapsedMs);
        }
        const isRefusedPing = details.clientFailure === "ENHANCE_YOUR_CALM";
        if (isRefusedPing && performance.now() - openedAtMs > SOUND_STREAM_MS) retries.reset();
        const wait = retries.next(details.retryDelayMs);
        if (wait === undefined) {
          throw await calls.toError(error, retries.attempts, retries.elapsedMs);
        }
        // Not found and nothing received: the plan never arrived, so it is sent (again).
        mustExecute = lost;
        options.onRetry?.({ rpc: "ExecutePlan", attempt: retries.attempts - 1, waitMs: wait });
        await waitMs(wait, options.signal);
        if (!mustExecute) options.onReattach?.("failed");
      } finally {
        stream.cancel();
      }
    }
  } finally {
    if (!complete) calls.interrupt();
    calls.releaseAll();
    options.onEnd?.(complete, performance.now() - startedAtMs);
  }
}
