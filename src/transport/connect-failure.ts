import { GrpcStatus } from "./grpc-status.js";

/** Why the client could not reach a Spark Connect server. Callers may branch on these codes. */
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

/** The message for each code: what failed and what to do. `at` is `host:port`. */
const MESSAGES: Readonly<Record<ConnectFailure, (at: string) => string>> = {
  UNREACHABLE: (at) =>
    `${at} does not answer. Check host and port, that no firewall drops the traffic, and that the server is not overloaded.`,
  CONNECTION_REFUSED: (at) =>
    `The connection to ${at} was refused because no server listens there. Start Spark Connect (its default port is 15002), or correct host and port.`,
  CONNECTION_CLOSED: (at) =>
    `${at} accepts connections and closes them without an answer. Check that a Spark Connect server runs at that port, and whether it requires TLS (;use_ssl=true) or a client certificate: tls({ cert, key }).`,
  HOST_NOT_FOUND: (at) =>
    `The host of ${at} has no IP address. Check its spelling, and this machine's DNS.`,
  TLS_REQUIRED: (at) =>
    `The server at ${at} speaks TLS, but the connection is plaintext. Add ;use_ssl=true to the connection string, or call tls().`,
  TLS_NOT_SPOKEN: (at) =>
    `The server at ${at} does not speak TLS, but the connection requires it. Connect to a port with TLS, or set ;use_ssl=false if the network is trusted.`,
  TLS_HANDSHAKE_FAILED: (at) =>
    `The server at ${at} aborted the TLS handshake. Check the TLS versions it allows, and whether it requires a client certificate: tls({ cert, key }).`,
  CERTIFICATE_EXPIRED: (at) =>
    `The certificate of ${at} has expired or is not valid yet. Renew it on the server, and check this machine's clock.`,
  CERTIFICATE_NAME_MISMATCH: (at) =>
    `The certificate of ${at} was issued for another name. Connect with a name in the certificate, or set that name with tls({ serverName }).`,
  CERTIFICATE_UNTRUSTED: (at) =>
    `The certificate of ${at} is not signed by a CA that this machine trusts. Pass the certificate of its CA: tls({ ca }).`,
  CLIENT_CERTIFICATE_REFUSED: (at) =>
    `The server at ${at} requires a client certificate, or refused the given one. Pass a certificate that it trusts: tls({ cert, key }).`,
  NOT_SPARK_CONNECT: (at) =>
    `The server at ${at} is not a Spark Connect server. Check the port: Spark Connect's default is 15002. Spark's web interface, master and Thrift server have other ports.`,
  SERVER_NOT_READY: (at) =>
    `The proxy at ${at} answers, but the Spark Connect server behind it does not. Check that the server runs.`,
  PROXY_FAILED: (at) =>
    `The client cannot reach the proxy for ${at}, or the proxy refuses to connect there. Check the proxy in grpc_proxy, https_proxy or http_proxy, or add the host to no_proxy.`,
  PERMISSION_DENIED: (at) =>
    `A proxy at ${at} denied the call. Check the token, and the headers that the proxy requires (unknown keys of the connection string are sent as headers).`,
};

/**
 * grpc-js reports every failed connection as UNAVAILABLE. It keeps only the text of the socket's error, in
 * `details`, without a code or cause. So only the text of Node or OpenSSL distinguishes an expired
 * certificate from a closed port, and only this file reads it. An unknown text is reported unchanged.
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
  // grpc-js gives no reason only if a proxy of the environment failed.
  [/Last error: undefined/, "PROXY_FAILED"],
  [/^Received HTTP status code (?:429|502|503|504)/, "SERVER_NOT_READY"],
];

/** The connection failure that a failed call's status stands for; undefined if the connection did not fail. */
export function connectFailure(code: number, text: string): ConnectFailure | undefined {
  switch (code) {
    case GrpcStatus.UNAVAILABLE:
      return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
    case GrpcStatus.DEADLINE_EXCEEDED:
      // grpc-js's text for a call that waited for a connection in vain.
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
 * Interprets a failure before the server's first answer. Until then, a broken connection may mean a wrong
 * server or scheme. Later it is only broken, and worth a retry.
 */
export async function firstContactFailure(
  code: number,
  text: string,
  speaksTls: () => Promise<boolean>,
): Promise<ConnectFailure | undefined> {
  // Every Spark Connect server offers the first call. A web page, read as gRPC, looks like a huge message.
  if (code === GrpcStatus.UNIMPLEMENTED) return "NOT_SPARK_CONNECT";
  if (code === GrpcStatus.RESOURCE_EXHAUSTED && text.startsWith("Received message larger")) {
    return "NOT_SPARK_CONNECT";
  }
  const failure = connectFailure(code, text) ?? webFailure(code, text);
  const unclear = failure === "CONNECTION_CLOSED" || failure === "NOT_SPARK_CONNECT";
  return unclear && (await speaksTls()) ? "TLS_REQUIRED" : failure;
}

/** Recognizes an HTTP/2 server that does not speak gRPC. Status 401 still means a wrong token. */
function webFailure(code: number, text: string): ConnectFailure | undefined {
  if (code === GrpcStatus.UNAUTHENTICATED) return undefined;
  return text.startsWith("Received HTTP status code") ? "NOT_SPARK_CONNECT" : undefined;
}

/** Failures that a retry cannot fix. */
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

/** Whether to give up a first connection at once after this failure. */
export function isDefinite(failure: ConnectFailure | undefined): boolean {
  return failure !== undefined && DEFINITE.has(failure);
}
