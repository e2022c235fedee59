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

/** The exception of a query that failed for this reason. */
function streamFailed(cause: unknown): StreamingQueryException {
  return new StreamingQueryException("ended", {
    errorClass: "STREAM_FAILED",
    sqlState: "XXKST",
    cause,
  });
}

describe("failureKind", () => {
  it.each<readonly [string, unknown]>([
    ["a missing table", new AnalysisException("no", { errorClass: "TABLE_OR_VIEW_NOT_FOUND" })],
    ["SQL that does not parse", new ParseException("no")],
    ["an argument that this client refuses", new ArgumentError("x", "no")],
    ["an operation that the server does not support", new UnsupportedOperationException("no")],
    [
      "an unknown format",
      new SparkException("no", { errorClass: "DATA_SOURCE_NOT_FOUND", sqlState: "42K02" }),
    ],
    ["a refused token", new SparkConnectionError("UNAUTHENTICATED", "no", at)],
    ["a denied call", new SparkConnectionError("PERMISSION_DENIED", "no", at)],
    ["a table dropped under the query", streamFailed(new AnalysisException("gone"))],
    [
      "a checkpoint whose state has another schema",
      streamFailed(
        new UnsupportedOperationException("no", {
          errorClass: "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE",
        }),
      ),
    ],
    [
      "a checkpoint of another table",
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
      "an expired lease",
      new StreamingQueryException("no", { errorClass: "FOREACH_BATCH_CLIENT_LOST" }),
    ],
    [
      "a failed callback, whatever it threw",
      new StreamingQueryException("no", {
        errorClass: "FOREACH_BATCH_CALLBACK_FAILED",
        cause: new AnalysisException("in the callback"),
      }),
    ],
    ["an unknown error", new Error("?")],
    ["a thrown string", "?"],
  ])("calls %s retryable", (_, error) => {
    expect(failureKind(error)).toBe("retryable");
  });

  it.each(["CONCURRENT_QUERY", "CONCURRENT_STREAM_LOG_UPDATE"])(
    "classifies %s as superseded",
    (errorClass) => {
      expect(
        failureKind(streamFailed(new SparkException("no", { errorClass, sqlState: "0A000" }))),
      ).toBe("superseded");
    },
  );

  it("ends for an error that is its own cause", () => {
    const ring = new Error("a");
    ring.cause = ring;
    expect(failureKind(ring)).toBe("retryable");
  });
});
