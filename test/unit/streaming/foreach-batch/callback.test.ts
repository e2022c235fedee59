import { describe, expect, it } from "vitest";
import { ArgumentError, StreamingQueryException, txnOptions } from "../../../../src/index.js";
import { batchTxn } from "../../../../src/streaming/foreach-batch/callback.js";
import {
  errorText,
  foreachBatchException,
} from "../../../../src/streaming/foreach-batch/callback-error.js";

describe("txn() of a batch", () => {
  it("names the query, the write and the batch, past 2^53 too", () => {
    const txn = batchTxn("query-id", 2n ** 53n + 1n);
    expect(txn()).toEqual({ txnAppId: "query-id/default", txnVersion: "9007199254740993" });
    expect(txn("other")["txnAppId"]).toBe("query-id/other");
  });

  it("refuses a name twice in one batch, and an empty application id", () => {
    const txn = batchTxn("q", 0n);
    txn("a");
    expect(() => txn("a")).toThrow(ArgumentError);
    expect(() => txnOptions(" ", 1n)).toThrow(ArgumentError);
  });
});

describe("a callback's error as text", () => {
  it("keeps message and stack, hides what looks like a secret, and is cut at a bound", () => {
    const text = errorText(
      new TypeError('GET https://me:pw@host/x failed: "token": "abc", Authorization: Bearer xyz'),
    );
    expect(text).toContain("TypeError: GET https://***@host/x failed");
    expect(text).not.toMatch(/abc|xyz|pw@/);
    expect(text).toContain("callback.test.ts");
    expect(errorText("x".repeat(10_000))).toHaveLength(4_000 + "… (cut)".length);
  });

  it("is found again in what Spark says of the query's failure", () => {
    const cause = new Error("no");
    const failed = new StreamingQueryException(
      "Traceback:\n raise RuntimeError(\n[FOREACH_BATCH_CALLBACK_FAILED] Error: no\n  at a.ts:1 [/CALLBACK]\n more",
      { queryId: "q", runId: "r", errorClass: "STREAM_FAILED" },
    );
    const told = foreachBatchException(failed, undefined, cause);
    expect(told.message).toBe("Error: no\n  at a.ts:1");
    expect(told).toMatchObject({ code: "FOREACH_BATCH_CALLBACK_FAILED", queryId: "q", cause });
    const other = new StreamingQueryException("DIVIDE_BY_ZERO");
    expect(foreachBatchException(other, "no reason", cause)).toBe(other);
  });
});
