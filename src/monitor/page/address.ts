// The part of the address after `#` says which view is open and what the reader chose, so that a link opens the same.
import { DEFAULT_SETTINGS, GROUPS, SORT_KEYS, type ListSettings } from "./listing.js";

/** The time spans that charts can show. */
export const SPANS = {
  "15m": 900_000,
  "1h": 3_600_000,
  "6h": 21_600_000,
  "24h": 86_400_000,
} as const;
export type Span = keyof typeof SPANS;

export const LEVELS = ["info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** An open view. */
export type Route =
  | { readonly view: "list"; readonly settings: ListSettings }
  | { readonly view: "stream"; readonly name: string; readonly span: Span; readonly level: Level };

function oneOf<T extends string>(known: readonly T[], text: string | null): T | null {
  return known.find((value) => value === text) ?? null;
}

/** Reads the address. Values that are not known have their defaults. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parameters = new URLSearchParams(query);
  const name = /^\/streams\/(.+)$/.exec(path)?.[1];
  if (name !== undefined) {
    return {
      view: "stream",
      name: decoded(name),
      span: oneOf(Object.keys(SPANS) as Span[], parameters.get("span")) ?? "15m",
      level: oneOf(LEVELS, parameters.get("level")) ?? "info",
    };
  }
  return {
    view: "list",
    settings: {
      text: parameters.get("q") ?? "",
      group: oneOf(GROUPS, parameters.get("state")),
      sort: oneOf(SORT_KEYS, parameters.get("sort")) ?? DEFAULT_SETTINGS.sort,
      isDescending: parameters.get("desc") === "1",
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a view, with `#`. Default values are left out. */
export function addressOf(route: Route): string {
  const parameters = new URLSearchParams();
  if (route.view === "stream") {
    if (route.span !== "15m") parameters.set("span", route.span);
    if (route.level !== "info") parameters.set("level", route.level);
    return withQuery(`#/streams/${encodeURIComponent(route.name)}`, parameters);
  }
  const { text, group, sort, isDescending } = route.settings;
  if (text !== "") parameters.set("q", text);
  if (group !== null) parameters.set("state", group);
  if (sort !== DEFAULT_SETTINGS.sort) parameters.set("sort", sort);
  if (isDescending) parameters.set("desc", "1");
  return withQuery("#/", parameters);
}

function withQuery(path: string, parameters: URLSearchParams): string {
  const query = parameters.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** The address of a stream's page. */
export function addressOfStream(name: string): string {
  return addressOf({ view: "stream", name, span: "15m", level: "info" });
}

/** The token of an address such as `#token=abc`. Undefined if the address has no token. */
export function tokenOf(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token === null || token === "" ? undefined : token;
}
