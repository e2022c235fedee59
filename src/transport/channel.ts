import * as grpc from "@grpc/grpc-js";
import { ArgumentError } from "../errors.js";
import {
  checkToken,
  DEFAULT_MAX_MESSAGE_BYTES,
  isLoopback,
  type ConnectionTarget,
  type KeepaliveOptions,
} from "./connection-string.js";
import { speaksTls } from "./tls-probe.js";

/**
 * Measured on loopback with streams of 1 MB messages: 3 to 5 times the throughput of grpc-js's default of
 * 64 KiB. A larger window does not help.
 */
const FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;
/** PySpark 4.3's keepalive values. */
const DEFAULT_KEEPALIVE = { timeMs: 60_000, timeoutMs: 20_000, withoutCalls: true };

/** A token, or a function that returns the current token before each call, for tokens that rotate. */
export type TokenSource = string | (() => string | Promise<string>);

/** Security and tuning of the channel. The target holds the settings of the connection string. */
export interface ChannelOptions {
  readonly token?: TokenSource | undefined;
  /** If set, use TLS with these certificates. Default of `ca`: the system's root certificates. */
  readonly tls?: TlsOptions | undefined;
  /** Allows sending a token in plaintext to another machine. */
  readonly allowInsecureToken?: boolean | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
}

/** TLS certificates and key, as PEM text or bytes. */
export interface TlsOptions {
  readonly ca?: string | Uint8Array;
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** The name that the server's certificate must have. Default: the host name. */
  readonly serverName?: string;
}

/** An open channel, and the metadata of its calls. */
export interface Channel {
  readonly client: grpc.Client;
  /** `host:port`, for messages. Contains no credentials. */
  readonly endpoint: string;
  readonly secure: boolean;
  /** Whether calls carry a token. */
  readonly hasToken: boolean;
  /**
   * Opens a new connection to find out whether the server of this plaintext channel speaks TLS. Always false
   * for a secure channel.
   */
  speaksTls(): Promise<boolean>;
  metadata(): Promise<grpc.Metadata>;
  close(): void;
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}

function sslCredentials({ ca, key, cert }: TlsOptions): grpc.ChannelCredentials {
  if ((key === undefined) !== (cert === undefined)) {
    throw new ArgumentError(
      "tls",
      "A client certificate needs both cert and key: tls({ cert, key }).",
    );
  }
  try {
    return grpc.credentials.createSsl(pem(ca), pem(key), pem(cert));
  } catch (error) {
    throw new ArgumentError(
      "tls",
      "The certificates or the key given to tls() are not PEM, or key and cert do not match.",
      {
        cause: error,
      },
    );
  }
}

/** Whether the connection uses TLS: as set, or else if there is a token and the host is not loopback. */
function usesTls(target: ConnectionTarget, options: ChannelOptions, hasToken: boolean): boolean {
  if (target.useSsl !== undefined) {
    if (!target.useSsl && options.tls !== undefined) {
      throw new ArgumentError(
        "tls",
        "The connection string has use_ssl=false, but tls() was called. Remove one of them.",
      );
    }
    return target.useSsl;
  }
  if (options.tls !== undefined) return true;
  return hasToken && !isLoopback(target.host);
}

function channelOptions(target: ConnectionTarget, options: ChannelOptions): grpc.ClientOptions {
  const maxMessageBytes = target.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const keepalive = options.keepalive ?? target.keepalive;
  return {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    "grpc-node.flow_control_window": FLOW_CONTROL_WINDOW_BYTES,
    // This client retries itself. grpc-js would resend an ExecutePlan without the reattach logic knowing.
    "grpc.enable_retries": 0,
    // A connection per channel, so that closing a session does not affect another session.
    "grpc.use_local_subchannel_pool": 1,
    ...(target.userAgent !== undefined && { "grpc.primary_user_agent": target.userAgent }),
    ...(options.tls?.serverName !== undefined && {
      "grpc.ssl_target_name_override": options.tls.serverName,
    }),
    ...(keepalive !== undefined && {
      "grpc.keepalive_time_ms": keepalive.timeMs ?? DEFAULT_KEEPALIVE.timeMs,
      "grpc.keepalive_timeout_ms": keepalive.timeoutMs ?? DEFAULT_KEEPALIVE.timeoutMs,
      "grpc.keepalive_permit_without_calls":
        (keepalive.withoutCalls ?? DEFAULT_KEEPALIVE.withoutCalls) ? 1 : 0,
    }),
  };
}

/**
 * Opens a channel. The first call connects.
 *
 * @throws {ArgumentError} a token would be sent in plaintext to another machine
 */
export function openChannel(target: ConnectionTarget, options: ChannelOptions = {}): Channel {
  const token = options.token ?? target.token;
  if (token !== undefined && typeof token !== "function") checkToken(token);
  const secure = usesTls(target, options, token !== undefined);
  if (
    token !== undefined &&
    !secure &&
    !isLoopback(target.host) &&
    options.allowInsecureToken !== true
  ) {
    throw new ArgumentError(
      "token",
      `A token would be sent in plaintext to ${target.host}. Use TLS (;use_ssl=true), or call allowInsecureToken() if the network is trusted.`,
    );
  }
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const endpoint = `${host}:${target.port}`;
  const credentials = secure
    ? sslCredentials(options.tls ?? {})
    : grpc.credentials.createInsecure();
  const client = new grpc.Client(endpoint, credentials, channelOptions(target, options));

  return {
    client,
    endpoint,
    secure,
    hasToken: token !== undefined,
    speaksTls: () => (secure ? Promise.resolve(false) : speaksTls(target.host, target.port)),
    metadata: async () => {
      const metadata = new grpc.Metadata();
      for (const [key, value] of Object.entries(target.metadata)) metadata.set(key, value);
      // Plain metadata, because grpc-js refuses call credentials on plaintext channels, even on loopback.
      if (token !== undefined) {
        const text: unknown = typeof token === "string" ? token : await token();
        metadata.set("authorization", `Bearer ${checkToken(text)}`);
      }
      return metadata;
    },
    close: () => {
      client.close();
    },
  };
}
