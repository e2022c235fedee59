import { StreamingQueryException } from "../../errors.js";
import { thrownText } from "../../thrown-value.js";

/** What a failed query's message may carry of a callback's error. */
const MAX_ERROR_CHARACTERS = 4_000;
const SECRETS =
  /((?:token|passw(?:or)?d|secret|api[_-]?key|authorization)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|(?:bearer\s+|basic\s+)?[^\s,;&]+)/gi;
const USER_INFO = /(\w:\/\/)[^\s/@]+@/g;
/** What the Python side raises; its markers cut the text out of the traceback around it. */
const RAISED =
  /\[(FOREACH_BATCH_CALLBACK_FAILED|FOREACH_BATCH_CLIENT_LOST)\] ([^]*?) \[\/CALLBACK\]/;
/** Spark's answer to a stateful batch of which a partition was not read to its end; only a cause. */
const UNREAD_STATE = /\[STATE_STORE_COMMIT_VALIDATION_FAILED\].*/;

/** A callback's error as text that may be shown to whoever sees the query. */
export function errorText(error: unknown): string {
  const text = thrownText(error);
  const discreet = text.replaceAll(SECRETS, "$1***").replaceAll(USER_INFO, "$1***@");
  return discreet.length <= MAX_ERROR_CHARACTERS
    ? discreet
    : `${withoutHalfPair(discreet.slice(0, MAX_ERROR_CHARACTERS))}… (cut)`;
}

/** The text without the first half of a surrogate pair at its end, which Python cannot encode. */
function withoutHalfPair(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1);
}

/**
 * A failed query's exception by the reason that lies in foreachBatch, where one does.
 *
 * @param stackTrace the server's, causes included
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
    `${unread}\nThe foreachBatch function of a stateful query must read its whole batch: no limit(), take() or first() alone. Where it writes several times, call persist() on the batch first.`,
    "STATE_STORE_COMMIT_VALIDATION_FAILED",
    undefined,
  );
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
