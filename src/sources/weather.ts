import { PackagedSource } from "./packaged-source.js";
import { commonTexts, type CommonSourceOptions } from "./source-options.js";

/** A place to read the weather of. */
export interface WeatherStation {
  /** The value of `station` in the row. Unique among the stations. */
  readonly id: string;
  /** Degrees, -90 to 90. */
  readonly lat: number;
  /** Degrees, -180 to 180. */
  readonly lon: number;
}

/** Options of format `weather`. */
export interface WeatherOptions extends CommonSourceOptions {
  /** The places: objects with a unique `id`, and `lat` and `lon` in degrees. */
  readonly stations: readonly WeatherStation[];
  /** The key for Open-Meteo's paid service. May be a reference: `env:NAME` or `file:/path`. */
  readonly apiKey?: string;
}

/**
 * Reads the current weather from Open-Meteo. Each poll gives one row per station: `station STRING, temperature_2m
 * DOUBLE, relative_humidity_2m DOUBLE, ts_ingest BIGINT` (UNIX seconds). Batch and streaming.
 */
export const weather: PackagedSource<WeatherOptions> = new PackagedSource<WeatherOptions>(
  "weather",
  "WeatherDataSource",
  ({ stations, apiKey, ...common }) => ({
    stations: JSON.stringify(stations),
    apiKey,
    ...commonTexts(common),
  }),
);
