import { describe, expect, it } from "vitest";
import {
  AnalysisException,
  ArgumentError,
  ParseException,
  PythonException,
  SessionError,
  SparkConnectionError,
  SparkException,
  StreamingQueryException,
  UnsupportedOperationException,
} from "../../../src/errors.js";
import { failureKind } from "../../../src/supervisor/failure.js";

const at = { endpoint: "spark:15002" };

/** A query that failed for this reason, as the server tells it. */
function streamFailed(cause: unknown): StreamingQueryException {
  return new StreamingQueryException("ended", {
    errorClass: "STREAM_FAILED",
    sqlState: "XXKST",
    cause,
  });
}

describe("failureKind", () => {
  it.each<readonly [string, unknown]>([
    [
      "a table that is not there",
      new AnalysisException("no", { errorClass: "TABLE_OR_VIEW_NOT_FOUND" }),
    ],
    ["SQL that does not parse", new ParseException("no")],
    ["an argument this client refuses", new ArgumentError("x", "no")],
    ["what the server does not support", new UnsupportedOperationException("no")],
    [
      "a format nobody knows",
      new SparkException("no", { errorClass: "DATA_SOURCE_NOT_FOUND", sqlState: "42K02" }),
    ],
    ["a refused token", new SparkConnectionError("UNAUTHENTICATED", "no", at)],
    ["a denied call", new SparkConnectionError("PERMISSION_DENIED", "no", at)],
    ["a table dropped under the query", streamFailed(new AnalysisException("gone"))],
    [
      "state of another schema in the checkpoint",
      streamFailed(
        new UnsupportedOperationException("no", {
          errorClass: "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE",
        }),
      ),
    ],
    [
      "another table under the checkpoint",
      streamFailed(new SparkException("no", { sqlState: "55019" })),
    ],
  ])("calls %s fatal", (_, error) => {
    expect(failureKind(error)).toBe("fatal");
  });

  it.each<readonly [string, unknown]>([
    ["a lost connection", new SparkConnectionError("UNAVAILABLE", "no", at)],
    ["a lost session", new SessionError("SESSION_CLOSED", "no", "id")],
    [
      "bad data",
      streamFailed(new SparkException("no", { errorClass: "DIVIDE_BY_ZERO", sqlState: "22012" })),
    ],
    ["a source whose API fails", streamFailed(new PythonException("HTTP 503"))],
    [
      "another writer's commit in Delta",
      streamFailed(
        new SparkException("no", { errorClass: "DELTA_CONCURRENT_APPEND", sqlState: "2D521" }),
      ),
    ],
    [
      "a lease that ran out",
      new StreamingQueryException("no", { errorClass: "FOREACH_BATCH_CLIENT_LOST" }),
    ],
    [
      "a callback's own failure, whatever it threw",
      new StreamingQueryException("no", {
        errorClass: "FOREACH_BATCH_CALLBACK_FAILED",
        cause: new AnalysisException("in the callback"),
      }),
    ],
    ["what nobody knows", new Error("?")],
    ["what is no error", "?"],
  ])("calls %s retryable", (_, error) => {
    expect(failureKind(error)).toBe("retryable");
  });

  it.each(["CONCURRENT_QUERY", "CONCURRENT_STREAM_LOG_UPDATE"])(
    "takes %s for another run on the checkpoint",
    (errorClass) => {
      expect(
        failureKind(streamFailed(new SparkException("no", { errorClass, sqlState: "0A000" }))),
      ).toBe("superseded");
    },
  );

  it("ends on causes that go round in a ring", () => {
    const ring = new Error("a");
    ring.cause = ring;
    expect(failureKind(ring)).toBe("retryable");
  });
});
