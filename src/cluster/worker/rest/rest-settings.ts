/** The options that every RestSource reads. Their names and meanings are those of `rest`. */
import type { HttpSettings } from "../../http/client.js";
import { splitUrl } from "../../http/egress.js";

/** What a RestSource needs to know from its options. */
export interface RestSettings {
  readonly http: HttpSettings;
  /** The shortest time between two polls in milliseconds. */
  readonly intervalMs: number;
  readonly maxOffsetBytes: number;
  /** The number of rows after which a batch ends. */
  readonly batchSize: number;
}

type Options = Readonly<Record<string, string | undefined>>;

/** Options of `rest` that would have no effect here. */
const UNSUPPORTED = [
  ...["proxy", "caFile", "clientCertFile", "clientKeyFile", "clientKeyPassword"],
  ...["onTransient", "maxConsecutiveFailures"],
];

/**
 * @param options by lower-case name
 * @param serverHosts the value of SPARKTIDE_ALLOWED_HOSTS, a list with commas
 * @throws {TypeError} an option has a wrong value
 */
export function restSettings(options: Options, serverHosts = ""): RestSettings {
  const text = (name: string): string | undefined => options[name.toLowerCase()]?.trim();
  for (const name of UNSUPPORTED)
    if (text(name) !== undefined)
      throw new TypeError(`Option ${name} is not supported by a RestSource. Remove it.`);
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const given = text(name);
    if (given === undefined) return fallback;
    const value = Number(given);
    if (given !== "" && value >= least && value <= most) return value;
    throw new TypeError(
      `Option ${name} must be a number from ${least} to ${most}, got "${given}".`,
    );
  };
  const integer = (name: string, fallback: number, least: number, most: number): number => {
    const value = number(name, fallback, least, most);
    if (Number.isInteger(value)) return value;
    throw new TypeError(`Option ${name} must be an integer, got "${text(name) ?? ""}".`);
  };
  const boolean = (name: string): boolean => {
    const given = (text(name) ?? "false").toLowerCase();
    if (given === "true" || given === "false") return given === "true";
    throw new TypeError(`Option ${name} must be true or false, got "${given}".`);
  };
  const rates = (
    [
      ["requestsPerSecond", 1],
      ["requestsPerMinute", 60],
    ] as const
  ).flatMap(([name, seconds]) =>
    text(name) === undefined ? [] : [number(name, 1, 0.001, 100_000) / seconds],
  );
  if (text("burst") !== undefined && rates.length === 0)
    throw new TypeError("Option burst needs requestsPerSecond or requestsPerMinute.");
  return {
    http: {
      baseUrl: baseUrl(text("url")),
      egress: {
        allowHttp: boolean("allowHttp"),
        allowPrivateHosts: boolean("allowPrivateHosts"),
        allowedHosts: list(text("allowedHosts")),
        serverHosts: list(serverHosts),
      },
      limits: {
        connectionTimeout: integer("connectionTimeout", 5_000, 1, 600_000),
        readTimeout: integer("readTimeout", 20_000, 1, 600_000),
        totalTimeout: integer("totalTimeout", 60_000, 1, 3_600_000),
        maxResponseBytes: integer("maxResponseBytes", 64 << 20, 1, 1 << 30),
      },
      retry: {
        maxRetries: integer("maxRetries", 4, 0, 100),
        maxRetryWait: number("maxRetryWait", 300, 0, 86_400),
      },
      rate: rates.length === 0 ? 0 : Math.min(...rates),
      burst: integer("burst", 1, 1, 100_000),
    },
    intervalMs: number("streamingInterval", 10, 0, 31_536_000) * 1000,
    maxOffsetBytes: integer("maxOffsetBytes", 32 << 10, 256, 256 << 10),
    batchSize: integer("batchSize", 1_000, 1, 1_000_000),
  };
}

function list(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function baseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = splitUrl(text);
  if (url.search === "") return text;
  throw new TypeError("Option url may not have a query: add it to the requests.");
}
