/** Data sources written in Python that this client deploys itself. */
export { coingecko } from "./coingecko.js";
export { PythonDataSource } from "./python-data-source.js";
export { rest } from "./rest.js";
export { weather } from "./weather.js";
export type { CoinGeckoOptions } from "./coingecko.js";
export type { PackagedSource } from "./packaged-source.js";
export type { SourceText } from "./python-data-source.js";
export type { RestOffsetType, RestOptions } from "./rest.js";
export type { CommonSourceOptions } from "./source-options.js";
export type { WeatherOptions, WeatherStation } from "./weather.js";
