import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ExecutePlanRequest } from "../../../src/gen/spark/connect/base_pb.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { ListenerBus } from "../../../src/streaming/listeners/listener-bus.js";
import type {
  QueryGapEvent,
  StreamingQueryListener,
} from "../../../src/streaming/listeners/streaming-query-listener.js";
import { eventually } from "../../support/eventually.js";
import { FakeSparkServer, sparkFailure, type Script } from "../support/fake-spark-server.js";

type Answers = ReturnType<NonNullable<Script["executePlan"]>>;
type Answer = Answers extends Iterable<infer T> | AsyncIterable<infer T> ? T : never;
interface Run {
  readonly runId: string;
  isActive: boolean;
  batches: number;
  failure?: string;
}

const lostPosition = sparkFailure("[INVALID_CURSOR.POSITION_NOT_AVAILABLE] gone", {
  errorClass: "INVALID_CURSOR.POSITION_NOT_AVAILABLE",
  classes: '["org.apache.spark.SparkSQLException"]',
});

/** A server with queries. The test controls the queries' events and the stream of events. */
class QueryServer {
  readonly runs = new Map<string, Run>();
  /** The number of event streams opened so far. */
  opened = 0;
  /** The number of requests so far that remove the session's listener. */
  removals = 0;
  #queue: (Answer | Error | "end")[] = [];
  #wake: (() => void) | undefined;

  readonly script: Script = {
    executePlan: (request) => this.#execute(request),
    reattachExecute: () => this.#events(),
  };

  run(runId: string): Run {
    const run = { runId, isActive: true, batches: 0 };
    this.runs.set(runId, run);
    return run;
  }
  /** Adds a batch, and sends its event unless it is lost. */
  batch(run: Run, { lost = false } = {}): void {
    if (!lost) this.send(1, { progress: report(run, run.batches) });
    run.batches += 1;
  }
  end(run: Run, { lost = false } = {}): void {
    run.isActive = false;
    const exception = run.failure ?? null;
    if (!lost) this.send(2, { id: "q", runId: run.runId, exception, errorClassOnException: null });
  }
  send(eventType: 1 | 2 | 3, event: object): void {
    this.#push(events({ events: [{ eventType, eventJson: JSON.stringify(event) }] }));
  }
  /** Breaks the stream for good, as if the server no longer had the client's position. */
  lose(): void {
    this.#push(lostPosition);
  }
  /** Ends the stream as the server does every two minutes. */
  cut(): void {
    this.#push("end");
  }

