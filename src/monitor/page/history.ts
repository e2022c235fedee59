import { useEffect, useMemo, useState } from "preact/hooks";
import type { HistoryDocument } from "../documents.js";
import { SPANS, type Span } from "./address.js";
import { streamPath } from "./client.js";
import { useNow, usePage, useStore } from "./context.js";
import { withPoints, within, type Series } from "./series.js";

/** About as many points as a chart has pixels. */
const POINTS = 600;

export interface ShownHistory {
  /** Undefined before the first answer. */
  readonly series: Series | undefined;
  readonly from: number;
  readonly to: number;
  readonly failure: string | undefined;
}

/** The values of a time span that ends now. They follow the live connection. */
export function useHistory(name: string, span: Span): ShownHistory {
  const { client, store } = usePage();
  const generation = useStore((state) => state.generation);
  const points = useStore((state) => state.points);
  const [history, setHistory] = useState<HistoryDocument>();
  const [failure, setFailure] = useState<string>();
  const length = SPANS[span];
  // The picture moves by a pixel or so.
  const now = useNow(Math.max(1_000, length / POINTS));
  const to = Math.max(now, points.at(-1)?.at ?? 0);
  useEffect(() => {
    if (generation === 0) return undefined;
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      const end = store.now();
      const query = new URLSearchParams({
        from: new Date(end - length).toISOString(),
        to: new Date(end).toISOString(),
        points: String(POINTS),
      });
      try {
        const path = `${streamPath(name)}/history?${query.toString()}`;
        setHistory(await client.get<HistoryDocument>(path, abort.signal));
        setFailure(undefined);
      } catch (error) {
        if (!abort.signal.aborted)
          setFailure(error instanceof Error ? error.message : String(error));
      }
    };
    void load();
    return () => {
      abort.abort();
    };
  }, [client, store, name, length, generation]);
  const all = useMemo(
    () => (history === undefined ? undefined : withPoints(history, points)),
    [history, points],
  );
  const from = to - length;
  const series = useMemo(
    () => (all === undefined ? undefined : within(all, from, to)),
    [all, from, to],
  );
  return { series, from, to, failure };
}
