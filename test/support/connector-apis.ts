import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A record of an API. */
type Item = Readonly<Record<string, unknown>>;

/** Issues, pull requests, Stripe's events … that a test changes while the APIs serve them. */
export interface ApiRecords {
  issues: Item[];
  pulls: Item[];
  events: Item[];
  stripeEvents: Item[];
  charges: Item[];
}

/** A page of records, and whether more follow. */
function page(
  items: readonly Item[],
  start: number,
  size: number,
): { taken: Item[]; more: boolean } {
  return { taken: items.slice(start, start + size), more: start + size < items.length };
}

function text(item: Item | undefined, name: string): string {
  const value = item?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Records by a time, newest first or oldest first. */
function byTime(items: readonly Item[], name: string, direction: string): Item[] {
  const sign = direction === "asc" ? 1 : -1;
  return [...items].sort((a, b) => sign * text(a, name).localeCompare(text(b, name)));
}

/** Local copies of the lists of GitHub, Stripe and Open-Meteo, as far as the connectors in examples/ read them. Pages have few records. */
export class ConnectorApis implements AsyncDisposable {
  readonly records: ApiRecords = {
    issues: [],
    pulls: [],
    events: [],
    stripeEvents: [],
    charges: [],
  };
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { status, body, headers } = this.#answer(request);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    });
  }

  static async start(): Promise<ConnectorApis> {
    const apis = new ConnectorApis();
    await new Promise<void>((resolve) => apis.#server.listen(0, "127.0.0.1", resolve));
    return apis;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer({ url = "/" }: IncomingMessage): {
    status: number;
    body: unknown;
    headers?: Record<string, string>;
  } {
    this.requests.push(url);
    const { pathname, searchParams } = new URL(url, this.url);
    const github = /^\/repos\/[^/]+\/[^/]+\/(issues|pulls|events)$/.exec(pathname)?.[1];
    if (github !== undefined) return this.#github(github as "issues", pathname, searchParams);
    if (pathname === "/v1/events" || pathname === "/v1/charges") {
      const items = pathname === "/v1/events" ? this.records.stripeEvents : this.records.charges;
      return { status: 200, body: stripeList(items, searchParams) };
    }
    if (pathname === "/archive") return { status: 200, body: archive(searchParams) };
    return { status: 404, body: { message: "Not Found" } };
  }

  #github(
    kind: "issues" | "pulls" | "events",
    path: string,
    query: URLSearchParams,
  ): { status: number; body: unknown; headers: Record<string, string> } {
    const since = query.get("since") ?? "";
    const time = kind === "events" ? "created_at" : "updated_at";
    const items = byTime(this.records[kind], time, query.get("direction") ?? "desc").filter(
      (item) => text(item, time) >= since,
    );
    const number = Number(query.get("page") ?? 1);
    const { taken, more } = page(items, (number - 1) * 3, 3);
    query.set("page", String(number + 1));
    const link = more ? { link: `<${this.url}${path}?${query.toString()}>; rel="next"` } : {};
    return { status: 200, body: taken, headers: link };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The first two hours of each day of Open-Meteo's archive: arrays side by side, with null where no value is known. */
function archive(query: URLSearchParams): object {
  const [first, last] = [query.get("start_date"), query.get("end_date")];
  const days: string[] = [];
  for (let day = `${first}`; day <= `${last}`; day = dayAfter(day)) days.push(day);
  return {
    latitude: Number(query.get("latitude")),
    longitude: Number(query.get("longitude")),
    hourly_units: { time: "iso8601", temperature_2m: "°C" },
    hourly: {
      time: days.flatMap((day) => [`${day}T00:00`, `${day}T01:00`]),
      temperature_2m: days.flatMap(() => [1.5, null]),
    },
  };
}

/** The day after a day such as 2024-12-31. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

function stripeList(items: readonly Item[], query: URLSearchParams): object {
  const from = Number(query.get("created[gte]") ?? 0);
  const types = query.getAll("types[]");
  const found = [...items]
    .reverse()
    .filter(
      (item) =>
        Number(item["created"]) >= from &&
        (types.length === 0 || types.includes(text(item, "type"))),
    );
  const after = query.get("starting_after");
  const start = after === null ? 0 : found.findIndex((item) => item["id"] === after) + 1;
  const { taken, more } = page(found, start, 3);
  return { object: "list", data: taken, has_more: more };
}
