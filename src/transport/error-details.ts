import {
  AnalysisException,
  ArgumentError,
  ParseException,
  ProtocolError,
  PythonException,
  RetriesExceededError,
  SessionError,
  SparkConnectionError,
  SparkException,
  StreamingQueryException,
  UnsupportedOperationException,
  type QueryContext,
  type SparkError,
  type SparkExceptionDetails,
} from "../errors.js";
import {
  FetchErrorDetailsResponse_QueryContext_ContextType as ContextType,
  type FetchErrorDetailsResponse,
  type FetchErrorDetailsResponse_Error as ServerError,
  type FetchErrorDetailsResponse_QueryContext as ServerQueryContext,
} from "../gen/spark/connect/base_pb.js";
import { withFailureFirst } from "../failure-line.js";
import { clientFailureMessage, type ClientFailure } from "./client-failure.js";
import { connectFailureMessage } from "./connect-failure.js";
import { GrpcStatus } from "./grpc-status.js";
import { handleError, isOfSpark, isRetryable, type StatusDetails } from "./status.js";

/** Spark sends at most five causes. This limit stops longer or circular chains. */
const MAX_CAUSES = 32;

/** Requests the full error with this id from the server; undefined if the server no longer has it. */
export type FetchDetails = (errorId: string) => Promise<FetchErrorDetailsResponse | undefined>;

type ExceptionDetails = SparkExceptionDetails & {
  readonly queryId?: string | undefined;
  readonly runId?: string | undefined;
};
type ExceptionClass = new (message: string, details: ExceptionDetails) => SparkException;

/** The classes of this client for Spark's JVM classes. */
const CLASSES: ReadonlyMap<string, ExceptionClass> = new Map<string, ExceptionClass>([
  ["org.apache.spark.sql.catalyst.parser.ParseException", ParseException],
  ["org.apache.spark.sql.AnalysisException", AnalysisException],
  ["org.apache.spark.sql.streaming.StreamingQueryException", StreamingQueryException],
  ["org.apache.spark.api.python.PythonException", PythonException],
  ["org.apache.spark.SparkUnsupportedOperationException", UnsupportedOperationException],
  ["java.lang.UnsupportedOperationException", UnsupportedOperationException],
]);

/** The first class of this client that fits a list of JVM class names, which starts with the most specific. */
function classFor(classes: readonly string[]): ExceptionClass {
  for (const name of classes) {
    const known = CLASSES.get(name);
    if (known !== undefined) return known;
  }
  return SparkException;
}

/** The caller's information about the failed call. */
export interface CallContext {
  readonly endpoint: string;
  readonly sessionId: string;
  readonly attempts?: number;
  readonly elapsedMs?: number;
  /** Whether the call carried a token. */
  readonly hasToken?: boolean;
  readonly cause: unknown;
}

/** Converts a failed call into an error of this client, with the server's full chain of causes if available. */
export async function toSparkError(
  details: StatusDetails,
  context: CallContext,
  fetchDetails: FetchDetails,
): Promise<SparkError> {
  const lost = sessionError(details, context);
  if (lost !== undefined) return lost;
  const refused = connectionError(details, context);
  if (refused !== undefined) return refused;

  const full = details.errorId === undefined ? undefined : await fetchDetails(details.errorId);
  if (full?.rootErrorIdx !== undefined) {
    const chained = fromServerError(full.errors, full.rootErrorIdx, details, new Set());
    if (chained !== undefined) return chained;
  }
  // A Java Error, unlike an exception, reaches the client without a message.
  const message =
    details.message === "" || details.message === "Application error processing RPC"
      ? `Spark at ${context.endpoint} failed without a message. This happens when Java runs out of stack or memory, for example with a very deep plan. See the server's log.`
      : withFailureFirst(details.message.trimStart());
  return new (classFor(details.classes))(message, {
    ...queryIds(details.messageParameters),
    errorClass: details.errorClass,
    sqlState: details.sqlState,
    messageParameters: details.messageParameters,
    serverStackTrace: details.stackTrace,
    errorId: details.errorId,
    grpcStatus: details.code,
    serverClasses: details.classes,
    cause: context.cause,
  });
}

/** The error for a replaced session: the server restarted, or the id was released and reused. */
export function sessionChanged(sessionId: string, options?: ErrorOptions): SessionError {
  return new SessionError(
    "SESSION_CHANGED",
    `Session ${sessionId} was replaced on the server, which probably restarted. Its temporary views, configuration and queries are lost. Create a new session.`,
    sessionId,
    options,
  );
}

function sessionError(details: StatusDetails, context: CallContext): SessionError | undefined {
  const handle = handleError(details);
  const options = { cause: context.cause };
  switch (handle) {
    case "SESSION_CHANGED":
      return sessionChanged(context.sessionId, options);
    case "SESSION_CLOSED":
      return new SessionError(
        handle,
        `Session ${context.sessionId} was closed on the server, by a release or after its idle time. Its id cannot be used again. Create a new session.`,
        context.sessionId,
        options,
      );
    case "SESSION_NOT_FOUND":
      return new SessionError(
        handle,
        `The server does not know session ${context.sessionId}. Create a new session.`,
        context.sessionId,
        options,
      );
    case "OPERATION_NOT_FOUND":
    case "OPERATION_ABANDONED":
    case undefined:
      return undefined;
  }
}

