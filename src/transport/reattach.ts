import { ProtocolError } from "../errors.js";
import type { ExecutePlanResponse } from "../gen/spark/connect/base_pb.js";
import { GrpcStatus } from "./grpc-status.js";
import { waitMs } from "../waiting.js";
import { type RetryEvent, type RetryPolicy, RetryState } from "./retry.js";
import type { ResponseStream } from "./rpc.js";
import { handleError, isRetryable, isServiceError, retryReason, statusDetails } from "./status.js";

/** How many responses to read between two ReleaseExecute calls. The server keeps at most 10 MiB of them. */
const RELEASE_EVERY_RESPONSES = 8;
/**
 * If the server sends nothing, the client's deadline (10 minutes) ends a segment of the stream. Like PySpark
 * 4.3, the client gives up after an hour without a response.
 */
const MAX_SILENT_SEGMENTS = 6;

/**
 * A stream that lasted this long had a working connection. If the server then closes it because of its pings, the
 * pause before the next attempt must not grow.
 */
const SOUND_STREAM_MS = 500;

/** The RPCs of one reattachable execution. */
export interface ExecutionCalls {
  readonly operationId: string;
  /** Sends the plan. Called again only if the server never received it. */
  execute(): ResponseStream<ExecutePlanResponse>;
  /** Continues after the given response, or from the start if there is none. */
  reattach(lastResponseId: string | undefined): ResponseStream<ExecutePlanResponse>;
  /** Releases the responses up to this one on the server. Nobody waits for the call. */
  releaseUntil(responseId: string): void;
  /** Releases the whole execution on the server, after its end or an abort. Nobody waits for the call. */
  releaseAll(): void;
  /**
   * Interrupts the operation on the server. Nobody waits for the call.
   *
   * @param mayBeUnknown the plan may reach the server later than the interrupt, which then finds no operation
   */
  interrupt(mayBeUnknown: boolean): void;
  /** Throws if the response belongs to another session or operation, or was already received. */
  verify(response: ExecutePlanResponse): void;
  /** The error to throw for a failed call that is not retried. */
  toError(error: unknown, attempts: number, elapsedMs: number): Promise<unknown>;
}

/** How an execution handles failed calls. */
export interface ReattachOptions {
  readonly retryPolicy: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
  /** How many responses to read between two releases. Default 8. */
  readonly releaseEvery?: number | undefined;
  readonly onRetry?: ((event: Omit<RetryEvent, "sessionId" | "operationId">) => void) | undefined;
  /** Called when the execution continues in a new stream, because the server ended the last one or it broke. */
  readonly onReattach?: ((reason: "ended" | "failed") => void) | undefined;
  /** Called when the execution has ended. `complete` is false if it failed or its reader stopped early. */
  readonly onEnd?: ((complete: boolean, durationMs: number) => void) | undefined;
}

/**
 * Runs one operation until its ResultComplete, over as many streams as necessary, and yields each
 * response once. A stream that ends without ResultComplete is not the end of the result. The server ends
 * streams after 2 minutes or 1 GiB, and the client then reattaches at once.
 *
 * @throws {ProtocolError} the server lost the execution after the client had received a part of the result
 * @throws {SessionError} the server lost the whole session
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
          // The server has restarted since the first response, so the session is lost.
          throw await calls.toError(error, retries.attempts, retries.elapsedMs);
        }
        if (lost && lastResponseId !== undefined) {
          throw new ProtocolError(
            "RESPONSE_ALREADY_RECEIVED",
            `The server lost operation ${calls.operationId} after the client had received a part of its result (${handle}). The rest cannot be fetched. Run the query again.`,
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
        // The operation is unknown and nothing was received, so the plan never arrived: send it again.
        mustExecute = lost;
        options.onRetry?.({
          rpc: "ExecutePlan",
          ...retryReason(details),
          attempt: retries.attempts - 1,
          waitMs: wait,
        });
        await waitMs(wait, options.signal);
        if (!mustExecute) options.onReattach?.("failed");
      } finally {
        stream.cancel();
      }
    }
  } finally {
    if (!complete) {
      calls.interrupt(lastResponseId === undefined && options.signal?.aborted === true);
    }
    calls.releaseAll();
    options.onEnd?.(complete, performance.now() - startedAtMs);
  }
}
