import { GrpcStatus } from "./grpc-status.js";

/** Why a call failed in the client or on the network, without an answer of Spark. */
export type ClientFailure =
  | "ENHANCE_YOUR_CALM"
  | "MESSAGE_TOO_LARGE"
  | "REQUEST_TOO_DEEP"
  | "REQUEST_NOT_WRITTEN"
  | "RESPONSE_NOT_READ"
  | "STREAM_BROKEN";

/**
 * grpc-js gives such a failure the same status codes as a server's answer, so only its text identifies it.
 * Servers based on grpc-java or on gRPC's C core have other texts for two of the failures.
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

/** The codes that grpc-js uses for these failures. connect-failure.ts reads other codes. */
const CODES: ReadonlySet<number> = new Set([
  GrpcStatus.CANCELLED,
  GrpcStatus.UNKNOWN,
  GrpcStatus.RESOURCE_EXHAUSTED,
  GrpcStatus.INTERNAL,
]);

/** The client-side failure that a status stands for; undefined if the server answered. */
export function clientFailure(code: number, text: string): ClientFailure | undefined {
  if (!CODES.has(code)) return undefined;
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}

/**
 * Whether a server or proxy reset only this stream, with NO_ERROR (0) or INTERNAL_ERROR (2) and without a status.
 * A proxy does this when its time limit is over or it lost the server behind it. With another code, or if Node
 * itself found the fault, the next stream would end in the same way.
 */
export function isCutStream(text: string): boolean {
  return /^Received RST_STREAM with code [02](?:$| \()/.test(text);
}

/**
 * The message for such a failure.
 *
 * @param at `host:port`
 * @param text grpc-js's text, as a sentence
 */
export function clientFailureMessage(failure: ClientFailure, at: string, text: string): string {
  switch (failure) {
    case "ENHANCE_YOUR_CALM":
      return `Spark at ${at}, or a proxy in front of it, closed the connection because this client sends more requests or pings than allowed. If keepalive is on, raise its timeMs: by default a gRPC server allows one ping in 5 minutes. ${text}`;
    case "MESSAGE_TOO_LARGE":
      return `A message to or from Spark at ${at} is larger than allowed. Raise ;grpc_max_message_size=… in the connection string, and spark.connect.grpc.maxInboundMessageSize on the server. ${text}`;
    case "REQUEST_TOO_DEEP":
      return "The request was not sent because its plan, or an expression in it, is nested too deeply to be encoded. Register the query so far with createOrReplaceTempView() and continue from spark.table(), or build the expression with fewer levels.";
    case "REQUEST_NOT_WRITTEN":
      return `The request to Spark at ${at} could not be encoded or sent. ${text}`;
    case "RESPONSE_NOT_READ":
      return `The answer of Spark at ${at} could not be decoded. ${text}`;
    case "STREAM_BROKEN":
      return `The call to Spark at ${at} ended without an answer. A proxy in between may have cut it. ${text}`;
  }
}
