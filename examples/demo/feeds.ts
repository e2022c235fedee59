import { coingecko, rest, weather } from "sparktide/sources";

/** A stream of the demo: an API, the format that reads it, and its options. */
export interface Feed {
  readonly format: "weather" | "coingecko" | "rest";
  /** A request that the live API answers if it is reachable. */
  readonly liveCheck: string;
  /** The source's options. With an origin, they read from the replay server there instead of the live API. */
  options(replayOrigin: string | undefined): Record<string, string>;
}

const STATIONS = [
  { id: "NYC", lat: 40.71, lon: -74.01 },
  { id: "Madrid", lat: 40.42, lon: -3.7 },
  { id: "Tokyo", lat: 35.69, lon: 139.69 },
];

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
    options: (origin) =>
      weather.options({
        stations: STATIONS,
        ...(origin !== undefined && { baseUrl: origin }),
        ...pace(origin),
      }),
  },
  {
    format: "coingecko",
    liveCheck: "https://api.coingecko.com/api/v3/simple/price?ids=bitcoin&vs_currencies=usd",
    options: (origin) =>
      coingecko.options({
        coins: ["bitcoin", "ethereum"],
        ...(origin !== undefined && { baseUrl: origin }),
        ...pace(origin),
      }),
  },
  {
    format: "rest",
    liveCheck: "https://api.github.com/events?per_page=1",
    options: (origin) =>
      rest.options({
        url: `${origin ?? "https://api.github.com"}/events?per_page=100`,
        offsetField: "id",
        offsetType: "incremental",
        ...pace(origin),
      }),
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
