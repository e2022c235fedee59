import {
  AnalysisException,
  ArgumentError,
  SparkConnectionError,
  SparkException,
  UnsupportedOperationException,
} from "../errors.js";

/** The consequence of a failure for its stream. */
export type FailureKind = "retryable" | "fatal" | "superseded";

/** Longer chains of causes add no information. The limit also ends a circle of causes. */
const MAX_CAUSES = 8;

/**
 * SQLSTATEs of errors that a restart cannot fix. 42: bad SQL, a missing table or a missing right. 0A: not
 * supported by Spark. 55019: the checkpoint does not fit the query.
 */
const FATAL_SQL_STATE = /^(?:42|0A|55019)/;

/** Spark's error classes for two runs on one checkpoint. The run that receives the error has lost. */
const SUPERSEDED = new Set(["CONCURRENT_QUERY", "CONCURRENT_STREAM_LOG_UPDATE"]);

/** The error and what caused it, outermost first. */
function* chain(error: unknown): Generator<unknown, void, undefined> {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    yield cause;
    ({ cause } = cause);
  }
}

/** True if the server or a proxy refuses the credentials. */
export function isAuthError(error: unknown): error is SparkConnectionError {
  return (
    error instanceof SparkConnectionError &&
    (error.code === "UNAUTHENTICATED" || error.code === "PERMISSION_DENIED")
  );
}

function isFatalLink(link: unknown): boolean {
  if (link instanceof ArgumentError || isAuthError(link)) return true;
  if (link instanceof AnalysisException || link instanceof UnsupportedOperationException) {
    return true;
  }
  return link instanceof SparkException && FATAL_SQL_STATE.test(link.sqlState ?? "");
}

/**
 * Classifies a stream's failure. Unknown errors are retryable, because the number of restarts is limited.
 * The failure of a foreachBatch callback is always retryable, whatever it threw.
 */
export function failureKind(error: unknown): FailureKind {
  try {
    return knownKind(error);
  } catch {
    // User code may throw a value whose properties throw. A restart may still help.
    return "retryable";
  }
}

function knownKind(error: unknown): FailureKind {
  for (const link of chain(error)) {
    const errorClass = link instanceof SparkException ? (link.errorClass ?? "") : "";
    if (errorClass.startsWith("FOREACH_BATCH_")) return "retryable";
    if (SUPERSEDED.has(errorClass)) return "superseded";
    if (isFatalLink(link)) return "fatal";
  }
  return "retryable";
}
