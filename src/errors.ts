/**
 * Every error this client throws. An `…Exception` reports a failure in Spark and has the name of Spark's
 * own class. An `…Error` reports a failure that this client found.
 *
 * ```
 * SparkError { code }
 * ├─ SparkException { errorClass, sqlState, messageParameters, serverStackTrace, errorId, grpcStatus }
 * │  ├─ AnalysisException ─ ParseException
 * │  ├─ PythonException
 * │  ├─ UnsupportedOperationException
 * │  └─ StreamingQueryException { queryId, runId }
 * ├─ SparkConnectionError { endpoint, attempts, elapsedMs } ─ RetriesExceededError
 * ├─ SessionError { sessionId }        the server lost or replaced the session: make a new one
 * ├─ ProtocolError { operationId }     the server's answers broke the protocol
 * ├─ DecodeError { column, arrowType } a value or type that cannot be decoded without loss
 * ├─ ResultTooLargeError { rows, bytes } a result that a method does not hold in memory
 * ├─ ArgumentError { argument }        thrown before any I/O
 * │  └─ CaptureError { path }      a function that cannot run on the cluster
 * └─ LocalSparkError { exitCode, logTail }
 * ```
 *
 * Callers branch on the class, `code` or `errorClass`, never on message text.
 */

import { showCallSite } from "./call-site.js";

/** Marks our classes, so that `instanceof` also works between two copies of this package. */
const BRAND = Symbol.for("sparktide.error");

/** Class names from the error's own class up to SparkError. */
function classNames(error: object): string[] {
  const names: string[] = [];
  let prototype = Object.getPrototypeOf(error) as object;
  while (prototype !== Error.prototype) {
    names.push(prototype.constructor.name);
    prototype = Object.getPrototypeOf(prototype) as object;
  }
  return names;
}

function brandOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || !(BRAND in value)) return [];
  return value[BRAND] as readonly string[];
}

/** The base class of all errors. Its `code` is stable and machine-readable. */
export class SparkError extends Error {
  override readonly name: string = "SparkError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, BRAND, { value: classNames(this) });
    showCallSite(this, new.target);
  }

  /** Makes `instanceof` also true for errors of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return brandOf(value).includes(this.name);
  }
}

/** The place of the error in a query, as Spark reports it. */
export interface QueryContext {
  readonly contextType: "sql" | "dataframe";
  readonly objectType: string;
  readonly objectName: string;
  readonly startIndex: number;
  readonly stopIndex: number;
  readonly fragment: string;
  readonly callSite: string;
  readonly summary: string;
}

/** The server's details of a failure. */
export interface SparkExceptionDetails {
  /** Spark's error condition, e.g. `TABLE_OR_VIEW_NOT_FOUND`. */
  readonly errorClass?: string | undefined;
  readonly sqlState?: string | undefined;
  readonly messageParameters?: Readonly<Record<string, string>> | undefined;
  readonly queryContexts?: readonly QueryContext[] | undefined;
  /** The JVM's stack trace, if the server sends it. */
  readonly serverStackTrace?: string | undefined;
  /** The server's id of this error, for its logs. */
  readonly errorId?: string | undefined;
  /** Numeric gRPC status code of the answer. */
  readonly grpcStatus?: number | undefined;
  /** JVM class names, most specific first. */
  readonly serverClasses?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** The request failed in Spark. Thrown directly when the server's error class has no subclass here. */
export class SparkException extends SparkError {
  override readonly name: string = "SparkException";
  readonly errorClass: string | undefined;
  readonly sqlState: string | undefined;
  readonly messageParameters: Readonly<Record<string, string>>;
  readonly queryContexts: readonly QueryContext[];
  declare readonly serverStackTrace: string | undefined;
  readonly errorId: string | undefined;
  readonly grpcStatus: number | undefined;
  readonly serverClasses: readonly string[];

  constructor(message: string, details: SparkExceptionDetails = {}) {
    super(
      details.errorClass ?? "SPARK_EXCEPTION",
      message,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.errorClass = details.errorClass;
    this.sqlState = details.sqlState;
    this.messageParameters = details.messageParameters ?? {};
    this.queryContexts = details.queryContexts ?? [];
    // Node does not print getters: hundreds of lines would push the message off the screen.
    Object.defineProperty(this, "serverStackTrace", {
      get: () => details.serverStackTrace,
      enumerable: true,
    });
    this.errorId = details.errorId;
    this.grpcStatus = details.grpcStatus;
    this.serverClasses = details.serverClasses ?? [];
  }
}

/** Spark could not analyse the plan, for example because of an unknown table, column, function or type. */
export class AnalysisException extends SparkException {
  override readonly name: string = "AnalysisException";
}

/** Spark's parser refused SQL text or a schema string. */
export class ParseException extends AnalysisException {
  override readonly name: string = "ParseException";
}

/** Python code on the server failed; the message holds the worker's traceback. */
export class PythonException extends SparkException {
  override readonly name: string = "PythonException";
}

/**
 * A function or a data source in TypeScript failed on the cluster. `errorClass` is JAVASCRIPT_FUNCTION_FAILED if it
 * threw: then `cause` is an error with the name, the message and the stack of what it threw. Otherwise its process
 * ended: JAVASCRIPT_TIMEOUT, JAVASCRIPT_OUT_OF_MEMORY, JAVASCRIPT_PROCESS_ENDED; or could not start.
 */
export class JavaScriptFunctionError extends SparkException {
  override readonly name: string = "JavaScriptFunctionError";
  /** The name of the function or of the class. */
  readonly functionName: string | undefined;
  /** The row of the partition that the function failed at, from 0. */
  readonly row: number | undefined;
  /** The number of the partition, from 0. */
  readonly partition: number | undefined;

