import {
  AnalysisException,
  ArgumentError,
  SparkConnectionError,
  SparkException,
  UnsupportedOperationException,
} from "../errors.js";

/** What a failure means for its stream. */
export type FailureKind = "retryable" | "fatal" | "superseded";

/** A cause deeper than this tells nothing new; a ring of causes must not hold the supervisor. */
const MAX_CAUSES = 8;

/**
 * SQLSTATEs of what stays wrong however often it is tried: 42 is bad SQL, a missing table or a missing
 * right; 0A is what Spark does not support; 55019 is a checkpoint that does not fit.
 */
const FATAL_SQL_STATE = /^(?:42|0A|55019)/;

/** Spark's words for two runs on one checkpoint, where the one it tells is the one that lost. */
const SUPERSEDED = new Set(["CONCURRENT_QUERY", "CONCURRENT_STREAM_LOG_UPDATE"]);

/** The error and what caused it, outermost first. */
function* chain(error: unknown): Generator<unknown, void, undefined> {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    yield cause;
    ({ cause } = cause);
  }
}

/** Whether the server or a proxy before it refuses who we are. */
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
 * What a stream's failure means. What is not known to stay wrong is retryable: the budget bounds it.
 * A callback's own failure is always retryable, whatever it threw.
 */
export function failureKind(error: unknown): FailureKind {
  try {
    return knownKind(error);
  } catch {
    // A value of user code that throws when it is looked at says nothing of what will stay wrong.
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
