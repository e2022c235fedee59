/** Data sources written in Python that this client deploys itself. */
export { coingecko } from "./coingecko.js";
export { inferRestSchema } from "./infer-rest-schema.js";
export { inputDataFrom } from "./input-data.js";
export { PythonDataSource } from "./python-data-source.js";
export { rest } from "./rest.js";
export { weather } from "./weather.js";
export type { CoinGeckoOptions } from "./coingecko.js";
export type { InputDataOptions } from "./input-data.js";
export type { PackagedSource } from "./packaged-source.js";
export type { SourceText } from "./python-data-source.js";
export type {
  ApiKeyAuth,
  BasicAuth,
  BearerAuth,
  BrokerAuth,
  NoAuth,
  OAuth1Auth,
  OAuth2Auth,
  RestAuthOptions,
  SessionAuth,
} from "./rest-options/auth-options.js";
export type { RestOffsetType } from "./rest-options/position-options.js";
export type { RestParent } from "./rest-options/parent-options.js";
export type { RestOptions } from "./rest-options/rest-options.js";
export type { RestErrorAction } from "./rest-options/row-options.js";
export type { RestWriteErrorAction, RestWriteOptions } from "./rest-options/sink-options.js";
export type { CommonSourceOptions } from "./source-options.js";
export type { RestSource } from "./rest.js";
export type { WeatherOptions, WeatherStation } from "./weather.js";
