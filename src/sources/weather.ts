import { PackagedSource } from "./packaged-source.js";
import { commonTexts, type CommonSourceOptions } from "./source-options.js";

/** A place whose weather is read. */
export interface WeatherStation {
  /** Unique among the stations; the row's `station`. */
  readonly id: string;
  /** Degrees, -90 to 90. */
  readonly lat: number;
  /** Degrees, -180 to 180. */
  readonly lon: number;
}

/** Options of format `weather`. */
export interface WeatherOptions extends CommonSourceOptions {
  /** The places, each of its own `id`: objects of `id`, `lat` and `lon`, in degrees. */
  readonly stations: readonly WeatherStation[];
  /** Open-Meteo's key, for its paid service. May be a reference: `env:NAME` or `file:/path`. */
  readonly apiKey?: string;
}

/**
 * Current weather from Open-Meteo, one row a station and poll: `station STRING, temperature_2m
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
