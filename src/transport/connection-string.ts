import { ArgumentError } from "../errors.js";
import { nearName } from "../near-name.js";
import { kindOf } from "../value-kind.js";

/** Spark Connect's default port. */
const DEFAULT_PORT = 15002;
/** PySpark's default limit for a gRPC message in both directions. The server has the same default. */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 128 * 1024 * 1024;

/** The parsed parts of a connection string. */
export interface ConnectionTarget {
  /** Host name or address, without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly useSsl?: boolean;
  readonly userId?: string;
  readonly userAgent?: string;
  readonly sessionId?: string | undefined;
  readonly maxMessageBytes?: number;
  readonly keepalive?: KeepaliveOptions;
  /** All unknown keys. They are sent as gRPC metadata with each call. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** HTTP/2 pings, which detect a dead connection. */
export interface KeepaliveOptions {
  /** Milliseconds without traffic before a ping. Default 60 000. */
  readonly timeMs?: number;
  /** Milliseconds to wait for the ping's answer. Default 20 000. */
  readonly timeoutMs?: number;
  /** Whether to ping while no call is running. Default true. */
  readonly withoutCalls?: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Checks a session id, because Spark accepts only a UUID. `argument` names it in the error. */
export function checkSessionId(sessionId: string, argument: string = "session_id"): string {
  if (!UUID.test(sessionId)) {
    throw new ArgumentError(
      argument,
      `${argument} must be a UUID, such as 00112233-4455-6677-8899-aabbccddeeff.`,
    );
  }
  return sessionId.toLowerCase();
}

/** grpc-js would also refuse such a token, but its message shows the token. */
export function checkToken(token: unknown): string {
  if (typeof token !== "string") {
    throw new ArgumentError("token", `The token must be text, got ${kindOf(token)}.`);
  }
  // From `;token=${process.env.TOKEN}` with a variable that is not set.
  if (token === "undefined" || token === "null") {
    throw new ArgumentError(
      "token",
      `The token is the text "${token}". Check that the variable it comes from is set.`,
    );
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new ArgumentError("token", "The token must be printable ASCII without spaces.");
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

/** Advice for a text that is not a connection string. */
function schemeHint(remote: string): string {
  if (remote.startsWith("https://")) return " Write sc:// for https://, and add ;use_ssl=true.";
  if (remote.startsWith("http://")) return " Write sc:// for http://.";
  if (remote.startsWith("local")) return " For a Spark on this machine call local(), not remote().";
  if (remote.startsWith("spark://")) {
    return " spark:// is the address of a Spark master. Connect to a Spark Connect server, which has another port.";
  }
  return "";
}

function splitAuthority(authority: string): { host: string; port: number } {
  if (authority.includes("@")) {
    refuse(
      "The connection string has user information before the host. Use ;user_id= and ;token= instead.",
    );
  }
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(authority);
  if (match === null) refuse("The connection string's host is malformed.");
  const bracketed = match[1];
  const host = bracketed ?? match[2] ?? "";
  if (host === "" || /[\s%?#]/.test(host))
    refuse("The connection string's host is missing or malformed.");
  if (bracketed !== undefined && !bracketed.includes(":")) {
    refuse("Only an IPv6 address may be in brackets.");
  }
  const portText = match[3];
  if (portText === undefined) return { host, port: DEFAULT_PORT };
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535) {
    refuse("The connection string's port must be a number between 1 and 65535.");
  }
  return { host, port };
}

function decodeValue(key: string, raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ArgumentError(
      "remote",
      `The value of ${key} in the connection string is not valid percent-encoding. Write % as %25.`,
    );
  }
}

function splitParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(";")) {
    if (part === "") continue;
    const pieces = part.split("=");
    const [key, raw] = pieces;
    if (pieces.length === 2 && key !== undefined && key !== "" && raw === "") {
      refuse(`The connection string's parameter ${key} has no value.`);
    }
    if (pieces.length !== 2 || key === undefined || key === "" || raw === undefined || raw === "") {
      refuse(
        `Parameter ${String(parameters.size + 1)} of the connection string is not key=value (write an = inside a value as %3D).`,
      );
    }
    if (parameters.has(key)) refuse(`The connection string has ${key} twice.`);
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

/** The parameters that this client reads. All others are headers. */
const PARAMETERS: readonly string[] = [
  "token",
  "use_ssl",
  "user_id",
  "user_agent",
  "session_id",
  "grpc_max_message_size",
  "grpc_keepalive_enabled",
  "grpc_keepalive_time_ms",
  "grpc_keepalive_timeout_ms",
  "grpc_keepalive_without_calls",
];
/** Other words for them. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["ssl", "use_ssl"],
  ["tls", "use_ssl"],
  ["user", "user_id"],
  ["session", "session_id"],
]);

/**
 * Refuses a key that is most likely a misspelt parameter: sent as a header it would have no effect. A hyphen is usual
 * in headers and not in parameters.
 */
function refuseMisspelt(key: string): void {
  if (key.includes("-") || key.startsWith("x_")) return;
  // useSsl, USE_SSL
  const word = key.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
  const near = OTHER_NAMES.get(word) ?? nearName(word, PARAMETERS);
  if (near === undefined) return;
  // A header such as cluster_id is far from user_id, although the words end alike.
  const isShort = near.startsWith(word) || OTHER_NAMES.has(word);
  if (!isShort && Math.abs(near.length - word.length) > 2) return;
  throw new ArgumentError(
    "remote",
    `Unknown parameter ${key} of the connection string. Did you mean ${near}? All other parameters are sent as gRPC headers; write a header's name with a hyphen, such as x-${word.replaceAll("_", "-")}.`,
  );
}

/** Applies gRPC's rules for metadata. gRPC would read values of `-bin` keys as base64. */
function checkMetadata(key: string, value: string): void {
  const name = key.toLowerCase();
  if (!/^[0-9a-z_.-]+$/.test(name) || name.endsWith("-bin") || name.startsWith("grpc-")) {
    throw new ArgumentError(
      "remote",
      `The connection string's key ${JSON.stringify(key)} is not an option of this client and cannot be sent as a gRPC header.`,
    );
  }
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new ArgumentError(
      "remote",
      `The value of ${key} in the connection string must be printable ASCII, because it is sent as a gRPC header.`,
    );
  }
}

/**
 * Parses a Spark Connect connection string with PySpark's grammar:
 * `sc://host[:port]/;key=value;…`. Values are percent-decoded, keys are case-sensitive, and unknown keys
 * become gRPC metadata, except those that look like a misspelt known key. No I/O.
 *
 * @throws {ArgumentError} the text does not follow the grammar. The message never contains a value
 */
export function parseConnectionString(remote: string): ConnectionTarget {
  // JavaScript callers may pass any type.
  if (typeof (remote as unknown) !== "string") {
    throw new ArgumentError("remote", `The connection string must be text, got ${kindOf(remote)}.`);
  }
  const match = /^sc:\/\/([^/;]*)(\/[^;]*)?(?:;(.*))?$/s.exec(remote);
  if (match === null)
    refuse(`The connection string does not start with sc://.${schemeHint(remote)}`);
  const { host, port } = splitAuthority(match[1] ?? "");
  const path = match[2] ?? "";
  if (path !== "" && path !== "/") refuse("The connection string's path must be empty or /.");
  if (path === "" && match[3] !== undefined) {
    refuse("Parameters of a connection string must follow a slash, as in sc://host/;key=value.");
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
  for (const [key, value] of parameters) {
    refuseMisspelt(key);
    checkMetadata(key, value);
  }
  if (token !== undefined) checkToken(token);

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
