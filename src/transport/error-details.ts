import { status as GrpcStatus } from "@grpc/grpc-js";
import {
  AnalysisException,
  ParseException,
  PythonException,
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
} from "../gen/spark/connect/base_pb.js";
import { handleError, type StatusDetails } from "./status.js";

/** Asks the server for the whole error behind an id; undefined where it no longer has it. */
export type FetchDetails = (errorId: string) => Promise<FetchErrorDetailsResponse | undefined>;

type ExceptionClass = new (message: string, details: SparkExceptionDetails) => SparkException;

/** Spark's JVM classes that have a class of their own here; PythonException is Spark's since 3.0. */
const CLASSES: Readonly<Record<string, ExceptionClass>> = {
  "org.apache.spark.sql.catalyst.parser.ParseException": ParseException,
  "org.apache.spark.sql.AnalysisException": AnalysisException,
  "org.apache.spark.sql.streaming.StreamingQueryException": StreamingQueryException,
  "org.apache.spark.api.python.PythonException": PythonException,
  "org.apache.spark.SparkUnsupportedOperationException": UnsupportedOperationException,
  "java.lang.UnsupportedOperationException": UnsupportedOperationException,
};

/** The most specific class of ours for a chain of JVM class names, most specific first. */
function classFor(classes: readonly string[]): ExceptionClass {
  for (const name of classes) {
    const known = CLASSES[name];
    if (known !== undefined) return known;
  }
  return SparkException;
}

/** What the caller knows about the failed call. */
export interface CallContext {
  readonly endpoint: string;
  readonly sessionId: string;
  readonly attempts?: number;
  readonly elapsedMs?: number;
  readonly cause: unknown;
}

/** Turns a failed call into this client's error tree, with the server's full chain where it gives one. */
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
  return new (classFor(details.classes))(details.message, {
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

/** The server runs another session under this id: it restarted, or the id was released and reused. */
export function sessionChanged(sessionId: string, options?: ErrorOptions): SessionError {
  return new SessionError(
    "SESSION_CHANGED",
    `Session ${sessionId} was replaced on the server, which probably restarted: temporary views, configuration and queries are gone. Make a new session.`,
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
        `Session ${context.sessionId} was closed on the server, by a release or after its idle time; its id cannot be used again. Make a new session.`,
        context.sessionId,
        options,
      );
    case "SESSION_NOT_FOUND":
      return new SessionError(
        handle,
        `The server does not know session ${context.sessionId}. Make a new session.`,
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
  const make = (code: string, message: string): SparkConnectionError =>
    new SparkConnectionError(code, message, context);
  switch (details.code) {
    case GrpcStatus.UNAUTHENTICATED:
      return make(
        "UNAUTHENTICATED",
        `Spark at ${at} refused the token, or none was sent. Give the token the server was started with (;token=… or SPARK_CONNECT_AUTHENTICATE_TOKEN).`,
      );
    case GrpcStatus.UNAVAILABLE:
      return make("UNAVAILABLE", `No Spark Connect server answers at ${at}: ${details.message}`);
    case GrpcStatus.DEADLINE_EXCEEDED:
      return make("DEADLINE_EXCEEDED", `Spark at ${at} did not answer in time: ${details.message}`);
    case GrpcStatus.RESOURCE_EXHAUSTED:
      return make(
        "MESSAGE_TOO_LARGE",
        `A message to or from Spark at ${at} is larger than allowed: ${details.message}`,
      );
    case GrpcStatus.UNIMPLEMENTED:
      return new UnsupportedOperationException(
        `The server at ${at} does not offer this call: it is no Spark Connect server, or too old a one. ${details.message}`,
        { grpcStatus: details.code, cause: context.cause },
      );
    default:
      return undefined;
  }
}

function fromServerError(
  errors: readonly ServerError[],
  index: number,
  details: StatusDetails,
  seen: Set<number>,
): SparkException | undefined {
  const error = errors[index];
  if (error === undefined || seen.has(index)) return undefined;
  seen.add(index);
  const thrown = error.sparkThrowable;
  const cause =
    error.causeIdx === undefined
      ? undefined
      : fromServerError(errors, error.causeIdx, details, seen);
  return new (classFor(error.errorTypeHierarchy))(error.message, {
    errorClass: thrown?.errorClass,
    sqlState: thrown?.sqlState,
    messageParameters: thrown?.messageParameters,
    queryContexts: thrown?.queryContexts.map((context): QueryContext => ({
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

/** The JVM's stack trace in the JVM's own words. */
function stackTrace(error: ServerError): string | undefined {
  if (error.stackTrace.length === 0) return undefined;
  const frames = error.stackTrace.map(
    (frame) =>
      `\tat ${frame.declaringClass}.${frame.methodName}(${frame.fileName ?? "Unknown Source"}:${frame.lineNumber})`,
  );
  return [`${error.errorTypeHierarchy[0] ?? ""}: ${error.message}`, ...frames].join("\n");
}