function connectionError(details: StatusDetails, context: CallContext): SparkError | undefined {
  const at = context.endpoint;
  const attempts = context.attempts ?? 1;
  const make = (code: string, message: string): SparkConnectionError => {
    if (attempts === 1 || !isRetryable(details)) {
      return new SparkConnectionError(code, message, context);
    }
    const seconds = ((context.elapsedMs ?? 0) / 1000).toFixed(1);
    const tried = `${message} Tried ${attempts} times over ${seconds} s.`;
    return new RetriesExceededError(code, tried, context);
  };
  if (details.connectFailure !== undefined) {
    return make(details.connectFailure, connectFailureMessage(details.connectFailure, at));
  }
  const message = sentence(details.message);
  if (details.clientFailure !== undefined && !isOfSpark(details)) {
    return clientFailureError(details.clientFailure, message, context, make);
  }
  switch (details.code) {
    case GrpcStatus.UNAUTHENTICATED:
      return make(
        "UNAUTHENTICATED",
        context.hasToken === true
          ? `Spark at ${at} refused the token. Use the token that the server was started with (;token=… or SPARK_CONNECT_AUTHENTICATE_TOKEN).`
          : `Spark at ${at} requires a token. Pass the token that the server was started with: ;token=… in the connection string, token(), or SPARK_CONNECT_AUTHENTICATE_TOKEN.`,
      );
    case GrpcStatus.UNAVAILABLE:
      return make("UNAVAILABLE", `The connection to Spark at ${at} failed: ${message}`);
    case GrpcStatus.DEADLINE_EXCEEDED:
      return make(
        "DEADLINE_EXCEEDED",
        `Spark at ${at} accepted the call but did not answer in time. It may be overloaded. ${message}`,
      );
    case GrpcStatus.RESOURCE_EXHAUSTED:
      // An error of Spark itself with this status becomes a SparkException, like all its errors.
      return isOfSpark(details)
        ? undefined
        : make(
            "RESOURCE_EXHAUSTED",
            `Spark at ${at}, or a proxy in front of it, has reached a limit and refused the call. ${message}`,
          );
    case GrpcStatus.UNIMPLEMENTED:
      return new UnsupportedOperationException(
        `Spark at ${at} does not support this call. A newer version may. ${message}`,
        { grpcStatus: details.code, cause: context.cause },
      );
    default:
      return undefined;
  }
}

function clientFailureError(
  failure: ClientFailure,
  text: string,
  { endpoint, cause }: CallContext,
  make: (code: string, message: string) => SparkConnectionError,
): SparkError {
  const message = clientFailureMessage(failure, endpoint, text);
  switch (failure) {
    case "REQUEST_TOO_DEEP":
      return new ArgumentError("plan", message, { cause });
    case "REQUEST_NOT_WRITTEN":
    case "RESPONSE_NOT_READ":
      return new ProtocolError(failure, message, undefined, { cause });
    case "ENHANCE_YOUR_CALM":
    case "MESSAGE_TOO_LARGE":
    case "STREAM_BROKEN":
      return make(failure, message);
  }
}

/** Ends a text of Spark or grpc-js with a full stop. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** The ids of the query that a STREAM_FAILED error is about, from its parameters. */
function queryIds(
  parameters: Readonly<Record<string, string>> | undefined,
): Pick<ExceptionDetails, "queryId" | "runId"> {
  return { queryId: parameters?.["id"], runId: parameters?.["runId"] };
}

function fromServerError(
  errors: readonly ServerError[],
  index: number,
  details: StatusDetails,
  seen: Set<number>,
): SparkException | undefined {
  const error = errors[index];
  if (error === undefined || seen.has(index) || seen.size > MAX_CAUSES) return undefined;
  seen.add(index);
  const thrown = error.sparkThrowable;
  const cause =
    error.causeIdx === undefined
      ? undefined
      : fromServerError(errors, error.causeIdx, details, seen);
  // Spark starts the messages of its parser with a line break.
  const message = withFailureFirst(error.message.trimStart(), messagesOf(cause));
  return new (classFor(error.errorTypeHierarchy))(message, {
    ...queryIds(thrown?.messageParameters),
    errorClass: thrown?.errorClass,
    sqlState: thrown?.sqlState,
    messageParameters: thrown?.messageParameters,
    queryContexts: thrown?.queryContexts.filter(saysWhere).map((context): QueryContext => ({
      contextType: context.contextType === ContextType.DATAFRAME ? "dataframe" : "sql",
      objectType: context.objectType,
      objectName: context.objectName,
      startIndex: context.startIndex,
      stopIndex: context.stopIndex,
      fragment: context.fragment,
      callSite: context.callSite,
      summary: context.summary,
    })),
    serverStackTrace: stackTrace(error),
    errorId: details.errorId,
    grpcStatus: details.code,
    serverClasses: error.errorTypeHierarchy,
    cause,
  });
}

/** The messages of an error and its causes. */
function messagesOf(error: unknown): string[] {
  return error instanceof SparkException ? [error.message, ...messagesOf(error.cause)] : [];
}

/** Whether a context has any content: Spark also sends contexts with only empty fields. */
function saysWhere(context: ServerQueryContext): boolean {
  const { objectType, objectName, fragment, callSite, summary } = context;
  return [objectType, objectName, fragment, callSite, summary].some((text) => text.trim() !== "");
}

/** The stack trace in the JVM's format. */
function stackTrace(error: ServerError): string | undefined {
  if (error.stackTrace.length === 0) return undefined;
  const frames = error.stackTrace.map(
    (frame) =>
      `\tat ${frame.declaringClass}.${frame.methodName}(${frame.fileName ?? "Unknown Source"}:${frame.lineNumber})`,
  );
  return [`${error.errorTypeHierarchy[0] ?? ""}: ${error.message}`, ...frames].join("\n");
}
