import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";
import type { OptionValue } from "../plan/option-text.js";

/** Options that the three packaged sources share. */
export interface CommonSourceOptions {
  /**
   * Origin and path prefix of the API. Set it for a gateway or a replay server.
   *
   * @default https://api.open-meteo.com for weather; https://api.coingecko.com for coingecko
   */
  readonly baseUrl?: string;
  /**
   * Shortest time in seconds between two polls of a stream, also across restarts. If the server sends
   * `rest` a longer `X-Poll-Interval`, that time counts.
   *
   * @default 10
   */
  readonly streamingInterval?: number;
  /**
   * Largest size of an offset with the rows it carries, in bytes: 256 to 262 144.
   *
   * @default 32768
   */
  readonly maxOffsetBytes?: number;
  /**
   * Allows http. Otherwise only https is allowed.
   *
   * @default false
   */
  readonly allowHttp?: boolean;
  /**
   * Allows loopback and private addresses.
   *
   * @default false
   */
  readonly allowPrivateHosts?: boolean;
  /**
   * The only hosts that may be called: `api.example.com`, `*.example.org`, `host:8443`.
   *
   * @default any public host
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Highest rate of requests. If `requestsPerMinute` is set, too, the lower rate counts.
   *
   * @default no limit
   */
  readonly requestsPerSecond?: number;
  /**
   * Highest rate of requests, 0.001 to 100 000.
   *
   * @default no limit
   */
  readonly requestsPerMinute?: number;
  /**
   * Number of requests that may be sent at once after a pause. Needs one of the rates.
   *
   * @default 1
   */
  readonly burst?: number;
  /**
   * Longest time to connect, in milliseconds.
   *
   * @default 5000; 1000 for rest
   */
  readonly connectionTimeout?: number;
  /**
   * Longest silence while an answer is read, in milliseconds.
   *
   * @default 20000; 5000 for rest
   */
  readonly readTimeout?: number;
  /**
   * Longest time for one try as a whole, in milliseconds.
   *
   * @default 60000
   */
  readonly totalTimeout?: number;
  /**
   * Largest size of a body in bytes, both as sent and after decompression.
   *
   * @default 67108864
   */
  readonly maxResponseBytes?: number;
  /**
   * Number of tries after the first.
   *
   * @default 4
   */
  readonly maxRetries?: number;
  /**
   * Longest single wait, in seconds. It is an error if the API asks for a longer one.
   *
   * @default 300
   */
  readonly maxRetryWait?: number;
  /**
   * The proxy, as `http://[user:password@]host:port`; `none`; or a reference.
   *
   * @default the server's environment
   */
  readonly proxy?: string;
  /** A PEM file on the server with authorities to trust in addition to the server's own. */
  readonly caFile?: string;
  /** The client certificate: a PEM file that the server's list of secrets contains. */
  readonly clientCertFile?: string;
  /** The key, if `clientCertFile` does not hold it: a PEM file that the same list contains. */
  readonly clientKeyFile?: string;
  /** The key's password. May be a reference. */
  readonly clientKeyPassword?: string;
  /**
   * What happens when a poll fails after all its retries: the query fails, or the poll counts as empty.
   *
   * @default fail
   */
  readonly onTransient?: "fail" | "skipPoll";
  /**
   * Number of failed polls in a row after which `skipPoll` fails, too.
   *
   * @default 10
   */
  readonly maxConsecutiveFailures?: number;
}

/**
 * A list as the comma-separated text that the Python side reads.
 *
 * @throws {ArgumentError} the value is not an array
 */
export function listText(
  name: string,
  list: readonly (string | number)[] | undefined,
): string | undefined {
  // JavaScript callers may pass any type.
  const given: unknown = list;
  if (given === undefined || Array.isArray(given)) return list?.join(",");
  const example = typeof given === "string" ? ` Write [${shown(given)}].` : "";
  throw new ArgumentError(name, `Option ${name} must be an array, got ${shown(given)}.${example}`);
}

/** The shared options, with lists as the comma-separated text that the Python side reads. */
export function commonTexts(
  options: CommonSourceOptions,
): Readonly<Record<string, OptionValue | undefined>> {
  return { ...options, allowedHosts: listText("allowedHosts", options.allowedHosts) };
}
