import { create } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import {
  InterruptRequest_InterruptType as InterruptType,
  PlanSchema,
} from "../../../src/gen/spark/connect/base_pb.js";
import { DEFAULT_RETRY_POLICY, type RetryEvent } from "../../../src/transport/retry.js";
import type { SparkConnectClientOptions } from "../../../src/transport/client-requests.js";
import type { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import {
  Failure,
  FakeSparkServer,
  never,
  retryLater,
  unavailable,
  type Script,
} from "../support/fake-spark-server.js";

const plan = create(PlanSchema);
const progress = { responseType: { case: "executionProgress", value: {} } } as const;
const complete = { responseType: { case: "resultComplete", value: {} } } as const;

let server: FakeSparkServer;
let client: SparkConnectClient;
afterEach(async () => {
  server.stop();
  await client.close();
});

async function start(script: Script, options?: Partial<SparkConnectClientOptions>): Promise<void> {
  server = await FakeSparkServer.start(script);
  client = server.client(options);
}

/** Runs a plan to its end, and returns the number of responses. */
async function run(signal?: AbortSignal): Promise<number> {
  const responses = client.execute(plan, { signal });
  for (let count = 0; ; count++) if ((await responses.next()).done === true) return count;
}

function version(deadlineMs?: number): Promise<unknown> {
  return client.analyze({ case: "sparkVersion", value: {} }, { deadlineMs });
}

function getAll(): Promise<unknown> {
  return client.config({ case: "getAll", value: {} });
}

/** Fails the first calls, then answers the next ones. */
function afterFailures(times: number): (request: unknown, call: number) => object {
  return (_request, call) => {
    if (call < times) throw unavailable;
    return {};
  };
}

describe("releaseSession", () => {
  it("waits for the interrupts and releases of abandoned operations", async () => {
    let answered = 0;
    const late = async (): Promise<object> => {
      await new Promise((resolve) => setImmediate(resolve));
      answered += 1;
      return {};
    };
    let answeredBefore: number | undefined;
    await start({
      executePlan: async function* () {
        yield progress;
        await never();
      },
      interrupt: late,
      releaseExecute: late,
      releaseSession: () => {
        answeredBefore = answered;
        return {};
      },
    });
    const responses = client.execute(plan);
    await responses.next();
    await responses.return();
    await client.releaseSession();
    expect(answeredBefore).toBe(2);
  });
});

describe("a unary call", () => {
  it.each([
    ["AnalyzePlan", "analyzePlan", () => version()],
    ["Config", "config", () => getAll()],
    ["Interrupt", "interrupt", () => client.interrupt({ interruptType: InterruptType.ALL })],
    ["ReleaseSession", "releaseSession", () => client.releaseSession()],
  ] as const)("%s is tried again after UNAVAILABLE until it succeeds", async (_, rpc, call) => {
    const retries: RetryEvent[] = [];
    await start({ [rpc]: afterFailures(2) }, { onRetry: (event) => retries.push(event) });
    await call();
    expect(server.requests(rpc)).toHaveLength(3);
    expect(retries.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("waits as long as RetryInfo requests, whatever the status", async () => {
    const waits: number[] = [];
    await start(
      {
        config: (_request, call) => {
          if (call === 0) throw retryLater(250);
          return {};
        },
      },
      { onRetry: ({ waitMs }) => waits.push(waitMs) },
    );
    const startedAt = performance.now();
    await getAll();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(245);
    expect(waits).toEqual([250]);
  });

  it("reports the number of attempts when it gives up", async () => {
    const retryPolicy = {
      ...DEFAULT_RETRY_POLICY,
      initialBackoffMs: 1,
      maxBackoffMs: 1,
      maxRetries: 3,
    };
    await start({ config: afterFailures(99) }, { retryPolicy });
    await expect(getAll()).rejects.toMatchObject({
      name: "RetriesExceededError",
      attempts: 4,
      endpoint: `127.0.0.1:${server.port}`,
    });
  });

  it("fails with DEADLINE_EXCEEDED if the server does not answer until the deadline, which includes retries", async () => {
    await start({
      analyzePlan: (_request, call) => {
        if (call < 2) throw unavailable;
        return never();
      },
    });
    const startedAt = performance.now();
    await expect(version(400)).rejects.toMatchObject({
      name: "SparkConnectionError",
      code: "DEADLINE_EXCEEDED",
    });
    expect(performance.now() - startedAt).toBeLessThan(900);
  });

  it("is not retried if the server refuses it", async () => {
    await start({
      config: () => {
        throw new Failure(status.UNAUTHENTICATED, "Invalid authentication token");
      },
    });
    await expect(getAll()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(server.requests("config")).toHaveLength(1);
  });
});

describe("AddArtifacts", () => {
  it("is rebuilt and sent again completely if it fails in the middle", async () => {
    const received: string[][] = [];
    await start({
      addArtifacts: async (requests, call) => {
        const names: string[] = [];
        received.push(names);
        for await (const { payload } of requests) {
          if (payload.case === "batch") names.push(payload.value.artifacts[0]?.name ?? "");
          if (call === 0 && names.length === 2) throw unavailable;
        }
        return {};
      },
    });
    let built = 0;
    await client.addArtifacts(function* () {
      built += 1;
      for (const name of ["a", "b", "c", "d"]) {
        yield { case: "batch", value: { artifacts: [{ name }] } };
      }
    });
    expect(built).toBe(2);
    expect(received).toEqual([
      ["a", "b"],
      ["a", "b", "c", "d"],
    ]);
  });
});

describe("a session", () => {
  it("refuses an answer of another session", async () => {
    await start({ config: () => ({ sessionId: "another" }) });
    await expect(getAll()).rejects.toMatchObject({
      name: "ProtocolError",
      code: "SESSION_MISMATCH",
    });
  });

  it("is lost for good if the server answers for another server-side session", async () => {
    await start({ executePlan: () => [progress, complete] });
    await getAll();
    server.serverSideSessionId = "server-side-2";
    const changed = { name: "SessionError", code: "SESSION_CHANGED", sessionId: client.sessionId };
    await expect(getAll()).rejects.toMatchObject(changed);
    const calls = server.calls.length;
    await expect(getAll()).rejects.toMatchObject(changed);
    await expect(version()).rejects.toMatchObject(changed);
    await expect(run()).rejects.toMatchObject(changed);
    expect(server.requests("config")).toHaveLength(2);
    expect(server.calls.slice(calls).map(({ rpc }) => rpc)).not.toContain("executePlan");
    expect(client.isClosed).toBe(true);
  });

  it("is lost if the server-side session changes within an execution", async () => {
    await start({
      executePlan: () => [progress, { ...progress, serverSideSessionId: "other" }, complete],
    });
    await expect(run()).rejects.toMatchObject({ code: "SESSION_CHANGED" });
    await expect(getAll()).rejects.toMatchObject({ code: "SESSION_CHANGED" });
  });

  it("sends the server-side session id that it has observed", async () => {
    await start({});
    await getAll();
    await getAll();
    const observed = server
      .requests("config")
      .map(({ clientObservedServerSideSessionId }) => clientObservedServerSideSessionId);
    expect(observed).toEqual([undefined, "server-side-1"]);
  });
});

describe("an execution", () => {
  const endless: Script = {
    executePlan: async function* () {
      yield progress;
      yield progress;
      await never();
    },
  };
  const ended = async (): Promise<void> => {
    await expect.poll(() => server.requests("interrupt").length).toBe(1);
    await expect.poll(() => server.requests("releaseExecute").length).toBe(1);
    const operationId = server.requests("executePlan")[0]?.operationId;
    expect(server.requests("interrupt")[0]?.interrupt).toEqual({
      case: "operationId",
      value: operationId,
    });
    expect(server.requests("releaseExecute")[0]).toMatchObject({
      operationId,
      release: { case: "releaseAll" },
    });
  };

  it("is interrupted and released on the server if its consumer stops early", async () => {
    await start(endless);
    const responses = client.execute(plan);
    await responses.next();
    await responses.return();
    await ended();
  });

  it("rejects with the signal's reason when aborted, and is interrupted on the server", async () => {
    await start(endless);
    const aborter = new AbortController();
    const running = run(aborter.signal);
    await expect.poll(() => server.requests("executePlan").length).toBe(1);
    const reason = new Error("the user went away");
    aborter.abort(reason);
    await expect(running).rejects.toBe(reason);
    await ended();
  });

  it("is interrupted again if it reached the server later than the interrupt", async () => {
    let interrupts = 0;
    await start({
      ...endless,
      executePlan: async function* () {
        yield* [];
        await never();
      },
      interrupt: ({ interrupt }) => {
        interrupts += 1;
        return { interruptedIds: interrupts < 3 ? [] : [String(interrupt.value)] };
      },
    });
    const aborter = new AbortController();
    const running = run(aborter.signal);
    await expect.poll(() => server.requests("executePlan").length).toBe(1);
    aborter.abort(new Error("too early"));
    await expect(running).rejects.toThrow("too early");
    await expect.poll(() => interrupts, { timeout: 10_000 }).toBe(3);
  });

  it("is sent again if the first attempt never reached the server", async () => {
    await start({
      executePlan: (_request, call) => {
        if (call === 0) throw unavailable;
        return [progress, complete];
      },
      reattachExecute: () => {
        throw new Failure(status.INTERNAL, "[INVALID_HANDLE.OPERATION_NOT_FOUND] gone");
      },
    });
    expect(await run()).toBe(1);
    const ids = server.requests("executePlan").map(({ operationId }) => operationId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it.each([
    ["fail", afterFailures(99)],
    ["hang", never],
  ])("neither fails nor waits because of releases that %s", async (_, releaseExecute) => {
    await start({
      executePlan: () => [...Array.from({ length: 20 }, () => progress), complete],
      releaseExecute,
    });
    const startedAt = performance.now();
    expect(await run()).toBe(20);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await expect.poll(() => server.requests("releaseExecute").length).toBe(3);
  });

  it("has no open calls after close(), even if releases hang", async () => {
    await start({ executePlan: () => [complete], releaseExecute: never });
    await run();
    const startedAt = performance.now();
    await client.close();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await expect.poll(() => server.cancelled).toEqual(["releaseExecute"]);
  });
});
