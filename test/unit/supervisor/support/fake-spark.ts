import { randomUUID } from "node:crypto";
import { SessionError } from "../../../../src/errors.js";
import type { SparkSession } from "../../../../src/session/spark-session.js";
import type { StreamingQueryListener } from "../../../../src/streaming/listeners/streaming-query-listener.js";
import type { StreamingQuery } from "../../../../src/streaming/streaming-query.js";
import type { StreamingQueryProgress } from "../../../../src/streaming/progress.js";

/** A report of one batch. */
export function report(
  run: { readonly id: string; readonly runId: string },
  batchId: number,
  fields: Partial<StreamingQueryProgress> = {},
): StreamingQueryProgress {
  return {
    id: run.id,
    runId: run.runId,
    name: undefined,
    timestamp: new Date(batchId * 1000).toISOString(),
    batchId: BigInt(batchId),
    batchDuration: 250,
    durationMs: {},
    eventTime: {},
    numInputRows: 10n,
    inputRowsPerSecond: 5,
    processedRowsPerSecond: 40,
    sources: [],
    sink: { description: "", numOutputRows: -1n, metrics: {} },
    stateOperators: [],
    observedMetrics: {},
    json: "{}",
    ...fields,
  };
}

/** The server's side of a query, controlled by the test. */
export class FakeQuery {
  readonly id: string;
  readonly runId: string = randomUUID();
  readonly #spark: FakeSpark;
  hasForeachBatch = false;
  isTriggerActive = false;
  failure: Error | undefined;
  /** The error of each call, for example of an unreachable server. */
  trouble: Error | undefined;
  drained: (() => Promise<void>) | undefined;
  reports: StreamingQueryProgress[] = [];
  running = true;
  stops = 0;

  constructor(spark: FakeSpark, id: string) {
    this.#spark = spark;
    this.id = id;
  }

  #answer<T>(answer: () => T): Promise<T> {
    const error = this.trouble ?? this.#spark.loss;
    return error === undefined ? Promise.resolve(answer()) : Promise.reject(error);
  }
  isActive(): Promise<boolean> {
    return this.#answer(() => this.running);
  }
  status(): Promise<{ isTriggerActive: boolean }> {
    return this.#answer(() => ({ isTriggerActive: this.isTriggerActive }));
  }
  recentProgress(): Promise<StreamingQueryProgress[]> {
    return this.#answer(() => this.reports);
  }
  lastProgress(): Promise<StreamingQueryProgress | undefined> {
    return this.#answer(() => this.reports.at(-1));
  }
  async awaitTermination(): Promise<boolean> {
    await this.#answer(() => undefined);
    if (this.failure !== undefined) throw this.failure;
    return !this.running;
  }
  async drain({ signal }: { signal: AbortSignal }): Promise<void> {
    await this.drained?.();
    signal.throwIfAborted();
  }
  stop(): Promise<void> {
    return this.#answer(() => {
      this.stops += 1;
      this.running = false;
    });
  }

  /** Ends the query and calls the listener. */
  async end(failure?: Error): Promise<void> {
    this.failure = failure;
    this.running = false;
    await this.#spark.listener?.onQueryTerminated?.({
      id: this.id,
      runId: this.runId,
      exception: failure?.message,
      errorClassOnException: undefined,
    });
  }
  /** Finishes a batch and calls the listener. */
  async progress(batchId: number, fields?: Partial<StreamingQueryProgress>): Promise<void> {
    await this.#spark.listener?.onQueryProgress?.({ progress: report(this, batchId, fields) });
  }
  asQuery(): StreamingQuery {
    // A class with private fields cannot be implemented otherwise. Only the methods that the supervisor
    // calls exist.
    return this as unknown as StreamingQuery;
  }
}

/** A session that a test controls. */
export class FakeSpark {
  readonly sessionId: string;
  readonly localSpark: object | undefined = undefined;
  readonly queries: FakeQuery[] = [];
  readonly #sessions: Map<string, FakeSpark>;
  listener: StreamingQueryListener | undefined;
  /** The error of each further call. */
  loss: Error | undefined;
  isStopped = false;
  stops = 0;
  leaves = 0;
  /** The ids given to besideSession(). */
  readonly besides: string[] = [];

  constructor(
    sessionId: string = randomUUID(),
    sessions: Map<string, FakeSpark> = new Map<string, FakeSpark>(),
  ) {
    this.sessionId = sessionId;
    this.#sessions = sessions;
    sessions.set(sessionId, this);
  }

  readonly streams: {
    active: () => Promise<FakeQuery[]>;
    addListener: (listener: StreamingQueryListener) => Promise<void>;
  } = {
    active: (): Promise<FakeQuery[]> =>
      this.loss === undefined
        ? Promise.resolve(this.queries.filter((query) => query.running))
        : Promise.reject(this.loss),
    addListener: (listener: StreamingQueryListener): Promise<void> => {
      if (this.loss !== undefined) return Promise.reject(this.loss);
      this.listener = listener;
      return Promise.resolve();
    },
  };
  besideSession(sessionId: string): Promise<SparkSession> {
    this.besides.push(sessionId);
    const found = this.#sessions.get(sessionId) ?? new FakeSpark(sessionId, this.#sessions);
    return found.loss === undefined
      ? Promise.resolve(found.asSession())
      : Promise.reject(found.loss);
  }
  stop(): Promise<void> {
    this.stops += 1;
    this.isStopped = true;
    for (const query of this.queries) query.running = false;
    return Promise.resolve();
  }

  version(): Promise<string> {
    return Promise.resolve("4.2.1");
  }
  leave(): Promise<void> {
    this.leaves += 1;
    this.isStopped = true;
    return Promise.resolve();
  }

  /** Starts a query, like a stream's start(). */
  start(id = "query"): FakeQuery {
    const query = new FakeQuery(this, id);
    this.queries.push(query);
    return query;
  }
  /** Lets the server lose the session. */
  lose(): SessionError {
    const error = new SessionError("SESSION_CLOSED", "closed", this.sessionId);
    this.loss = error;
    return error;
  }
  asSession(): SparkSession {
    // As in asQuery().
    return this as unknown as SparkSession;
  }
}
