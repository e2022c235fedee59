import { fromBinary } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import type { ServiceError } from "@grpc/grpc-js";
import {
  ErrorInfoSchema,
  RetryInfoSchema,
  type ErrorInfo,
  type RetryInfo,
} from "../gen/google/rpc/error_details_pb.js";
import { StatusSchema } from "../gen/google/rpc/status_pb.js";
import { clientFailure, isCutStream, type ClientFailure } from "./client-failure.js";
import {
  connectFailure,
  firstContactFailure,
  isDefinite,
  type ConnectFailure,
} from "./connect-failure.js";
import { GrpcStatus, statusName } from "./grpc-status.js";

/** The parsed trailers of a failed call. */
export interface StatusDetails {
  readonly code: number;
  readonly message: string;
  readonly errorClass?: string | undefined;
  readonly sqlState?: string | undefined;
  readonly messageParameters?: Readonly<Record<string, string>> | undefined;
  readonly errorId?: string | undefined;
  readonly stackTrace?: string | undefined;
  /** JVM classes, most specific first. */
  readonly classes: readonly string[];
  /** The pause that the server requests. If it is set, the call may be retried. */
  readonly retryDelayMs?: number | undefined;
  /** Why the connection failed, if it did. */
  readonly connectFailure?: ConnectFailure | undefined;
  /** Why the call got no answer although the connection works. */
  readonly clientFailure?: ClientFailure | undefined;
  /** The server has never answered, and a retry cannot help. */
  readonly isRefused?: boolean | undefined;
}

/** Whether a thrown value is a failed gRPC call. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error && "details" in error;
}

/** Parses `grpc-status-details-bin`. If it is damaged, only the code and the message remain. */
export function statusDetails(error: ServiceError): StatusDetails {
  let info: ErrorInfo | undefined;
  let retry: RetryInfo | undefined;
  let message = error.details;
  try {
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    if (bytes instanceof Uint8Array) {
      const status = fromBinary(StatusSchema, bytes);
      if (status.message !== "") message = status.message;
      for (const detail of status.details) {
        info ??= anyUnpack(detail, ErrorInfoSchema);
        retry ??= anyUnpack(detail, RetryInfoSchema);
      }
    }
  } catch {
    // If the trailer is truncated, report gRPC's code and message.
  }
  const metadata = info?.metadata ?? {};
  return {
    code: error.code,
    message,
    errorClass: metadata["errorClass"],
    sqlState: metadata["sqlState"],
    messageParameters: stringRecord(metadata["messageParameters"]),
    errorId: metadata["errorId"],
    stackTrace: metadata["stackTrace"],
    classes: stringList(metadata["classes"]),
    retryDelayMs: retry === undefined ? undefined : delayMs(retry),
    connectFailure: connectFailure(error.code, error.details),
    clientFailure: clientFailure(error.code, error.details),
  };
}

/** Like statusDetails(), before the server's first answer: a failure may mean a wrong kind of server. */
export async function firstContactDetails(
  error: ServiceError,
  speaksTls: () => Promise<boolean>,
): Promise<StatusDetails> {
  const details = statusDetails(error);
  const failure = await firstContactFailure(error.code, error.details, speaksTls);
  const isRefused = isDefinite(failure) || details.clientFailure === "STREAM_BROKEN";
  return { ...details, connectFailure: failure, isRefused };
}

function delayMs(retry: RetryInfo): number {
  const delay = retry.retryDelay;
  return delay === undefined ? 0 : Number(delay.seconds) * 1000 + delay.nanos / 1e6;
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function stringList(text: string | undefined): string[] {
  const value = parsed(text);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function stringRecord(text: string | undefined): Record<string, string> | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const texts = Object.entries(value).map(([key, item]: [string, unknown]) => [
    key,
    typeof item === "string" ? item : JSON.stringify(item),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The INVALID_HANDLE errors that need special handling. */
export type HandleError =
  | "OPERATION_NOT_FOUND"
  | "SESSION_NOT_FOUND"
  | "SESSION_CHANGED"
  | "SESSION_CLOSED"
  | "OPERATION_ABANDONED";

const HANDLE_ERRORS: readonly HandleError[] = [
  "OPERATION_NOT_FOUND",
  "SESSION_NOT_FOUND",
  "SESSION_CHANGED",
  "SESSION_CLOSED",
  "OPERATION_ABANDONED",
];

/** Which INVALID_HANDLE error this is, if it is one. */
export function handleError(details: StatusDetails): HandleError | undefined {
  return HANDLE_ERRORS.find((name) => isCondition(details, `INVALID_HANDLE.${name}`));
}

/**
 * Whether Spark reported this error condition. ErrorInfo contains the condition, unless the parameters did
 * not fit into the trailer. Then only the message has it, as `[CONDITION]`.
 */
function isCondition(details: StatusDetails, condition: string): boolean {
  if (details.errorClass !== undefined) return details.errorClass === condition;
  return details.message.includes(`[${condition}]`);
}

/** Whether Spark itself reported the failure. */
export function isOfSpark({ classes, errorClass }: StatusDetails): boolean {
  return classes.length > 0 || errorClass !== undefined;
}

/**
 * Whether to retry a call: if PySpark's default policy does, if the server closed the connection because of pings
 * (which PySpark's gRPC library reports as UNAVAILABLE), or if a proxy cut the stream.
 */
export function isRetryable(details: StatusDetails): boolean {
  if (details.isRefused === true) return false;
  if (details.code === GrpcStatus.UNAVAILABLE) return true;
  if (details.clientFailure === "ENHANCE_YOUR_CALM") return true;
  if (details.retryDelayMs !== undefined) return true;
  if (details.clientFailure === "STREAM_BROKEN" && isCutStream(details.message)) {
    return !isOfSpark(details);
  }
  return (
    details.code === GrpcStatus.INTERNAL && isCondition(details, "INVALID_CURSOR.DISCONNECTED")
  );
}

/** The longest reason in a log line. A proxy may put a whole page into its message. */
const LONGEST_REASON = 200;

/** Why a call failed, for logs. Messages of Spark may quote the query, so Spark's errors appear by name only. */
export function retryReason(details: StatusDetails): { status: string; reason: string } {
  const { code, classes, errorClass, message } = details;
  const reason = isOfSpark(details)
    ? (errorClass ?? classes[0] ?? "")
    : (message.split("\n", 1)[0] ?? "").replace(/\b(bearer\s+|token=)[^\s;]+/gi, "$1***");
  return { status: statusName(code), reason: reason.slice(0, LONGEST_REASON) };
}
