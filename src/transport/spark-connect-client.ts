import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Any } from "@bufbuild/protobuf/wkt";
import type { ServiceError } from "@grpc/grpc-js";
import { InterruptRequest_InterruptType } from "../gen/spark/connect/base_pb.js";
import { ProtocolError, SessionError, type SparkError } from "../errors.js";
import type {
  AddArtifactsResponse,
  AnalyzePlanResponse,
  ArtifactStatusesResponse,
  ConfigResponse,
  ExecutePlanResponse,
  FetchErrorDetailsResponse,
  GetStatusResponse,
  InterruptResponse,
  Plan,
} from "../gen/spark/connect/base_pb.js";
import { BackgroundCalls } from "./background-calls.js";
import type { Channel } from "./channel.js";
import type {
  AddArtifactsMessage,
  Analysis,
  ArtifactPayload,
  ConfigOperation,
  ExecuteOptions,
  Interrupt,
  SparkConnectClientOptions,
} from "./client-requests.js";
import { toSparkError } from "./error-details.js";
import { publish } from "./diagnostics.js";
import { GrpcStatus } from "./grpc-status.js";
import { reattachable } from "./reattach.js";
import { requestOptions } from "./request-options.js";
import { ResponseIds } from "./response-ids.js";
import { DEFAULT_RETRY_POLICY, RetryState, type RetryEvent, type RetryPolicy } from "./retry.js";
import { clientStream, methods, remaining, serverStream, unary, type RpcOptions } from "./rpc.js";
import { SessionState, type SessionAnswer } from "./session-state.js";
import { userContextExtensions } from "./user-context.js";
import { waitMs } from "../waiting.js";
import {
  firstContactDetails,
  isRetryable,
  isServiceError,
  retryReason,
  statusDetails,
  type StatusDetails,
} from "./status.js";
import { Telemetry, untraced, type RequestSpan } from "./telemetry/telemetry.js";

/** PySpark 4.3's deadlines: an hour for analysis and artifacts, ten minutes for everything else. */
const ANALYZE_DEADLINE_MS = 3_600_000;
const DEADLINE_MS = 600_000;
/** The server keeps details for 60 s, and they are optional: one short attempt is enough. */
const FETCH_DETAILS_DEADLINE_MS = 10_000;
/** When to repeat an interrupt that may have overtaken its plan: 5 minutes later the server interrupts by itself. */
const INTERRUPT_AGAIN_AFTER_MS = [100, 500, 2_000, 8_000];

/** The fields of every request. */
interface CommonFields {
  sessionId: string;
  userContext: { userId: string; userName: string; extensions: Any[] };
  clientType: string;
  clientObservedServerSideSessionId?: string;
}

/** One session on one channel: Spark Connect's RPCs with retries, reattach and checked answers. */
export class SparkConnectClient {
  readonly #channel: Channel;
  readonly #options: SparkConnectClientOptions;
  readonly #retryPolicy: RetryPolicy;
  readonly #background = new BackgroundCalls();
  readonly #session: SessionState;
  /** Undefined without a tracer and a meter. */
  readonly telemetry: Telemetry | undefined;

  constructor(channel: Channel, options: SparkConnectClientOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#retryPolicy = options.retryPolicy ?? DEFAULT_RETRY_POLICY;
    this.#session = new SessionState(options.sessionId);
    this.telemetry = Telemetry.of(options.telemetry ?? {}, channel.endpoint, options.sessionId);
  }

  get sessionId(): string {
    return this.#options.sessionId;
  }

  get userId(): string {
    return this.#options.userId;
  }

  /** `host:port`, without credentials. */
  get endpoint(): string {
    return this.#channel.endpoint;
  }

  /** The server's internal id of this session; undefined before its first answer. */
  get serverSideSessionId(): string | undefined {
    return this.#session.serverSideSessionId;
  }

  /** Whether the session was stopped by this client, or lost or replaced on the server. */
  get isClosed(): boolean {
    return this.#session.isLost;
  }

