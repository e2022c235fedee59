import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import * as sources from "../../src/sources/index.js";
import type {
  CoinGeckoOptions,
  CommonSourceOptions,
  RestOptions,
  WeatherOptions,
} from "../../src/sources/index.js";

import { connect } from "./support.js";

const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T : never;
/** One entry for each option. The compiler refuses a missing or additional entry. */
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
  dataFieldMissing: true,
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
  errorField: true,
  onBody: true,
  partialErrors: true,
  maxPendingWait: true,
  maxRowsPerBatch: true,
  maxBatchBytes: true,
  pagination: true,
  nextField: true,
  cursorHeader: true,
  nextFieldMissing: true,
  moreField: true,
  endField: true,
  endValues: true,
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
  positionFormat: true,
  inclusiveOffset: true,
  lagSeconds: true,
  batchSize: true,
  requireGuarantee: true,
  replay: true,
  spoolDir: true,
  onReplayMismatch: true,
  allowConfigChange: true,
};
/** An option that only declares the use of the format, which the reader already knows. */
const ONLY_IN_PYTHON = ["streaming"];

/** A list of names in a module of the Python package. */
function pythonNames(module: string, list = "OPTIONS"): string[] {
  const program = `import json; from sparktide_sources.${module} import ${list}; print(json.dumps(${list}))`;
  const env = { ...process.env, PYTHONPATH: SOURCES, PYTHONDONTWRITEBYTECODE: "1" };
  const text = execFileSync(inject("python"), ["-c", program], { encoding: "utf8", env });
  return JSON.parse(text) as string[];
}

describe("the typed options", () => {
  it.each([
    ["weather", "weather", weather],
    ["coingecko", "coingecko", coingecko],
    ["rest", "_rest.config", rest],
  ])("of %s are the options that its Python source accepts", (_name, module, names) => {
    const taken = pythonNames(module).filter((name) => !ONLY_IN_PYTHON.includes(name));
    expect(Object.keys(names).sort()).toEqual(taken.sort());
  });

  it("for credentials are exactly those that register_all() in Python redacts", () => {
    expect(sources.rest.hiddenOptions).toEqual(
      pythonNames("_credentials.plan_redaction", "REDACTED_OPTIONS"),
    );
  });

  it("for credentials are added once to the redaction pattern of the session", async () => {
    await using spark = await connect(sources.rest);
    await spark.dataSource.register(sources.rest, sources.weather);
    const regex = await spark.conf.get("spark.sql.redaction.options.regex");
    expect(regex.split("oauth[T]oken|")).toHaveLength(2);
    expect(regex).toContain("(?i)url");
  });

  it("must be references for all credentials if the session cannot redact them", async () => {
    await using spark = await connect();
    // Spark redacts this value for the session itself, so the client cannot extend it.
    await spark.conf.set("spark.sql.redaction.options.regex", "(?i)password");
    await spark.dataSource.register(sources.rest);
    const options = sources.rest.options({
      url: `${inject("apiUrl")}/items`,
      authType: "Bearer",
      oauthToken: "replay-token",
      allowHttp: true,
      allowPrivateHosts: true,
    });
    const read = spark.read.format("rest").options(options).load();
    await expect(read.count()).rejects.toThrow(/oauthToken.*holds a credential itself/);
  });
});