  #push(item: Answer | Error | "end"): void {
    this.#queue.push(item);
    this.#wake?.();
  }
  async *#execute(request: ExecutePlanRequest): AsyncGenerator<Answer> {
    const done: Answer = { responseType: { case: "resultComplete", value: {} } };
    const op = request.plan?.opType;
    const command = op?.case === "command" ? op.value.commandType : undefined;
    if (command?.case === "streamingQueryListenerBusCommand") {
      if (command.value.command.case === "removeListenerBusListener") {
        this.removals += 1;
        // Spark ends the event stream, regardless of which client reads it.
        this.#push(done);
        yield done;
        return;
      }
      this.opened += 1;
      this.#queue = [];
      yield events({ listenerBusListenerAdded: true });
      yield* this.#events();
    } else if (command?.case === "streamingQueryManagerCommand") {
      const activeQueries = [...this.runs.values()]
        .filter(({ isActive }) => isActive)
        .map(({ runId }) => ({ id: { id: "q", runId } }));
      yield {
        responseType: {
          case: "streamingQueryManagerCommandResult",
          value: { resultType: { case: "active", value: { activeQueries } } },
        },
      };
      yield done;
    } else if (command?.case === "streamingQueryCommand") {
      const run = this.runs.get(command.value.queryId?.runId ?? "");
      if (run === undefined) throw sparkFailure("[STREAMING_QUERY_NOT_FOUND] forgotten", {});
      const recentProgressJson = [...Array(run.batches).keys()].map((batch) =>
        JSON.stringify(report(run, batch)),
      );
      const resultType =
        command.value.command.case === "exception"
          ? { case: "exception" as const, value: { exceptionMessage: run.failure } }
          : { case: "recentProgress" as const, value: { recentProgressJson } };
      yield { responseType: { case: "streamingQueryCommandResult", value: { resultType } } };
      yield done;
    }
  }
  async *#events(): AsyncGenerator<Answer> {
    for (;;) {
      const item = this.#queue.shift();
      if (item === "end") return;
      if (item instanceof Error) throw item;
      if (item !== undefined) yield item;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

function events(
  value: Extract<Answer["responseType"], { case: "streamingQueryListenerEventsResult" }>["value"],
): Answer {
  return { responseType: { case: "streamingQueryListenerEventsResult", value } };
}

function report({ runId }: Run, batchId: number): object {
  return { id: "q", runId, batchId, durationMs: { addBatch: 1, triggerExecution: 1 } };
}

describe("ListenerBus", () => {
  let queries: QueryServer;
  let server: FakeSparkServer;
  let bus: ListenerBus;
  let logged: string[];
  let connection: SparkConnection;
  const heard: string[] = [];
  const gaps: QueryGapEvent[] = [];
  const listener: StreamingQueryListener = {
    onQueryStarted: ({ runId }) => void heard.push(`${runId} started`),
    onQueryProgress: ({ progress }) => void heard.push(`${progress.runId} ${progress.batchId}`),
    onQueryTerminated: ({ runId, exception }) =>
      void heard.push(`${runId} ${exception ?? "stopped"}`),
    onGap: (event) => {
      gaps.push(event);
      heard.push("gap");
    },
  };

  beforeEach(async () => {
    heard.length = 0;
    gaps.length = 0;
    logged = [];
    queries = new QueryServer();
    server = await FakeSparkServer.start(queries.script);
    const log = (_fields: object, message: string): void => void logged.push(message);
    connection = new SparkConnection(server.client(), new SparkVersion("4.2.1"), arrowCodec, {
      debug: log,
      info: log,
      warn: log,
      error: log,
    });
    bus = connection.part(ListenerBus);
  });
  afterEach(async () => {
    await bus.close();
    await connection.client.close();
    server.stop();
  });

  const until = (line: string, withinMs = 10_000): Promise<true> =>
    eventually(() => heard.includes(line), { withinMs });

  it("reports lost ends and missed batches after the server lost the client's position", async () => {
    const [ends, fails, goesOn] = [queries.run("ends"), queries.run("fails"), queries.run("on")];
    await bus.add(listener);
    queries.batch(ends);
    queries.batch(goesOn);
    await until("on 0");
    queries.batch(ends, { lost: true });
    queries.batch(ends, { lost: true });
    queries.end(ends, { lost: true });
    fails.failure = "java.lang.Exception: no";
    queries.end(fails, { lost: true });
    const unheardOf = queries.run("new");
    queries.batch(unheardOf, { lost: true });
    queries.lose();
    await until("gap");
    await until("fails java.lang.Exception: no");
    queries.batch(goesOn);
    await until("on 1");
    expect(heard).toEqual([
      "ends 0",
      "on 0",
      "gap",
      "ends stopped",
      "fails java.lang.Exception: no",
      "on 1",
    ]);
    expect(queries.opened).toBe(2);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({
      reason: "reconnected",
      error: { errorClass: "INVALID_CURSOR.POSITION_NOT_AVAILABLE" },
      queries: [
        { runId: "ends", isActive: false, missedBatches: { from: 1n, to: 2n } },
        { runId: "fails", isActive: false, missedBatches: undefined },
        { runId: "on", isActive: true, missedBatches: undefined },
        { runId: "new", isActive: true, missedBatches: { from: 0n, to: 0n } },
      ],
    });
  });

  it("delivers an end once, even if its event arrives after the bus found out", async () => {
    const run = queries.run("r");
    await bus.add(listener);
    run.isActive = false;
    queries.lose();
    await until("r stopped");
    queries.end(run);
    queries.batch(queries.run("other"));
    await until("other 0");
    expect(heard).toEqual(["gap", "r stopped", "other 0"]);
  });

  it("delivers the end of a run that the server has forgotten, with the reason unknown", async () => {
    queries.run("r");
    await bus.add(listener);
    queries.runs.clear();
    queries.lose();
    await eventually(() => heard.length === 2, { withinMs: 10_000 });
    expect(heard[1]).toMatch(/^r The server no longer knows how this run ended: .*forgotten/);
  });

  it(
    "delivers thousands of events once and in order over a stream that is cut repeatedly",
    { timeout: 60_000 },
    async () => {
      const run = queries.run("r");
      await bus.add(listener);
      for (let batch = 0; batch < 2_500; batch += 1) {
        queries.batch(run);
        if (batch % 100 === 99) queries.cut();
      }
      // Two seconds on an idle machine.
      await until("r 2499", 40_000);
      expect(heard).toEqual([...Array(2_500).keys()].map((batch) => `r ${batch}`));
      expect(queries.opened).toBe(1);
      await eventually(() => server.requests("releaseExecute").length >= 2_500, {
        withinMs: 10_000,
      });
    },
  );

  it("delivers a start before the query's other events, and before start() resolves", async () => {
    await bus.add(listener);
    const run = queries.run("r");
    const started = bus.start(async () => {
      queries.batch(run);
      queries.end(run);
      // The events arrive first. The answer comes after they had enough time to be delivered.
      await eventually(() => server.requests("releaseExecute").length >= 2, { withinMs: 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const queryStartedEventJson =
        '{"id":"q","runId":"r","name":null,"timestamp":"t","jobTags":[]}';
      return { queryId: { id: "q", runId: "r" }, name: "", queryStartedEventJson };
    });
    await started;
    expect(heard[0]).toBe("r started");
    await until("r stopped");
    expect(heard).toEqual(["r started", "r 0", "r stopped"]);
  });

  it("delivers a start for which the server sent no started event", async () => {
    await bus.add(listener);
    await bus.start(() => Promise.resolve({ queryId: { id: "q", runId: "r" }, name: "n" }));
    expect(heard).toEqual(["r started"]);
  });

  it("delivers other events after a start failed", async () => {
    await bus.add(listener);
    const failure = new Error("no such sink");
    const started = bus.start(() => {
      queries.batch(queries.run("r"));
      return Promise.reject(failure);
    });
    await expect(started).rejects.toBe(failure);
    await until("r 0");
  });

  it("logs an error that a listener throws, and delivers the event to the others", async () => {
    const throwing: StreamingQueryListener = {
      onQueryProgress: () => {
        throw new Error("mine");
      },
    };
    await bus.add(throwing);
    await bus.add(listener);
    queries.batch(queries.run("r"));
    await until("r 0");
    expect(logged).toEqual(["a streaming listener failed"]);
    expect(queries.opened).toBe(1);
  });

  it("reports the loss of the session once and does not reconnect", async () => {
    queries.run("r");
    await bus.add(listener);
    server.serverSideSessionId = "another";
    queries.batch(queries.run("s"));
    await until("gap");
    expect(gaps).toMatchObject([
      { reason: "sessionLost", error: { name: "SessionError" }, queries: [{ runId: "r" }] },
    ]);
    expect(queries.opened).toBe(1);
    expect(bus.isUp).toBe(false);
    await expect(bus.add({})).rejects.toMatchObject({ name: "SessionError" });
  });

  it("closes within its time limit even if a listener never returns", async () => {
    let called = false;
    await bus.add({
      onQueryProgress: () => {
        called = true;
        return new Promise(() => undefined);
      },
    });
    queries.batch(queries.run("r"));
    await eventually(() => called, { withinMs: 10_000 });
    const startedAtMs = performance.now();
    await bus.close();
    expect(performance.now() - startedAtMs).toBeLessThan(4_000);
    expect(bus.isUp).toBe(false);
  });

  it("leaves the session without the removal of a listener, which may belong to another client", async () => {
    await bus.add(listener);
    const before = queries.removals;
    bus.leave();
    await bus.close();
    expect(bus.isUp).toBe(false);
    expect(queries).toMatchObject({ removals: before, opened: 1 });
  });

  it("rejects the first listener if the server refuses it, and accepts the next one", async () => {
    const script = queries.script.executePlan;
    let refusals = 1;
    using refusing = await FakeSparkServer.start({
      executePlan: (request, call) => {
        if (refusals-- > 0) throw sparkFailure("[SOME_ERROR] no", { errorClass: "SOME_ERROR" });
        return script?.(request, call) ?? [];
      },
    });
    const client = refusing.client();
    const other = new ListenerBus(
      new SparkConnection(client, new SparkVersion("4.2.1"), arrowCodec),
    );
    await expect(other.add(listener)).rejects.toMatchObject({ errorClass: "SOME_ERROR" });
    await other.add(listener);
    expect(other.isUp).toBe(true);
    await other.close();
    await client.close();
  });
});
