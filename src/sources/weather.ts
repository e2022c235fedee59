import { ArgumentError } from "../errors.js";
import { shown } from "../value-kind.js";
import { WEATHER_OPTIONS } from "./option-names.js";
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

/** The stations as JSON. The Python source checks their values. */
function stationsText(stations: readonly WeatherStation[]): string | undefined {
  // JavaScript callers may pass any type.
  const given: unknown = stations;
  if (given === undefined) return undefined;
  const isStation = (item: unknown): boolean =>
    typeof item === "object" && item !== null && "id" in item && "lat" in item && "lon" in item;
  if (Array.isArray(given) && given.every(isStation)) return JSON.stringify(given);
  const wrong: unknown = Array.isArray(given) ? given.find((item) => !isStation(item)) : given;
  const place = Array.isArray(given) ? " in the array" : "";
  throw new ArgumentError(
    "stations",
    `Option stations must be an array of places such as { id: "Berlin", lat: 52.52, lon: 13.41 }, got ${shown(wrong)}${place}.`,
  );
}

/**
 * Reads the current weather from Open-Meteo. Each poll gives one row per station: `station STRING, temperature_2m
 * DOUBLE, relative_humidity_2m DOUBLE, ts_ingest BIGINT` (UNIX seconds). Batch and streaming.
 */
export const weather: PackagedSource<WeatherOptions> = new PackagedSource<WeatherOptions>(
  "weather",
  "WeatherDataSource",
  WEATHER_OPTIONS,
  ({ stations, apiKey, ...common }) => ({
    stations: stationsText(stations),
    apiKey,
    ...commonTexts(common),
  }),
);
