import { describe, expect, it } from "vitest";
import { ArgumentError, StreamingQueryException, txnOptions } from "../../../../src/index.js";
import { withFailureFirst } from "../../../../src/failure-line.js";
import { batchTxn } from "../../../../src/streaming/foreach-batch/callback.js";
import {
  errorText,
  foreachBatchException,
} from "../../../../src/streaming/foreach-batch/callback-error.js";

describe("txn() of a batch", () => {
  it("returns options with the query, the write and the batch, even above 2^53", () => {
    const txn = batchTxn("query-id", 2n ** 53n + 1n);
    expect(txn()).toEqual({ txnAppId: "query-id/default", txnVersion: "9007199254740993" });
    expect(txn("other")["txnAppId"]).toBe("query-id/other");
  });

  it("refuses a repeated name in one batch, and an empty application id", () => {
    const txn = batchTxn("q", 0n);
    txn("a");
    expect(() => txn("a")).toThrow(ArgumentError);
    expect(() => txnOptions(" ", 1n)).toThrow(ArgumentError);
  });
});

describe("a callback's error as text", () => {
  it("keeps message and stack, hides likely secrets, and is cut at 4000 characters", () => {
    const text = errorText(
      new TypeError('GET https://me:pw@host/x failed: "token": "abc", Authorization: Bearer xyz'),
    );
    expect(text).toContain("TypeError: GET https://***@host/x failed");
    expect(text).not.toMatch(/abc|xyz|pw@/);
    expect(text).toContain("callback.test.ts");
    expect(errorText("x".repeat(10_000))).toHaveLength(4_000 + "… (cut)".length);
  });

  it("is well-formed if the limit or the message cuts a surrogate pair", () => {
    for (const text of [`${"x".repeat(3_999)}😀${"y".repeat(9)}`, "half \ud83d", "\ude00 half"]) {
      for (const thrown of [text, new Error(text)]) {
        expect(errorText(thrown).isWellFormed()).toBe(true);
      }
    }
    expect(errorText(`${"x".repeat(3_999)}😀`)).toBe(`${"x".repeat(3_999)}… (cut)`);
  });

  const throwing = (): never => {
    throw new Error("from inside");
  };
  it.each<[string, unknown, RegExp]>([
    ["an object without a prototype", Object.create(null), /cannot be printed/],
    [
      "an object without a prototype that has a message",
      Object.assign(Object.create(null) as object, { message: "why" }),
      /^why$/,
    ],
    ["an object whose toString throws", { toString: throwing }, /cannot be printed/],
    ["an object whose toString returns an object", { toString: () => ({}) }, /cannot be printed/],
    [
      "an error whose stack throws",
      Object.defineProperty(new Error("why"), "stack", { get: throwing }),
      /^why$/,
    ],
    ["an error with a number as stack", Object.assign(new Error("why"), { stack: 7 }), /^why$/],
    [
      "an error with only throwing properties",
      Object.defineProperties(new Error("why"), {
        stack: { get: throwing },
        message: { get: throwing },
        toString: { get: throwing },
      }),
      /cannot be printed/,
    ],
    [
      "a proxy that throws",
      new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing }),
      /cannot be printed/,
    ],
    ["a revoked proxy", revoked(), /cannot be printed/],
    ["a circular object", circular(), /^\[object Object\]$/],
    ["a symbol", Symbol("why"), /^Symbol\(why\)$/],
    ["undefined", undefined, /^undefined$/],
    ["null", null, /^null$/],
    ["an empty string", "", /cannot be printed/],
    ["a function", throwing, /from inside/],
  ])("is a string for %s", (_, thrown, expected) => {
    expect(errorText(thrown)).toMatch(expected);
  });

  it.each([
    ["several lines", "Error: no\n  at a.ts:1"],
    ["one line", "Error: no"],
    [
      "a traceback of its own",
      "PythonException: x: Traceback (most recent call last):\n  f\nKeyError: 'a'\n  at a.ts",
    ],
  ])("is the callback's text if the message starts with its first line: %s", (_name, text) => {
    const raised = `[STREAM_FAILED] Query [id = 1] terminated with exception: [PYTHON_EXCEPTION] Found error inside foreachBatch Python process: Traceback (most recent call last):\n  File "x", line 1, in f\n    raise RuntimeError(\nRuntimeError: [FOREACH_BATCH_CALLBACK_FAILED] ${text} [/CALLBACK]\n SQLSTATE: 38000\n=== Streaming Query ===`;
    const message = withFailureFirst(raised);
    expect(message).not.toBe(raised);
    const failure = foreachBatchException(
      new StreamingQueryException(message),
      undefined,
      undefined,
    );
    expect(failure).toMatchObject({ code: "FOREACH_BATCH_CALLBACK_FAILED", message: text });
  });

  it("becomes the message of the query's exception, with the thrown error as cause", () => {
    const cause = new Error("no");
    const failed = new StreamingQueryException(
      "Traceback:\n raise RuntimeError(\n[FOREACH_BATCH_CALLBACK_FAILED] Error: no\n  at a.ts:1 [/CALLBACK]\n more",
      { queryId: "q", runId: "r", errorClass: "STREAM_FAILED" },
    );
    const reported = foreachBatchException(failed, undefined, cause);
    expect(reported.message).toBe("Error: no\n  at a.ts:1");
    expect(reported).toMatchObject({ code: "FOREACH_BATCH_CALLBACK_FAILED", queryId: "q", cause });
    const other = new StreamingQueryException("DIVIDE_BY_ZERO");
    expect(foreachBatchException(other, "no reason", cause)).toBe(other);
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular(): unknown {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}