  constructor(
    message: string,
    details: SparkExceptionDetails & {
      readonly functionName?: string | undefined;
      readonly row?: number | undefined;
      readonly partition?: number | undefined;
    } = {},
  ) {
    super(message, details);
    this.functionName = details.functionName;
    this.row = details.row;
    this.partition = details.partition;
  }
}

/** The server does not support the requested operation. */
export class UnsupportedOperationException extends SparkException {
  override readonly name: string = "UnsupportedOperationException";
}

/** A streaming query failed. */
export class StreamingQueryException extends SparkException {
  override readonly name: string = "StreamingQueryException";
  readonly queryId: string | undefined;
  readonly runId: string | undefined;

  constructor(
    message: string,
    details: SparkExceptionDetails & {
      readonly queryId?: string | undefined;
      readonly runId?: string | undefined;
    } = {},
  ) {
    super(message, details);
    this.queryId = details.queryId;
    this.runId = details.runId;
  }
}

/** The client could not reach the server, or the server refused the connection or the credentials. */
export class SparkConnectionError extends SparkError {
  override readonly name: string = "SparkConnectionError";
  /** `host:port`, without credentials. */
  readonly endpoint: string;
  readonly attempts: number;
  readonly elapsedMs: number;

  constructor(
    code: string,
    message: string,
    details: {
      readonly endpoint: string;
      readonly attempts?: number;
      readonly elapsedMs?: number;
      readonly cause?: unknown;
    },
  ) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.endpoint = details.endpoint;
    this.attempts = details.attempts ?? 1;
    this.elapsedMs = details.elapsedMs ?? 0;
  }
}

/** All retries that the policy allows failed; `cause` is the last failure. */
export class RetriesExceededError extends SparkConnectionError {
  override readonly name: string = "RetriesExceededError";
}

/** The session was closed, or the server lost or replaced it. Create a new session. */
export class SessionError extends SparkError {
  override readonly name: string = "SessionError";
  readonly sessionId: string;

  constructor(code: string, message: string, sessionId: string, options?: ErrorOptions) {
    super(code, message, options);
    this.sessionId = sessionId;
  }
}

/** The server's answers broke the protocol's contract; the result must not be trusted. */
export class ProtocolError extends SparkError {
  override readonly name: string = "ProtocolError";
  readonly operationId: string | undefined;

  constructor(code: string, message: string, operationId?: string, options?: ErrorOptions) {
    super(code, message, options);
    this.operationId = operationId;
  }
}

/** A column has a type or a value that cannot be decoded as requested without loss. */
export class DecodeError extends SparkError {
  override readonly name: string = "DecodeError";
  readonly column: string;
  readonly arrowType: string;

  constructor(
    code: string,
    message: string,
    details: { readonly column: string; readonly arrowType: string; readonly cause?: unknown },
  ) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.column = details.column;
    this.arrowType = details.arrowType;
  }
}

/**
 * A method that holds all rows in memory stopped, because the result is beyond `maxRows` or `maxBytes`, or does not fit
 * into Node's heap. `toLocalIterator()` and `toReadable()` hold few rows and have no limit.
 */
export class ResultTooLargeError extends SparkError {
  override readonly name: string = "ResultTooLargeError";
  /** Rows that had arrived. */
  readonly rows: number;
  /** Bytes of Arrow data that had arrived. */
  readonly bytes: number;

  constructor(message: string, details: { readonly rows: number; readonly bytes: number }) {
    super("RESULT_TOO_LARGE", message);
    this.rows = details.rows;
    this.bytes = details.bytes;
  }
}

/** The client refused an argument, before any I/O. */
export class ArgumentError extends SparkError {
  override readonly name: string = "ArgumentError";
  /** The argument's name, as the caller wrote it. */
  readonly argument: string;

  constructor(argument: string, message: string, options?: ErrorOptions) {
    super("INVALID_ARGUMENT", message, options);
    this.argument = argument;
  }
}

/**
 * A function or class cannot be sent to the cluster, because it uses something that cannot travel. The client finds this
 * before it sends anything.
 */
export class CaptureError extends ArgumentError {
  override readonly name: string = "CaptureError";
  override readonly code: string = "NOT_CAPTURABLE";
  /** Where it is: the function, then the variables that lead to it: `slug → helpers.table → cache`. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super("function", message, options);
    this.path = path;
  }
}

/** Local Spark could not be installed or started, or it ended by itself. */
export class LocalSparkError extends SparkError {
  override readonly name: string = "LocalSparkError";
  /** Exit code of the failed program; undefined if no program ended. */
  readonly exitCode: number | undefined;
  /** The last lines that the program wrote. */
  readonly logTail: string;

  constructor(
    code: string,
    message: string,
    details: {
      readonly exitCode?: number | undefined;
      readonly logTail?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.exitCode = details.exitCode;
    this.logTail = details.logTail ?? "";
  }
}
