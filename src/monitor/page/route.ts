// The open view. It follows the address bar.
import { useEffect, useState } from "preact/hooks";
import { addressOf, routeOf, type Route } from "./address.js";
import { DEFAULT_SETTINGS, type ListSettings } from "./listing.js";

/** What the reader last chose in the list, for the way back from a stream. */
let lastSettings: ListSettings = DEFAULT_SETTINGS;

export function listAddress(): string {
  return addressOf({ view: "list", settings: lastSettings });
}

/** The open view, and a function that changes it without a new entry in the browser's history. */
export function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  if (route.view === "list") lastSettings = route.settings;
  useEffect(() => {
    const follow = (): void => {
      setRoute(routeOf(location.hash));
    };
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("hashchange", follow);
    };
  }, []);
  const replace = (next: Route): void => {
    history.replaceState(null, "", addressOf(next));
    setRoute(next);
  };
  return [route, replace];
}
