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
import { GrpcStatus } from "./grpc-status.js";

/** What a failed call's trailers say, taken apart. */
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
  /** The server asks to wait this long; its presence alone makes the call retryable. */
  readonly retryDelayMs?: number | undefined;
  /** Why there is no connection, where that is what failed. */
  readonly connectFailure?: ConnectFailure | undefined;
  /** Why the call got no answer of the server, where the connection itself holds. */
  readonly clientFailure?: ClientFailure | undefined;
  /** The server has never answered, and trying again cannot help. */
  readonly isRefused?: boolean | undefined;
}

/** Whether a thrown value is a failed gRPC call. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "metadata" in error && "details" in error;
}

/** Reads `grpc-status-details-bin`; damaged details leave only the code and the message. */
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
    // A truncated trailer still leaves gRPC's own code and message, which are reported.
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

/** The same before the server's first answer, when a failure can mean that it is the wrong server. */
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

/** The handle errors that Spark Connect's session and operation logic turns on. */
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
 * Whether Spark named this error condition. Its class is in ErrorInfo, except when the parameters
 * did not fit the trailer: then only the message's leading `[CONDITION]` tells.
 */
function isCondition(details: StatusDetails, condition: string): boolean {
  if (details.errorClass !== undefined) return details.errorClass === condition;
  return details.message.includes(`[${condition}]`);
}

/** Whether Spark itself reports the failure, with details of its own. */
export function isOfSpark({ classes, errorClass }: StatusDetails): boolean {
  return classes.length > 0 || errorClass !== undefined;
}

/**
 * Whether to try this call again: where PySpark's default policy does; where the server closed the connection
 * over its pings, which gRPC's C core under PySpark reports as UNAVAILABLE; and where a proxy cut the stream.
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
