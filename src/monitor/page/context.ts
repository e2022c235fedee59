// What all parts of the page share.
import { createContext, type Context } from "preact";
import { useContext, useEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Client } from "./client.js";
import type { Live } from "./live.js";
import type { PageState, Store } from "./store.js";

export interface Page {
  readonly client: Client;
  readonly store: Store;
  readonly live: Live;
}

/** Set by main.tsx. */
export const PageContext: Context<Page | undefined> = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("PageContext has no value.");
  return page;
}

/** A part of the page's state. The component renders again when it changes. */
export function useStore<T>(select: (state: PageState) => T): T {
  const { store } = usePage();
  const [, render] = useReducer((count: number) => count + 1, 0);
  const selected = select(store.state);
  const shown = useRef({ select, selected });
  shown.current = { select, selected };
  useEffect(
    () =>
      store.subscribe(() => {
        if (shown.current.select(store.state) !== shown.current.selected) render(0);
      }),
    [store],
  );
  return selected;
}

/** Calls a function each second while the page is visible, and when it becomes visible. */
export function onEachSecond(listener: () => void): () => void {
  seconds.add(listener);
  return () => seconds.delete(listener);
}

const seconds = new Set<() => void>();
const tick = (): void => {
  if (!document.hidden) for (const listener of seconds) listener();
};
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);

/** The time by the monitor's clock. Renders the component again with a new one every so many milliseconds. */
export function useNow(everyMs: number): number {
  const { store } = usePage();
  const [now, setNow] = useState(() => store.now());
  useEffect(() => {
    let setAt = Date.now();
    setNow(store.now());
    return onEachSecond(() => {
      // The seconds of a busy machine are a little early or late.
      if (Date.now() - setAt < everyMs - 100) return;
      setAt = Date.now();
      setNow(store.now());
    });
  }, [store, everyMs]);
  return now;
}
