import { useEffect, useRef, useState } from "preact/hooks";
import type { EventDocument, StreamDocument } from "../documents.js";
import { streamPath } from "./client.js";
import { usePage, useStore } from "./context.js";
import { RepeatedReading } from "./repeated-reading.js";

/** The document changes with each batch, but nobody reads offsets faster than this. */
const READ_AGAIN_MS = 5_000;

const MOST_EVENTS = 200;

export interface ReadDocument {
  readonly document: StreamDocument | undefined;
  /** Why the newest document could not be read. */
  readonly failure: string | undefined;
}

/** The stream's document with the events that arrived later. Reads it again when the stream changed. */
export function useStreamDocument(name: string): ReadDocument {
  const { client } = usePage();
  const generation = useStore((state) => state.generation);
  const summary = useStore((state) => state.streams.get(name));
  const events = useStore((state) => state.events);
  const [read, setRead] = useState<ReadDocument>({ document: undefined, failure: undefined });
  const reading = useRef<RepeatedReading>(undefined);
  useEffect(() => {
    // Generation 0: the connection is not open yet, and reading would be repeated when it is.
    if (generation === 0) return undefined;
    const made = new RepeatedReading(READ_AGAIN_MS, async (signal) => {
      try {
        const document = await client.get<StreamDocument>(streamPath(name), signal);
        setRead({ document, failure: undefined });
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof Error ? error.message : String(error);
        setRead((before) => ({ ...before, failure }));
      }
    });
    reading.current = made;
    made.request();
    return () => {
      made.close();
    };
  }, [client, name, generation]);
  useEffect(() => {
    reading.current?.request();
  }, [summary]);
  const { document } = read;
  return {
    ...read,
    document: document && { ...document, events: merged(events, document.events) },
  };
}

/** Events of both lists, the newest first. */
function merged(
  live: readonly EventDocument[],
  read: readonly EventDocument[],
): readonly EventDocument[] {
  const byId = new Map([...live, ...read].map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => b.id - a.id).slice(0, MOST_EVENTS);
}
