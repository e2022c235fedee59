/** A value an option of a packaged source may have. */
export type OptionValue = string | number | boolean;

/** Options that the three packaged sources share. */
export interface CommonSourceOptions {
  /** Origin and prefix of the API, for a proxy or a replay server. */
  readonly baseUrl?: string;
  /** Least number of seconds between two polls of a stream. Default 10. */
  readonly streamingInterval?: number;
  /** Most bytes of an offset, 256 to 262 144. Default 32 768. */
  readonly maxOffsetBytes?: number;
  /** Allows http; only https otherwise. */
  readonly allowHttp?: boolean;
  /** Allows loopback and private addresses. */
  readonly allowPrivateHosts?: boolean;
  /** The only hosts that may be called. */
  readonly allowedHosts?: readonly string[];
  /** Highest rate of requests; with `requestsPerMinute` the slower one counts. */
  readonly requestsPerSecond?: number;
  readonly requestsPerMinute?: number;
  /** Requests that may leave at once. Default 1. */
  readonly burst?: number;
  /** Milliseconds. */
  readonly connectionTimeout?: number;
  /** Milliseconds. */
  readonly readTimeout?: number;
  /** Milliseconds that one request may take with all its tries. */
  readonly totalTimeout?: number;
  /** Most bytes of a body, after decompression. */
  readonly maxResponseBytes?: number;
  /** Tries after the first. */
  readonly maxRetries?: number;
  /** Longest single wait, in seconds; an API that asks for more is an error. */
  readonly maxRetryWait?: number;
  /** `http://[user:password@]host:port`, `none`, or a reference. Default: the server's environment. */
  readonly proxy?: string;
  /** A PEM file on the server, trusted besides its own certificates. */
  readonly caFile?: string;
  /** PEM files in the server's list of secrets. */
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
  /** May be a reference. */
  readonly clientKeyPassword?: string;
  /** What a failed poll does once its retries are used up. Default fail. */
  readonly onTransient?: "fail" | "skipPoll";
  /** Failed polls in a row after which skipPoll fails too. */
  readonly maxConsecutiveFailures?: number;
}

/** The options' texts, those that are not set left out. */
export function optionTexts(
  options: Readonly<Record<string, OptionValue | undefined>>,
): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) texts[key] = String(value);
  }
  return texts;
}

/** The shared options with lists as the comma-separated text the Python side reads. */
export function commonTexts(
  options: CommonSourceOptions,
): Readonly<Record<string, OptionValue | undefined>> {
  return { ...options, allowedHosts: options.allowedHosts?.join(",") };
}
