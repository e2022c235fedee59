// The token stays in this tab: sessionStorage forgets it when the tab closes.
import { tokenOf } from "./address.js";

const KEY = "sparktide.token";

/** The token of the address or of this tab. Removes it from the address bar and from the tab's history. */
export function takeToken(): string | undefined {
  const token = tokenOf(location.hash);
  if (token === undefined) return kept()?.getItem(KEY) ?? undefined;
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  keepToken(token);
  return token;
}

export function keepToken(token: string): void {
  kept()?.setItem(KEY, token);
}

/** Storage is not available in some private windows. */
function kept(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
