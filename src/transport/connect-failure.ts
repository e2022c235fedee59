import { GrpcStatus } from "./grpc-status.js";

/** Why no Spark Connect server was reached: codes that callers may branch on. */
export type ConnectFailure =
  | "UNREACHABLE"
  | "CONNECTION_REFUSED"
  | "CONNECTION_CLOSED"
  | "HOST_NOT_FOUND"
  | "TLS_REQUIRED"
  | "TLS_NOT_SPOKEN"
  | "TLS_HANDSHAKE_FAILED"
  | "CERTIFICATE_EXPIRED"
  | "CERTIFICATE_NAME_MISMATCH"
  | "CERTIFICATE_UNTRUSTED"
  | "CLIENT_CERTIFICATE_REFUSED"
  | "NOT_SPARK_CONNECT"
  | "SERVER_NOT_READY"
  | "PROXY_FAILED"
  | "PERMISSION_DENIED";

/** What failed and what to do about it, by code; `at` is `host:port`. */
const MESSAGES: Readonly<Record<ConnectFailure, (at: string) => string>> = {
  UNREACHABLE: (at) =>
    `Nothing at ${at} answers a connection. Check host and port, and that no firewall drops the traffic.`,
  CONNECTION_REFUSED: (at) =>
    `The connection to ${at} was refused: nothing listens there. Start Spark Connect (its default port is 15002), or correct host and port.`,
  CONNECTION_CLOSED: (at) =>
    `${at} takes connections and closes them without an answer. Check that a Spark Connect server runs behind that port, and whether it wants TLS (;use_ssl=true) or a client certificate of a CA of its own.`,
  HOST_NOT_FOUND: (at) =>
    `The host of ${at} has no address. Check its spelling, and this machine's DNS.`,
  TLS_REQUIRED: (at) =>
    `The server at ${at} speaks TLS, but the connection is plaintext. Add ;use_ssl=true to the connection string, or call tls().`,
  TLS_NOT_SPOKEN: (at) =>
    `The server at ${at} does not speak TLS, but the connection asks for it. Connect to the port that has TLS, or, if the network is trusted, say ;use_ssl=false.`,
  TLS_HANDSHAKE_FAILED: (at) =>
    `The server at ${at} broke off the TLS handshake. Check the TLS versions it allows, and whether it wants a client certificate: tls({ cert, key }).`,
  CERTIFICATE_EXPIRED: (at) =>
    `The certificate of ${at} has expired, or is not valid yet. Renew it on the server, and check this machine's clock.`,
  CERTIFICATE_NAME_MISMATCH: (at) =>
    `The certificate of ${at} is made out to another name. Connect by a name it carries, or give that name: tls({ serverName }).`,
  CERTIFICATE_UNTRUSTED: (at) =>
    `The certificate of ${at} is not signed by a CA that is trusted here. Give the certificate of its CA: tls({ ca }).`,
  CLIENT_CERTIFICATE_REFUSED: (at) =>
    `The server at ${at} wants a client certificate, or refuses the one it got. Give one that it trusts: tls({ cert, key }).`,
  NOT_SPARK_CONNECT: (at) =>
    `What answers at ${at} is no Spark Connect server. Check the port: Spark Connect's default is 15002, not the one of Spark's web pages, its master or its Thrift server.`,
  SERVER_NOT_READY: (at) =>
    `A proxy at ${at} answers, but not the Spark Connect server behind it. Check that the server runs.`,
  PROXY_FAILED: (at) =>
    `The proxy on the way to ${at} is not reached, or refuses to go there. Check the proxy that grpc_proxy, https_proxy or http_proxy names, or list the host in no_proxy.`,
  PERMISSION_DENIED: (at) =>
    `A proxy at ${at} denies the call. Check the token, and the headers the proxy wants (unknown keys of the connection string are sent as headers).`,
};

/**
 * grpc-js reports every failed connection as UNAVAILABLE and keeps of the socket's error nothing but
 * its text, inside `details`: no code, no cause. So the text of Node and of OpenSSL is all there is to
 * tell an expired certificate from a closed port, and it is read here and nowhere else. A text that
 * matches nothing is passed on as it is.
 */
