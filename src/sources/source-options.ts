/** A value an option of a packaged source may have. */
export type OptionValue = string | number | boolean;

/** Options that the three packaged sources share. */
export interface CommonSourceOptions {
  /**
   * Origin and prefix of the API, for a proxy or a replay server.
   *
   * @default https://api.open-meteo.com for weather; https://api.coingecko.com for coingecko
   */
  readonly baseUrl?: string;
  /**
   * Least number of seconds between two polls of a stream, also across restarts; where `rest` meets a
   * longer `X-Poll-Interval`, that one counts.
   *
   * @default 10
   */
  readonly streamingInterval?: number;
  /**
   * Most bytes of an offset with the rows it carries, 256 to 262 144.
   *
   * @default 32768
   */
  readonly maxOffsetBytes?: number;
  /**
   * Allows http; only https otherwise.
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
   * Highest rate of requests; with `requestsPerMinute` the slower one counts.
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
   * Requests that may leave at once after a pause; needs one of the rates.
   *
   * @default 1
   */
  readonly burst?: number;
  /**
   * Milliseconds to connect.
   *
   * @default 5000; 1000 for rest
   */
  readonly connectionTimeout?: number;
  /**
   * Milliseconds of silence while an answer is read.
   *
   * @default 20000; 5000 for rest
   */
  readonly readTimeout?: number;
  /**
   * Milliseconds that one try may take as a whole.
   *
   * @default 60000
   */
  readonly totalTimeout?: number;
  /**
   * Most bytes of a body, as sent and after decompression.
   *
   * @default 67108864
   */
  readonly maxResponseBytes?: number;
  /**
   * Tries after the first.
   *
   * @default 4
   */
  readonly maxRetries?: number;
  /**
   * Longest single wait, in seconds; an API that asks for more is an error.
   *
   * @default 300
   */
  readonly maxRetryWait?: number;
  /**
   * `http://[user:password@]host:port`, `none`, or a reference.
   *
   * @default the server's environment
   */
  readonly proxy?: string;
  /** A PEM file on the server, trusted besides its own certificates. */
  readonly caFile?: string;
  /** The client's certificate: a PEM file in the server's list of secrets. */
  readonly clientCertFile?: string;
  /** Its key, where the certificate's file does not hold it; in that list, too. */
  readonly clientKeyFile?: string;
  /** The key's password. May be a reference. */
  readonly clientKeyPassword?: string;
  /**
   * What a failed poll does once its retries are used up: end the query, or count as empty.
   *
   * @default fail
   */
  readonly onTransient?: "fail" | "skipPoll";
  /**
   * Failed polls in a row after which skipPoll fails too.
   *
   * @default 10
   */
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
