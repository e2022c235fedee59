import { ArgumentError } from "../errors.js";

/** Spark Connect's default port. */
const DEFAULT_PORT = 15002;
/** PySpark's default limit for one gRPC message, both ways; the server's own default is the same. */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 128 * 1024 * 1024;

/** Where and how to connect, as a connection string says it. */
export interface ConnectionTarget {
  /** Host name or address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly useSsl?: boolean;
  readonly userId?: string;
  readonly userAgent?: string;
  readonly sessionId?: string | undefined;
  readonly maxMessageBytes?: number;
  readonly keepalive?: KeepaliveOptions;
  /** Every key that is not known: sent as gRPC metadata with each call. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** HTTP/2 pings that find a dead connection. */
export interface KeepaliveOptions {
  /** Milliseconds of silence before a ping. */
  readonly timeMs?: number;
  /** Milliseconds to wait for the ping's answer. */
  readonly timeoutMs?: number;
  /** Whether to ping while no call is under way. */
  readonly withoutCalls?: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Checks a session id, which the caller gave as `argument`: Spark accepts only a UUID. */
export function checkSessionId(sessionId: string, argument: string = "session_id"): string {
  if (!UUID.test(sessionId)) {
    throw new ArgumentError(
      argument,
      `${argument} must be a UUID, like 00112233-4455-6677-8899-aabbccddeeff.`,
    );
  }
  return sessionId.toLowerCase();
}

/** Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function refuse(message: string): never {
  throw new ArgumentError(
    "remote",
    `${message} Expected sc://host[:port]/[;key=value…], for example sc://localhost:15002/;token=….`,
  );
}

function splitAuthority(authority: string): { host: string; port: number } {
  if (authority.includes("@")) {
    refuse(
      "The connection string has user information before the host; use ;user_id= and ;token=.",
    );
  }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(authority);
  if (match === null) refuse("The connection string's host is malformed.");
  const bracketed = match[1];
  const host = bracketed ?? match[2] ?? "";
  if (host === "" || /[\s%?#]/.test(host))
    refuse("The connection string's host is missing or malformed.");
  if (bracketed !== undefined && !bracketed.includes(":")) {
    refuse("Only an IPv6 address goes in brackets.");
  }
  const portText = match[3];
  if (portText === undefined) return { host, port: DEFAULT_PORT };
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535) {
    refuse("The connection string's port must be a number from 1 to 65535.");
  }
  return { host, port };
}

function decodeValue(key: string, raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ArgumentError(
      "remote",
      `The value of ${key} in the connection string is not valid percent-encoding; write % as %25.`,
    );
  }
}

function splitParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(";")) {
    if (part === "") continue;
    const pieces = part.split("=");
    const [key, raw] = pieces;
    if (pieces.length !== 2 || key === undefined || key === "" || raw === undefined || raw === "") {
      refuse(
        `Parameter ${String(parameters.size + 1)} of the connection string is not key=value (a value's own = is written %3D).`,
      );
    }
    if (parameters.has(key)) refuse(`The connection string names ${key} twice.`);
    parameters.set(key, decodeValue(key, raw));
  }
  return parameters;
}

function booleanOf(key: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  throw new ArgumentError("remote", `${key} in the connection string must be true or false.`);
}

function positiveIntegerOf(key: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new ArgumentError("remote", `${key} in the connection string must be a positive integer.`);
}

/** gRPC's own rule for metadata keys; `-bin` values would be taken for base64. */
function checkMetadata(key: string, value: string): void {
  const name = key.toLowerCase();
  if (!/^[0-9a-z_.-]+$/.test(name) || name.endsWith("-bin") || name.startsWith("grpc-")) {
    throw new ArgumentError(
      "remote",
      `The connection string's key ${JSON.stringify(key)} is no option of this client and cannot be sent as a gRPC header.`,
    );
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new ArgumentError(
      "remote",
      `The value of ${key} in the connection string must be printable ASCII: it is sent as a gRPC header.`,
    );
  }
}

/**
 * Parses a Spark Connect connection string by PySpark's grammar:
 * `sc://host[:port]/;key=value;…`. Values are percent-decoded, keys are case-sensitive, unknown keys
 * become gRPC metadata. No I/O.
 *
 * @throws {ArgumentError} the text does not follow the grammar; the message never repeats a value
 */
export function parseConnectionString(remote: string): ConnectionTarget {
  const match = /^sc:\/\/([^/;]*)(\/[^;]*)?(?:;(.*))?$/s.exec(remote);
  if (match === null) refuse("The connection string does not start with sc://.");
  const { host, port } = splitAuthority(match[1] ?? "");
  const path = match[2] ?? "";
  if (path !== "" && path !== "/") refuse("The connection string's path must be empty or /.");
  if (path === "" && match[3] !== undefined) {
    refuse("Parameters of a connection string start after /; as in sc://host/;key=value.");
  }

  const parameters = splitParameters(match[3] ?? "");
  const take = (key: string): string | undefined => {
    const value = parameters.get(key);
    parameters.delete(key);
    return value;
  };
  const token = take("token");
  const useSsl = take("use_ssl");
  const userId = take("user_id");
  const userAgent = take("user_agent");
  const sessionId = take("session_id");
  const maxMessageBytes = take("grpc_max_message_size");
  const keepalive = keepaliveOf(take);
  for (const [key, value] of parameters) checkMetadata(key, value);
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new ArgumentError("token", "The token must be printable ASCII without spaces.");
  }

  return {
    host,
    port,
    ...(token !== undefined && { token }),
    ...(useSsl !== undefined && { useSsl: booleanOf("use_ssl", useSsl) }),
    ...(userId !== undefined && { userId }),
    ...(userAgent !== undefined && { userAgent }),
    ...(sessionId !== undefined && { sessionId: checkSessionId(sessionId) }),
    ...(maxMessageBytes !== undefined && {
      maxMessageBytes: positiveIntegerOf("grpc_max_message_size", maxMessageBytes),
    }),
    ...(keepalive !== undefined && { keepalive }),
    metadata: Object.fromEntries(parameters),
  };
}

function keepaliveOf(take: (key: string) => string | undefined): KeepaliveOptions | undefined {
  const enabled = take("grpc_keepalive_enabled");
  const timeMs = take("grpc_keepalive_time_ms");
  const timeoutMs = take("grpc_keepalive_timeout_ms");
  const withoutCalls = take("grpc_keepalive_without_calls");
  if (enabled !== undefined && !booleanOf("grpc_keepalive_enabled", enabled)) return undefined;
  if ([enabled, timeMs, timeoutMs, withoutCalls].every((text) => text === undefined)) {
    return undefined;
  }
  return {
    ...(timeMs !== undefined && { timeMs: positiveIntegerOf("grpc_keepalive_time_ms", timeMs) }),
    ...(timeoutMs !== undefined && {
      timeoutMs: positiveIntegerOf("grpc_keepalive_timeout_ms", timeoutMs),
    }),
    ...(withoutCalls !== undefined && {
      withoutCalls: booleanOf("grpc_keepalive_without_calls", withoutCalls),
    }),
  };
}