  /**
   * Executes a plan and yields the server's responses, each once and in order, up to (not including)
   * ResultComplete. Ending the iteration early interrupts the operation on the server.
   */
  execute(
    plan: Plan,
    options: ExecuteOptions = {},
  ): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    const operationId = randomUUID();
    const responseIds = new ResponseIds(operationId);
    const common = (): CommonFields & { operationId: string } => ({
      ...this.#common(),
      operationId,
    });
    const signal = this.#session.signal(options.signal);
    const call: RpcOptions = { deadlineMs: DEADLINE_MS, signal };
    const stream = this.telemetry?.execution(operationId) ?? untraced;
    return reattachable(
      {
        operationId,
        execute: () => {
          this.#session.ensureOpen();
          const request = {
            ...common(),
            plan,
            tags: [...(options.tags ?? [])],
            requestOptions: requestOptions(options.allowChunks === true),
          };
          return stream("ExecutePlan", (headers) =>
            serverStream(this.#channel, methods.executePlan, request, { ...call, headers }),
          );
        },
        reattach: (lastResponseId) =>
          stream("ReattachExecute", (headers) =>
            serverStream(
              this.#channel,
              methods.reattachExecute,
              { ...common(), ...(lastResponseId !== undefined && { lastResponseId }) },
              { ...call, headers },
            ),
          ),
        releaseUntil: (responseId) => {
          this.#release({ case: "releaseUntil", value: { responseId } }, operationId);
        },
        releaseAll: () => {
          this.#release({ case: "releaseAll", value: {} }, operationId);
        },
        interrupt: (mayBeUnknown) => {
          const first = this.#interruptOperation(operationId);
          this.#background.add(first);
          if (mayBeUnknown) void this.#interruptAgain(operationId, first);
        },
        verify: (response) => {
          this.#session.verify(response, operationId);
          if (response.operationId !== operationId) {
            throw new ProtocolError(
              "OPERATION_MISMATCH",
              `The server answered operation ${operationId} with a response of operation ${response.operationId}.`,
              operationId,
            );
          }
          responseIds.note(response.responseId);
        },
        toError: (error, attempts, elapsedMs) => this.#toError(error, attempts, elapsedMs),
      },
      {
        retryPolicy: this.#retryPolicy,
        signal,
        releaseEvery: options.releaseEvery,
        onRetry: (event) => {
          this.#noteRetry({ ...event, sessionId: this.sessionId, operationId });
        },
        onReattach: (reason) => {
          this.telemetry?.reattach(reason);
          publish("sparktide:reattach", () => ({ sessionId: this.sessionId, operationId, reason }));
        },
        onEnd: (complete, durationMs) => {
          publish("sparktide:execution", () => ({
            sessionId: this.sessionId,
            operationId,
            durationMs,
            complete,
          }));
        },
      },
    );
  }

  async analyze(analysis: Analysis, options: RpcOptions = {}): Promise<AnalyzePlanResponse> {
    return this.#retrying("AnalyzePlan", options, (call) =>
      unary(
        this.#channel,
        methods.analyzePlan,
        { ...this.#common(), analyze: analysis },
        { deadlineMs: ANALYZE_DEADLINE_MS, ...call },
      ),
    );
  }

  async config(operation: ConfigOperation, options: RpcOptions = {}): Promise<ConfigResponse> {
    return this.#retrying("Config", options, (call) =>
      unary(
        this.#channel,
        methods.config,
        { ...this.#common(), operation: { opType: operation } },
        { deadlineMs: DEADLINE_MS, ...call },
      ),
    );
  }

