/** A value an option of a packaged source may have. */
export type OptionValue = string | number | boolean;

/** Options that the three packaged sources share. */
export interface CommonSourceOptions {
  /** Origin and prefix of the API, for a proxy or a replay server. */
  readonly baseUrl?: string;
  /** Least number of seconds between two polls of a stream. Default 10. */
  readonly streamingInterval?: number;
  /** Allows http; only https otherwise. */
  readonly allowHttp?: boolean;
  /** Allows loopback and private addresses. */
  readonly allowPrivateHosts?: boolean;
  /** The only hosts that may be called. */
  readonly allowedHosts?: readonly string[];
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
