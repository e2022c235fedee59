import { create } from "@bufbuild/protobuf";
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../../../src/errors.js";
import {
  ExecutePlanResponseSchema,
  type ExecutePlanResponse,
} from "../../../src/gen/spark/connect/base_pb.js";
import { reattachable, type ExecutionCalls } from "../../../src/transport/reattach.js";
import { DEFAULT_RETRY_POLICY } from "../../../src/transport/retry.js";

/** One stream of the scripted server: it sends these responses, then ends or fails. */
type Segment = readonly (string | ServiceError)[];

function failure(code: status, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

function response(id: string): ExecutePlanResponse {
  return create(ExecutePlanResponseSchema, {
    responseId: id,
    responseType:
      id === "complete"
        ? { case: "resultComplete", value: {} }
        : { case: "executionProgress", value: {} },
  });
}

/** A server that plays the segments one after another and records its calls. */
class Script {
  readonly log: string[] = [];
  readonly #segments: Segment[];

  constructor(...segments: Segment[]) {
    this.#segments = segments;
  }

  get calls(): ExecutionCalls {
    const open = (call: string): ReturnType<ExecutionCalls["execute"]> => {
      this.log.push(call);
      const segment = this.#segments.shift() ?? [];
      return {
        async *[Symbol.asyncIterator]() {
          for (const step of segment) {
            await Promise.resolve();
            if (typeof step !== "string") throw step;
            yield response(step);
          }
        },
        cancel: () => undefined,
      };
    };
    return {
      operationId: "op",
      execute: () => open("execute"),
      reattach: (after) => open(`reattach ${after ?? "start"}`),
      releaseUntil: (id) => void this.log.push(`release ${id}`),
      releaseAll: () => void this.log.push("release all"),
      interrupt: () => void this.log.push("interrupt"),
      verify: () => undefined,
      toError: (error) => Promise.resolve(error),
    };
  }

  async run(maxRetries = 15): Promise<string[]> {
    const received: string[] = [];
    const retryPolicy = {
      ...DEFAULT_RETRY_POLICY,
      initialBackoffMs: 0,
      maxBackoffMs: 0,
      maxRetries,
    };
    for await (const { responseId } of reattachable(this.calls, { retryPolicy })) {
      received.push(responseId);
    }
    return received;
  }
}

const unavailable = failure(status.UNAVAILABLE, "connection dropped");
const operationNotFound = failure(status.INTERNAL, "[INVALID_HANDLE.OPERATION_NOT_FOUND] gone");

describe("reattachable", () => {
  it("ends only at ResultComplete and then releases everything", async () => {
    const script = new Script(["a", "b", "complete"]);
    expect(await script.run()).toEqual(["a", "b"]);
    expect(script.log).toEqual(["execute", "release all"]);
  });

  it("reattaches after a normal end of the stream, without using retries", async () => {
    const script = new Script(["a"], ["b"], [], ["c"], ["complete"]);
    expect(await script.run(0)).toEqual(["a", "b", "c"]);
    expect(script.log).toEqual([
      "execute",
      "reattach a",
      "reattach b",
      "reattach b",
      "reattach c",
      "release all",
    ]);
  });

  it("reattaches after UNAVAILABLE and yields every response once", async () => {
    const script = new Script(["a", unavailable], [unavailable], ["b", "complete"]);
    expect(await script.run()).toEqual(["a", "b"]);
    expect(script.log).toEqual(["execute", "reattach a", "reattach a", "release all"]);
  });

  it("treats a lost cursor as retryable", async () => {
    const lost = failure(status.INTERNAL, "[INVALID_CURSOR.DISCONNECTED] another took over");
    expect(await new Script(["a", lost], ["b", "complete"]).run()).toEqual(["a", "b"]);
  });

  it("sends the plan again if the server never received it", async () => {
    const script = new Script([unavailable], [operationNotFound], ["a", "complete"]);
    expect(await script.run()).toEqual(["a"]);
    expect(script.log).toEqual(["execute", "reattach start", "execute", "release all"]);
  });

  it("never runs the plan again after it received a response", async () => {
    const script = new Script(["a", unavailable], [operationNotFound]);
    await expect(script.run()).rejects.toBeInstanceOf(ProtocolError);
    expect(script.log.filter((call) => call === "execute")).toHaveLength(1);
  });

  it("interrupts and releases the operation if the consumer stops early", async () => {
    const script = new Script(["a", "b", "c", "complete"]);
    for await (const { responseId } of reattachable(script.calls, {
      retryPolicy: DEFAULT_RETRY_POLICY,
    })) {
      if (responseId === "b") break;
    }
    expect(script.log).toEqual(["execute", "interrupt", "release all"]);
  });

  it("fails with the last error after all retries", async () => {
    const script = new Script([unavailable], [unavailable], [unavailable], [unavailable]);
    await expect(script.run(2)).rejects.toBe(unavailable);
  });

  it("does not retry an error of the query itself", async () => {
    const failed = failure(status.INTERNAL, "[DIVIDE_BY_ZERO] …");
    const script = new Script([failed]);
    await expect(script.run()).rejects.toBe(failed);
    expect(script.log).toEqual(["execute", "interrupt", "release all"]);
  });

  it("releases consumed responses in groups, not one by one", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `r${String(index)}`);
    const script = new Script([...ids, "complete"]);
    await script.run();
    expect(script.log).toEqual(["execute", "release r7", "release r15", "release all"]);
  });
});
