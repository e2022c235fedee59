import { StreamingQueryException, type JavaScriptFunctionError } from "../../errors.js";
import { withoutSecretText } from "../../secret-text.js";
import { thrownText } from "../../thrown-value.js";

/** The longest text of a callback's error in the message of a failed query. */
const MAX_ERROR_CHARACTERS = 4_000;
/**
 * The error that the Python side raises. Its markers separate the text from the traceback. The message may start with
 * the text's first line, so the last marker counts.
 */
const RAISED =
  /^[^]*\[(FOREACH_BATCH_CALLBACK_FAILED|FOREACH_BATCH_CLIENT_LOST)\] ([^]*?) \[\/CALLBACK\]/;
/** Spark's error if a stateful batch has a partition that was not read to its end. It appears only as a cause. */
const UNREAD_STATE = /\[STATE_STORE_COMMIT_VALIDATION_FAILED\].*/;

/** A callback's error as text, without secrets: everyone who sees the query sees it. */
export function errorText(error: unknown): string {
  const text = thrownText(error);
  const discreet = withoutSecretText(text);
  return discreet.length <= MAX_ERROR_CHARACTERS
    ? discreet
    : `${withoutHalfPair(discreet.slice(0, MAX_ERROR_CHARACTERS))}… (cut)`;
}

/** Drops half of a surrogate pair at the end of the text, because Python cannot encode it. */
function withoutHalfPair(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1);
}

/**
 * Replaces a failed query's exception by its cause in foreachBatch, if there is one.
 *
 * @param stackTrace the server's stack trace, including causes
 */
export function foreachBatchException(
  exception: StreamingQueryException,
  stackTrace: string | undefined,
  callbackError: unknown,
): StreamingQueryException {
  const [, reason, text] = RAISED.exec(exception.message) ?? [];
  if (reason !== undefined && text !== undefined) {
    const isCallback = reason === "FOREACH_BATCH_CALLBACK_FAILED";
    return restated(exception, text, reason, isCallback ? callbackError : undefined);
  }
  const [unread] = UNREAD_STATE.exec(stackTrace ?? "") ?? [];
  if (unread === undefined) return exception;
  return restated(
    exception,
    `${unread}\nThe foreachBatch function of a stateful query must read its whole batch, not only limit(), take() or first(). If it writes several times, call persist() on the batch first.`,
    "STATE_STORE_COMMIT_VALIDATION_FAILED",
    undefined,
  );
}

/** Replaces a failed query's exception by the failure of a function or source in TypeScript. */
export function functionException(
  exception: StreamingQueryException,
  failure: JavaScriptFunctionError,
): StreamingQueryException {
  return restated(exception, failure.message, failure.code, failure);
}

function restated(
  exception: StreamingQueryException,
  message: string,
  errorClass: string,
  cause: unknown,
): StreamingQueryException {
  return new StreamingQueryException(message, {
    errorClass,
    sqlState: exception.sqlState,
    messageParameters: exception.messageParameters,
    serverStackTrace: exception.serverStackTrace,
    errorId: exception.errorId,
    grpcStatus: exception.grpcStatus,
    serverClasses: exception.serverClasses,
    queryId: exception.queryId,
    runId: exception.runId,
    cause: cause ?? exception,
  });
}
