import { GrpcStatus } from "./grpc-status.js";

/** Why a call failed on this side of the connection, or on the way: no Spark has answered it. */
export type ClientFailure =
  | "ENHANCE_YOUR_CALM"
  | "MESSAGE_TOO_LARGE"
  | "REQUEST_TOO_DEEP"
  | "REQUEST_NOT_WRITTEN"
  | "RESPONSE_NOT_READ"
  | "STREAM_BROKEN";

/**
 * grpc-js gives such a failure the same status codes as a server's answer, so its text alone tells them
 * apart. Servers written with grpc-java and with gRPC's C core have texts of their own for two of them.
 */
const TEXTS: readonly (readonly [RegExp, ClientFailure])[] = [
  [/^Bandwidth exhausted or memory limit exceeded$|too[_ ]many[_ ]pings/i, "ENHANCE_YOUR_CALM"],
  [
    /^(?:Received message (?:larger than max|that decompresses to a size larger)|Attempted to send message with a size larger)/,
    "MESSAGE_TOO_LARGE",
  ],
  [/gRPC message exceeds maximum size|Sent message larger than max/i, "MESSAGE_TOO_LARGE"],
  [
    /^Request message serialization failure: (?:Maximum call stack|.*recursion)/,
    "REQUEST_TOO_DEEP",
  ],
  [/^Request message serialization failure|^Write (?:error|failed)/, "REQUEST_NOT_WRITTEN"],
  [
    /^(?:Response message parsing error|Failed to decompress|No message received|Too many responses received)/,
    "RESPONSE_NOT_READ",
  ],
  [
    /^(?:Received RST_STREAM with code|Received HTTP status code|Failed to start HTTP\/2 stream|No status information received|Call cancelled)/,
    "STREAM_BROKEN",
  ],
];

/** The codes that grpc-js gives a failure of its own; the rest are read elsewhere. */
const CODES: ReadonlySet<number> = new Set([
  GrpcStatus.CANCELLED,
  GrpcStatus.UNKNOWN,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.INTERNAL,
]);

/** Which failure of the client's side a status stands for; undefined where the server has answered. */
export function clientFailure(code: number, text: string): ClientFailure | undefined {
  if (!CODES.has(code)) return undefined;
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * Whether a server or a proxy ended the call's stream alone, with NO_ERROR (0) or INTERNAL_ERROR (2), and without
 * a status: what a proxy does when its own time limit is over, or when it lost the server behind it. With another
 * code, or where Node itself found the fault, the next stream would end the same way.
 */
export function isCutStream(text: string): boolean {
  return /^Received RST_STREAM with code [02](?:$| \()/.test(text);
}

/**
 * What to say of such a failure.
 *
 * @param at `host:port`
 * @param text grpc-js's own words, as a sentence
 */
export function clientFailureMessage(failure: ClientFailure, at: string, text: string): string {
  switch (failure) {
    case "ENHANCE_YOUR_CALM":
      return `Spark at ${at}, or a proxy in front of it, closed the connection because this client sends more than it allows. If keepalive is on, raise its timeMs: a gRPC server allows one ping in 5 minutes unless it is configured otherwise. ${text}`;
    case "MESSAGE_TOO_LARGE":
      return `A message to or from Spark at ${at} is larger than allowed (;grpc_max_message_size=… here, spark.connect.grpc.maxInboundMessageSize there). ${text}`;
    case "REQUEST_TOO_DEEP":
      return "The request was not sent: its plan, or an expression in it, is nested too deeply to be written. Name the query so far with createOrReplaceTempView() and continue from spark.table(), or build the expression from fewer levels.";
    case "REQUEST_NOT_WRITTEN":
      return `The request to Spark at ${at} could not be written. ${text}`;
    case "RESPONSE_NOT_READ":
      return `The answer of Spark at ${at} could not be read. ${text}`;
    case "STREAM_BROKEN":
      return `The call to Spark at ${at} ended without an answer; a proxy on the way may have cut it. ${text}`;
  }
}