  /** Sends artifacts. Calls `payloads` once for each attempt, because a retry resends the whole stream. */
  async addArtifacts(
    payloads: () => AsyncIterable<ArtifactPayload> | Iterable<ArtifactPayload>,
    options: RpcOptions = {},
  ): Promise<AddArtifactsResponse> {
    const common = this.#common();
    const requests = async function* (): AsyncGenerator<AddArtifactsMessage> {
      for await (const payload of payloads()) yield { ...common, payload };
    };
    return this.#retrying("AddArtifacts", options, (call) =>
      clientStream(this.#channel, methods.addArtifacts, requests(), {
        deadlineMs: ANALYZE_DEADLINE_MS,
        ...call,
      }),
    );
  }

  /** Asks which artifacts the server has. Spark's answer is correct only for `cache/…`. */
  async artifactStatus(
    names: readonly string[],
    options: RpcOptions = {},
  ): Promise<ArtifactStatusesResponse> {
    return this.#retrying("ArtifactStatus", options, (call) =>
      unary(
        this.#channel,
        methods.artifactStatus,
        { ...this.#common(), names: [...names] },
        { deadlineMs: DEADLINE_MS, ...call },
      ),
    );
  }

  async interrupt(what: Interrupt, options: RpcOptions = {}): Promise<InterruptResponse> {
    return this.#retrying("Interrupt", options, (call) =>
      unary(
        this.#channel,
        methods.interrupt,
        { ...this.#common(), ...what },
        { deadlineMs: DEADLINE_MS, ...call },
      ),
    );
  }

  /** Copies the session, with its configuration, views and sources, under a new id. */
  async cloneSession(newSessionId: string, options: RpcOptions = {}): Promise<void> {
    await this.#retrying("CloneSession", options, (call) =>
      unary(
        this.#channel,
        methods.cloneSession,
        { ...this.#common(), newSessionId },
        { deadlineMs: DEADLINE_MS, ...call },
      ),
    );
  }

  /** The status of the session's operations with these ids, or of all operations if the list is empty. */
  async operationStatuses(
    operationIds: readonly string[],
    options: RpcOptions = {},
  ): Promise<GetStatusResponse> {
    return this.#retrying("GetStatus", options, (call) =>
      unary(
        this.#channel,
        methods.getStatus,
        { ...this.#common(), operationStatus: { operationIds: [...operationIds] } },
        { deadlineMs: DEADLINE_MS, ...call },
      ),
    );
  }

  /**
   * Ends the session on the server, which stops its queries and removes its views and artifacts. Waits for running
   * interrupts and releases first, because Spark 4.0 fails if an operation is still ending.
   */
  async releaseSession(options: RpcOptions = {}): Promise<void> {
    await this.#background.drain();
    await this.#retrying("ReleaseSession", options, (call) => {
      const { sessionId, userContext, clientType } = this.#common();
      return unary(
        this.#channel,
        methods.releaseSession,
        { sessionId, userContext, clientType },
        { deadlineMs: DEADLINE_MS, ...call },
      );
    });
  }

  /** Ends the session in this client. Running and later calls reject with this error. */
  fail(error: SparkError): void {
    this.#session.fail(error);
  }

  /** Waits briefly for running releases, then closes the channel. Later calls throw a SessionError. */
  async close(): Promise<void> {
    this.#session.stop();
    await this.#background.drain();
    this.#background.close();
    this.#channel.close();
  }

  #common(): CommonFields {
    const observed = this.#session.serverSideSessionId;
    return {
      sessionId: this.sessionId,
      userContext: {
        userId: this.userId,
        userName: this.userId,
        extensions: [...userContextExtensions()],
      },
      clientType: this.#options.clientType,
      ...(observed !== undefined && { clientObservedServerSideSessionId: observed }),
    };
  }

  async #retrying<T extends SessionAnswer>(
    rpc: string,
    options: RpcOptions,
    call: (options: RpcOptions) => Promise<T>,
  ): Promise<T> {
    const span = this.telemetry?.request(rpc);
    if (span === undefined) return this.#untilAnswered(rpc, options, call);
    try {
      const asked = { ...options, headers: span.headers };
      const answer = await span.run(() => this.#untilAnswered(rpc, asked, call, span));
      span.end();
      return answer;
    } catch (error) {
      span.end({ error });
      throw error;
    }
  }

  async #untilAnswered<T extends SessionAnswer>(
    rpc: string,
    options: RpcOptions,
    call: (options: RpcOptions) => Promise<T>,
    span?: RequestSpan,
  ): Promise<T> {
    const bounded: RpcOptions = { ...options, signal: this.#session.signal(options.signal) };
    const retries = new RetryState(this.#retryPolicy);
    const giveUpAfterMs = options.deadlineMs ?? Infinity;
    for (;;) {
      this.#session.ensureOpen();
      const startedAtMs = performance.now();
      const note = (grpcStatus: number): void => {
        const durationMs = performance.now() - startedAtMs;
        publish("sparktide:rpc", () => ({
          rpc,
          sessionId: this.sessionId,
          durationMs,
          grpcStatus,
        }));
      };
      try {
        const answer = await call(remaining(bounded, retries.elapsedMs));
        note(GrpcStatus.OK);
        this.#session.verify(answer);
        return answer;
      } catch (error) {
        if (isServiceError(error)) note(error.code);
        bounded.signal?.throwIfAborted();
        if (!isServiceError(error)) throw error;
        const details = await this.#details(error);
        bounded.signal?.throwIfAborted();
        const { attempts } = retries;
        const wait = isRetryable(details) ? retries.next(details.retryDelayMs) : undefined;
        if (wait === undefined || retries.elapsedMs + wait > giveUpAfterMs) {
          throw await this.#toError(error, attempts, retries.elapsedMs, details);
        }
        const { sessionId } = this;
        const why = retryReason(details);
        this.#noteRetry({ rpc, sessionId, ...why, attempt: attempts, waitMs: wait });
        span?.event("retry", { "rpc.response.status_code": why.status, "retry.wait_ms": wait });
        await waitMs(wait, bounded.signal);
      }
    }
  }

  #noteRetry(event: RetryEvent): void {
    this.#options.onRetry?.(event);
    this.telemetry?.retry(event);
    publish("sparktide:retry", () => event);
  }

  /** Before the first answer, a failure may mean that the address belongs to another kind of server. */
  async #details(error: ServiceError): Promise<StatusDetails> {
    if (this.#session.serverSideSessionId !== undefined) return statusDetails(error);
    return firstContactDetails(error, () => this.#channel.speaksTls());
  }

  async #toError(
    error: unknown,
    attempts: number,
    elapsedMs: number,
    known?: StatusDetails,
  ): Promise<unknown> {
    if (!isServiceError(error)) return error;
    const { endpoint, hasToken } = this.#channel;
    const converted = await toSparkError(
      known ?? statusDetails(error),
      { endpoint, hasToken, sessionId: this.sessionId, attempts, elapsedMs, cause: error },
      (errorId) => this.#fetchErrorDetails(errorId),
    );
    if (converted instanceof SessionError) this.#session.fail(converted);
    return converted;
  }

  async #fetchErrorDetails(errorId: string): Promise<FetchErrorDetailsResponse | undefined> {
    try {
      return await unary(
        this.#channel,
        methods.fetchErrorDetails,
        { ...this.#common(), errorId },
        { deadlineMs: FETCH_DETAILS_DEADLINE_MS, signal: this.#session.signal(undefined) },
      );
    } catch {
      // Use the short error from the status instead. A failed request for details must not hide it.
      return undefined;
    }
  }

  #release(
    release:
      | { case: "releaseUntil"; value: { responseId: string } }
      | { case: "releaseAll"; value: object },
    operationId: string,
  ): void {
    this.#background.add(
      unary(
        this.#channel,
        methods.releaseExecute,
        { ...this.#common(), operationId, release },
        { deadlineMs: DEADLINE_MS, signal: this.#background.signal },
      ),
    );
  }

  /** Returns whether the server knew the operation. */
  async #interruptOperation(operationId: string): Promise<boolean> {
    const { interruptedIds } = await unary(
      this.#channel,
      methods.interrupt,
      {
        ...this.#common(),
        interruptType: InterruptRequest_InterruptType.OPERATION_ID,
        interrupt: { case: "operationId", value: operationId },
      },
      { deadlineMs: DEADLINE_MS, signal: this.#background.signal },
    );
    return interruptedIds.includes(operationId);
  }

  /** An operation that the interrupt overtook would run on without a reader until the server gives it up. */
  async #interruptAgain(operationId: string, first: Promise<boolean>): Promise<void> {
    try {
      let isKnown = await first;
      for (const waitMs of INTERRUPT_AGAIN_AFTER_MS) {
        if (isKnown || this.isClosed) return;
        // Without a reference, the wait does not keep the process alive.
        await delay(waitMs, undefined, { ref: false, signal: this.#background.signal });
        isKnown = await this.#interruptOperation(operationId);
      }
    } catch {
      // The connection failed or was closed: then nobody can interrupt the operation.
    }
  }
}
