import type { DataFrame, SparkSession } from "sparktide";
import { timestamp_seconds } from "sparktide/functions";
import { coingecko, rest, weather } from "sparktide/sources";

/** A stream of the demo: an API, the format that reads it, and the rows to store. */
export interface Feed {
  readonly format: "weather" | "coingecko" | "rest";
  /** A request that the live API answers if it is reachable. */
  readonly liveCheck: string;
  /** The rows of the stream. With an origin, they come from the replay server there instead of the live API. */
  rows(spark: SparkSession, replayOrigin: string | undefined): DataFrame;
}

const STATIONS = [
  { id: "NYC", lat: 40.71, lon: -74.01 },
  { id: "Madrid", lat: 40.42, lon: -3.7 },
  { id: "Tokyo", lat: 35.69, lon: 139.69 },
];

/** The address of the API, if it is not the live one. */
function from(replayOrigin: string | undefined): { baseUrl?: string } {
  return replayOrigin === undefined ? {} : { baseUrl: replayOrigin };
}

/** Live APIs have limits for free use, so they are polled less often than the replay server. */
function pace(replayOrigin: string | undefined): object {
  return replayOrigin === undefined
    ? { streamingInterval: 10 }
    : { streamingInterval: 1, allowHttp: true, allowPrivateHosts: true };
}

export const feeds: readonly Feed[] = [
  {
    format: "weather",
    liveCheck:
      "https://api.open-meteo.com/v1/forecast?latitude=40.71&longitude=-74.01&current=temperature_2m",
    rows: (spark, origin) =>
      spark.readStream
        .format("weather")
        .options(weather.options({ stations: STATIONS, ...from(origin), ...pace(origin) }))
        .load()
        .select((row) => ({
          station: row.station,
          celsius: row.temperature_2m,
          humidity: row.relative_humidity_2m,
          polled: timestamp_seconds(row.ts_ingest),
        })),
  },
  {
    format: "coingecko",
    liveCheck: "https://api.coingecko.com/api/v3/simple/price?ids=bitcoin&vs_currencies=usd",
    rows: (spark, origin) =>
      spark.readStream
        .format("coingecko")
        .options(
          coingecko.options({ coins: ["bitcoin", "ethereum"], ...from(origin), ...pace(origin) }),
        )
        .load()
        .select((row) => ({
          coin: row.coin,
          usd: row.usd_price.cast("decimal(18,2)"),
          polled: timestamp_seconds(row.ts_ingest),
        })),
  },
  {
    format: "rest",
    liveCheck: "https://api.github.com/events?per_page=1",
    rows: (spark, origin) =>
      spark.readStream
        .format("rest")
        .options(
          rest.options({
            url: `${origin ?? "https://api.github.com"}/events?per_page=100`,
            offsetField: "id",
            offsetType: "incremental",
            outputType: "columns",
            schema: "id string, type string, created_at timestamp",
            ...pace(origin),
          }),
        )
        .load(),
  },
];

/** True if the live API answers this machine within four seconds. */
export async function isLive(feed: Feed, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(feed.liveCheck, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(4_000)]),
    });
    return answer.ok;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
