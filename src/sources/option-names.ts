// The names of the packaged sources' options. The compiler refuses a missing or additional name, and
// test/integration/source-options.test.ts compares them with the Python sources.

import type { CoinGeckoOptions } from "./coingecko.js";
import type { BrokerOptions, RestAuthOptions } from "./rest-options/auth-options.js";
import type { PageOptions } from "./rest-options/page-options.js";
import type { RestOptions } from "./rest-options/rest-options.js";
import type { RestWriteOptions } from "./rest-options/sink-options.js";
import type { CommonSourceOptions } from "./source-options.js";
import type { WeatherOptions } from "./weather.js";

/** The keys of every member of a union. */
type KeysOf<T> = T extends unknown ? keyof T : never;
type Names<T> = Readonly<Record<KeysOf<T>, true>>;

/** The options about requests and connections, which reads and writes have. */
const ofRequests = {
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
} as const;
const commonOfRest: Names<Omit<CommonSourceOptions, "baseUrl">> = {
  streamingInterval: true,
  maxOffsetBytes: true,
  ...ofRequests,
  onTransient: true,
  maxConsecutiveFailures: true,
};
const common: Names<CommonSourceOptions> = { baseUrl: true, ...commonOfRest };

/** The options of pages, which the list of a connector's parents has too. */
export const PAGE_OPTIONS: Names<PageOptions> = {
  pagination: true,
  nextField: true,
  cursorHeader: true,
  nextFieldMissing: true,
  nextLink: true,
  moreField: true,
  endField: true,
  endValues: true,
  totalField: true,
  totalPagesField: true,
  repeatedPage: true,
  pageParam: true,
  pageIn: true,
  pageStart: true,
  pageSize: true,
  pageSizeParam: true,
  maxPages: true,
};

const ofAuthentication: Names<RestAuthOptions & BrokerOptions> = {
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
  oauthRefreshRotates: true,
  oauthGrantType: true,
  oauthParameters: true,
  oauthRequestFormat: true,
  tokenPrefix: true,
  loginUrl: true,
  loginBody: true,
  loginFormat: true,
  loginTokenField: true,
  loginTokenHeader: true,
  loginLife: true,
  brokerCredential: true,
  brokerUrl: true,
  brokerKey: true,
  rateBudget: true,
};

export const WEATHER_OPTIONS: Names<WeatherOptions> = { stations: true, apiKey: true, ...common };
export const COINGECKO_OPTIONS: Names<CoinGeckoOptions> = { coins: true, apiKey: true, ...common };
export const REST_OPTIONS: Names<RestOptions> = {
  url: true,
  method: true,
  body: true,
  headers: true,
  cookie: true,
  inputData: true,
  parent: true,
  partitions: true,
  retryPost: true,
  ...ofAuthentication,
  dataField: true,
  dataFieldMissing: true,
  dataShape: true,
  keyField: true,
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
  ...PAGE_OPTIONS,
  offsetField: true,
  offsetType: true,
  offsetScope: true,
  initialOffset: true,
  firstPosition: true,
  positionFormat: true,
  windowStep: true,
  finalOffset: true,
  inclusiveEnd: true,
  windowsPerBatch: true,
  inclusiveOffset: true,
  lagSeconds: true,
  batchSize: true,
  requireGuarantee: true,
  replay: true,
  spoolDir: true,
  onReplayMismatch: true,
  allowConfigChange: true,
  ...commonOfRest,
};
export const REST_WRITE_OPTIONS: Names<RestWriteOptions> = {
  url: true,
  method: true,
  body: true,
  headers: true,
  cookie: true,
  requestFormat: true,
  rowsPerRequest: true,
  nullFields: true,
  concurrentRequests: true,
  idempotencyHeader: true,
  keyColumns: true,
  writeId: true,
  onError: true,
  onStatus: true,
  errorField: true,
  onBody: true,
  deadLetterPath: true,
  ...ofAuthentication,
  ...ofRequests,
};
