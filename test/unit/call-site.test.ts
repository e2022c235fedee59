import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { keepCallSites } from "../../src/call-site.js";
import { AnalysisException, ArgumentError, SparkError } from "../../src/errors.js";
import * as api from "../../src/index.js";

/** Fails as the transport does: long after the call, from a timer. */
function failLater(error: () => Error): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      reject(error());
    }, 1);
  });
}

class Query {
  static open(): Promise<void> {
    return failLater(() => new SparkError("X", "not opened"));
  }
  collect(): Promise<void> {
    return failLater(() => new AnalysisException("no such table"));
  }
  caused(): Promise<void> {
    return failLater(
      () => new SparkError("X", "outer", { cause: new AnalysisException("inner cause") }),
    );
  }
  shared(error: Error): Promise<void> {
    return failLater(() => error);
  }
  count(): number {
    return 1;
  }
}
keepCallSites("Query", Query);

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as Error,
  );
}

function usersFunction(call: () => Promise<unknown>): Promise<unknown> {
  return call();
}

const limit = Error.stackTraceLimit;
const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
afterEach(() => {
  Error.stackTraceLimit = limit;
  if (prepare === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  else Object.defineProperty(Error, "prepareStackTrace", prepare);
});

describe("an error of an asynchronous method", () => {
  it("shows where the method was called, on its first line, and the callers above", async () => {
    const { stack } = await rejection(usersFunction(() => new Query().collect()));
    const [first, ...frames] = (stack ?? "").split("\n");
    expect(first).toBe("AnalysisException: no such table");
    expect(frames[0]).toMatch(/call-site\.test\.ts:\d+:\d+/);
    expect(frames.some((frame) => frame.includes("usersFunction"))).toBe(true);
  });

  it("shows where the method was called even if nobody awaits the promise", async () => {
    const forgotten: Promise<unknown>[] = [];
    function forgetful(): void {
      forgotten.push(new Query().collect());
    }
    forgetful();
    const { stack } = await rejection(forgotten[0] as Promise<unknown>);
    expect(stack).toMatch(/at forgetful \(.*call-site\.test\.ts/);
  });

  it("shows the place of the call for static methods and in the error's causes", async () => {
    expect((await rejection(Query.open())).stack).toMatch(/call-site\.test\.ts/);
    const error = await rejection(usersFunction(() => new Query().caused()));
    expect((error.cause as Error).stack).toMatch(/^AnalysisException: inner cause\n.*test\.ts/);
    expect((error.cause as Error).stack).toContain("usersFunction");
  });

  it("does not show frames of this package or of Node", async () => {
    const { stack } = await rejection(new Query().collect());
    expect(stack).not.toMatch(/src\/call-site|src\/errors|node:/);
  });

  it("shows at most Error.stackTraceLimit frames, and no frames if that is 0", async () => {
    Error.stackTraceLimit = 1;
    expect((await rejection(new Query().collect())).stack?.split("\n")).toHaveLength(2);
    Error.stackTraceLimit = 0;
    expect((await rejection(new Query().collect())).stack?.split("\n")).toHaveLength(1);
  });

  it("has a stack without frames if the program's Error.prepareStackTrace returns no text", async () => {
    const error = await rejection(new Query().collect());
    Error.prepareStackTrace = () => 42;
    expect(error.stack).toBe("AnalysisException: no such table");
  });

  it("lets a program replace its stack", async () => {
    const error = await rejection(new Query().collect());
    error.stack = "other";
    expect(error.stack).toBe("other");
  });

  it("shows the first call's place when several calls fail with it", async () => {
    const shared = new SparkError("X", "the session is gone");
    async function first(): Promise<void> {
      await rejection(new Query().shared(shared));
    }
    await first();
    for (let calls = 0; calls < 100; calls++) await rejection(new Query().shared(shared));
    expect(shared.stack).toMatch(/at first/);
  });

  it("shows where the method was called when its causes form a circle", async () => {
    const inner = new SparkError("X", "inner");
    const outer = new SparkError("X", "outer", { cause: inner });
    inner.cause = outer;
    expect(await rejection(usersFunction(() => new Query().shared(outer)))).toBe(outer);
    expect(outer.stack).toContain("usersFunction");
    expect(inner.stack).toContain("usersFunction");
  });

  it("keeps its own stack when its class is not of this package", async () => {
    const reason = new Error("aborted by the user");
    const { stack } = reason;
    expect(await rejection(new Query().shared(reason))).toBe(reason);
    expect(reason.stack).toBe(stack);
  });
});

describe("an error that a call throws synchronously", () => {
  it("shows the caller first", () => {
    try {
      api.Timestamp.parse("nonsense");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).stack?.split("\n")[1]).toMatch(/call-site\.test\.ts/);
    }
  });
});

describe("every public class", () => {
  it("shows call sites in the errors of all its asynchronous methods", () => {
    const classes = Object.values(api).filter((value) => typeof value === "function");
    const plain = classes.flatMap((each) =>
      [each, each.prototype as object | undefined].flatMap((target) =>
        Object.entries(Object.getOwnPropertyDescriptors(target ?? {}))
          .filter(
            ([, { value }]) => Object.prototype.toString.call(value) === "[object AsyncFunction]",
          )
          .map(([name]) => `${each.name}.${name}`),
      ),
    );
    expect(plain).toEqual([]);
    expect(api.DataFrame.prototype.collect.name).toBe("collect");
  });
});

describe("a promise that nobody awaits", () => {
  it("ends Node with a stack that shows the call, even if the call failed after a wait", () => {
    const modules = fileURLToPath(new URL("../../build/modules/index.js", import.meta.url));
    const program = `
      import { SparkSession } from ${JSON.stringify(modules)};
      function forgetful() { SparkSession.builder().remote("sc://127.0.0.1:1").connectTimeoutMs(500).create(); }
      forgetful();`;
    const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^RetriesExceededError: .*\n +at forgetful /m);
  });
});
