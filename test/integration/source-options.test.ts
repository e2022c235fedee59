import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import type {
  CoinGeckoOptions,
  CommonSourceOptions,
  RestOptions,
  WeatherOptions,
} from "../../src/sources/index.js";

const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T : never;
/** One entry for each option: the compiler refuses a list that lacks one or has another. */
type Names<T> = Record<KeysOf<T>, true>;

const commonOfRest: Names<Omit<CommonSourceOptions, "baseUrl">> = {
  streamingInterval: true,
  maxOffsetBytes: true,
  allowHttp: true,
  allowPrivateHosts: true,
  allowedHosts: true,
  requestsPerSecond: true,
  requestsPerMinute: true,
  burst: true,
  connectionTimeout: true,
  readTimeout: true,
  totalTimeout: true,
  maxResponseBytes: true,
  maxRetries: true,
  maxRetryWait: true,
  proxy: true,
  caFile: true,
  clientCertFile: true,
  clientKeyFile: true,
  clientKeyPassword: true,
  onTransient: true,
  maxConsecutiveFailures: true,
};
const common: Names<CommonSourceOptions> = { ...commonOfRest, baseUrl: true };
const weather: Names<WeatherOptions> = { ...common, stations: true, apiKey: true };
const coingecko: Names<CoinGeckoOptions> = { ...common, coins: true, apiKey: true };
const rest: Names<RestOptions> = {
  ...commonOfRest,
  url: true,
  method: true,
  body: true,
  headers: true,
  cookie: true,
  inputData: true,
  partitions: true,
  retryPost: true,
  authType: true,
  userId: true,
  userPassword: true,
  oauthToken: true,
  apiKey: true,
  apiKeyIn: true,
  apiKeyName: true,
  oauthConsumerKey: true,
  oauthConsumerSecret: true,
  oauthTokenSecret: true,
  oauthSignatureMethod: true,
  oauthRealm: true,
  oauthTokenUrl: true,
  oauthClientId: true,
  oauthClientSecret: true,
  oauthRefreshToken: true,
  oauthScope: true,
  oauthAudience: true,
  oauthClientAuth: true,
  dataField: true,
  responseFormat: true,
  charset: true,
  csvHeader: true,
  csvDelimiter: true,
  wholeText: true,
  outputType: true,
  schema: true,
  includeInput: true,
  includeMetadata: true,
  onError: true,
  schemaDrift: true,
  onStatus: true,
  maxRowsPerBatch: true,
  maxBatchBytes: true,
  pagination: true,
  nextField: true,
  cursorHeader: true,
  moreField: true,
  pageParam: true,
  pageIn: true,
  pageStart: true,
  pageSize: true,
  pageSizeParam: true,
  maxPages: true,
  offsetField: true,
  offsetType: true,
  offsetScope: true,
  initialOffset: true,
  inclusiveOffset: true,
  lagSeconds: true,
  batchSize: true,
  requireGuarantee: true,
  replay: true,
  spoolDir: true,
  onReplayMismatch: true,
  allowConfigChange: true,
};
/** Says what the format is used for, which the reader tells by itself. */
const ONLY_IN_PYTHON = ["streaming"];

/** The options that a source's Python module takes. */
function pythonOptions(module: string): string[] {
  const program = `import json; from sparktide_sources.${module} import OPTIONS; print(json.dumps(OPTIONS))`;
  const env = { ...process.env, PYTHONPATH: SOURCES, PYTHONDONTWRITEBYTECODE: "1" };
  const text = execFileSync(inject("python"), ["-c", program], { encoding: "utf8", env });
  return JSON.parse(text) as string[];
}

describe("the typed options", () => {
  it.each([
    ["weather", "weather", weather],
    ["coingecko", "coingecko", coingecko],
    ["rest", "_rest_config", rest],
  ])("of %s are those its Python takes", (_name, module, names) => {
    const taken = pythonOptions(module).filter((name) => !ONLY_IN_PYTHON.includes(name));
    expect(Object.keys(names).sort()).toEqual(taken.sort());
  });
});