const TEXTS: readonly (readonly [RegExp, ConnectFailure])[] = [
  [/^Name resolution failed|ENOTFOUND|EAI_/, "HOST_NOT_FOUND"],
  [/ECONNREFUSED/, "CONNECTION_REFUSED"],
  [/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/, "UNREACHABLE"],
  [
    /alert (?:certificate|bad certificate|unknown ca|unsupported certificate|access denied)/,
    "CLIENT_CERTIFICATE_REFUSED",
  ],
  [/certificate has expired|certificate is not yet valid/, "CERTIFICATE_EXPIRED"],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, "CERTIFICATE_NAME_MISMATCH"],
  [
    /self[- ]signed certificate|verify the first certificate|get (?:local )?issuer certificate/,
    "CERTIFICATE_UNTRUSTED",
  ],
  [/no application protocol/, "NOT_SPARK_CONNECT"],
  [
    /wrong version number|http request|packet length too long|before secure TLS connection/,
    "TLS_NOT_SPOKEN",
  ],
  [/SSL routines/, "TLS_HANDSHAKE_FAILED"],
  [/Last error: Protocol error/, "NOT_SPARK_CONNECT"],
  [
    /Last error: .*(?:Failed to connect|ECONNRESET|EPIPE|Socket closed|Connection closed|socket hang up)/,
    "CONNECTION_CLOSED",
  ],
  // The one thing that grpc-js gives no reason for is a proxy of the environment that failed.
  [/Last error: undefined/, "PROXY_FAILED"],
  [/^Received HTTP status code (?:429|502|503|504)/, "SERVER_NOT_READY"],
];

/** What a failed call's status says about the connection; undefined where that is not what failed. */
export function connectFailure(code: number, text: string): ConnectFailure | undefined {
  switch (code) {
    case GrpcStatus.UNAVAILABLE:
      return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
    case GrpcStatus.DEADLINE_EXCEEDED:
      // grpc-js's word for a call that never got a connection to be sent on.
      return text.includes("Waiting for LB pick") ? "UNREACHABLE" : undefined;
    case GrpcStatus.PERMISSION_DENIED:
      return text.startsWith("Received HTTP status code") ? "PERMISSION_DENIED" : undefined;
    default:
      return undefined;
  }
}

export function connectFailureMessage(failure: ConnectFailure, endpoint: string): string {
  return MESSAGES[failure](endpoint);
}

/**
 * What a server's first answer, a failure, says. Until a server has answered, a connection that breaks
 * may be one of a wrong kind; later it is only broken, and worth a retry.
 */
export async function firstContactFailure(
  code: number,
  text: string,
  speaksTls: () => Promise<boolean>,
): Promise<ConnectFailure | undefined> {
  // No Spark lacks the first call; and the letters of a web page make the length of a huge message.
  if (code === GrpcStatus.UNIMPLEMENTED) return "NOT_SPARK_CONNECT";
  if (code === GrpcStatus.RESOURCE_EXHAUSTED && text.startsWith("Received message larger")) {
    return "NOT_SPARK_CONNECT";
  }
  const failure = connectFailure(code, text) ?? webFailure(code, text);
  const unclear = failure === "CONNECTION_CLOSED" || failure === "NOT_SPARK_CONNECT";
  return unclear && (await speaksTls()) ? "TLS_REQUIRED" : failure;
}

/** An HTTP/2 server that is not a gRPC one; 401 stays what it is, a wrong token. */
function webFailure(code: number, text: string): ConnectFailure | undefined {
  if (code === GrpcStatus.UNAUTHENTICATED) return undefined;
  return text.startsWith("Received HTTP status code") ? "NOT_SPARK_CONNECT" : undefined;
}

/** Failures that trying again soon cannot mend. */
const DEFINITE: ReadonlySet<ConnectFailure> = new Set<ConnectFailure>([
  "HOST_NOT_FOUND",
  "TLS_REQUIRED",
  "TLS_NOT_SPOKEN",
  "TLS_HANDSHAKE_FAILED",
  "CERTIFICATE_EXPIRED",
  "CERTIFICATE_NAME_MISMATCH",
  "CERTIFICATE_UNTRUSTED",
  "CLIENT_CERTIFICATE_REFUSED",
  "NOT_SPARK_CONNECT",
  "PERMISSION_DENIED",
]);

/** Whether a first connection that failed so is given up at once. */
export function isDefinite(failure: ConnectFailure | undefined): boolean {
  return failure !== undefined && DEFINITE.has(failure);
}
