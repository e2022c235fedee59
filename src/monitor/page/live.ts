// The live connection: reads server-sent events, and connects again after a cut.
import type { LiveMessages, StreamsDocument } from "../documents.js";
import { RequestError, type Client } from "./client.js";
import { EventStreamParser, type EventStreamMessage } from "./event-stream.js";
import type { Store } from "./store.js";

/** The waits between attempts. The last one repeats. */
const WAITS_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Without a byte for this long, the connection counts as lost. The monitor sends a comment more often. */
const SILENCE_MS = 45_000;

const READ_AGAIN_MS = 2_000;

/** Keeps one connection open until the page closes. */
export class Live {
  readonly #client: Client;
  readonly #store: Store;
  #stream: string | null = null;
  #lastId = "";
  #failures = 0;
  #open = new AbortController();
  #wait: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, store: Store) {
    this.#client = client;
    this.#store = store;
  }

  /** Connects for the list, or for the page of a stream. A new connection starts with the newest documents. */
  watch(stream: string | null): void {
    this.#stream = stream;
    this.#lastId = "";
    this.#store.update({ points: [], events: [] });
    this.retryNow();
  }

  /** Connects now, without a wait. */
  retryNow(): void {
    clearTimeout(this.#wait);
    this.#open.abort();
    this.#open = new AbortController();
    void this.#run(this.#open);
  }

  async #run(open: AbortController): Promise<void> {
    let silence: ReturnType<typeof setTimeout> | undefined;
    let reason = "The monitor closed the connection.";
    const hear = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        reason = "No data came for a while.";
        open.abort(reason);
      }, SILENCE_MS);
    };
    try {
      hear();
      const answer = await this.#client.open(this.#path(), {
        headers: {
          accept: "text/event-stream",
          ...(this.#lastId === "" ? {} : { "last-event-id": this.#lastId }),
        },
        signal: open.signal,
      });
      const body = answer.body;
      if (body === null) throw new RequestError("The monitor sent an empty answer.");
      const parser = new EventStreamParser(this.#lastId);
      const decoder = new TextDecoder();
      const reader = body.getReader();
      this.#store.update({ token: "ok" });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        hear();
        for (const message of parser.push(decoder.decode(value, { stream: true })))
          this.#take(message);
        this.#failures = 0;
        this.#store.setLink({
          state: "open",
          lastDataAt: Date.now(),
          retryAt: undefined,
          reason: undefined,
        });
      }
    } catch (error) {
      if (error instanceof RequestError) {
        reason = error.message;
        if (error.needsToken) {
          const token = this.#client.hasToken ? "refused" : "needed";
          this.#store.update({ token }, true);
          return;
        }
      } else if (!open.signal.aborted) {
        reason = "The connection broke.";
      }
    } finally {
      clearTimeout(silence);
    }
    // Another connection replaced this one.
    if (this.#open !== open) return;
    const wait = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 0;
    this.#failures++;
    this.#store.setLink({ state: "lost", retryAt: Date.now() + wait, reason });
    this.#wait = setTimeout(() => {
      this.retryNow();
    }, wait);
  }

  #path(): string {
    if (this.#stream === null) return "api/live";
    return `api/live?${new URLSearchParams({ stream: this.#stream }).toString()}`;
  }

  #take({ event, data, id }: EventStreamMessage): void {
    this.#lastId = id;
    const content: unknown = JSON.parse(data);
    const store = this.#store;
    switch (event) {
      case "reset":
        store.update({ points: [], generation: store.state.generation + 1 });
        void this.#readAll();
        break;
      case "streams": {
        const { streams, removed } = content as LiveMessages["streams"];
        store.changeStreams(streams, removed);
        break;
      }
      case "service":
        store.update({ service: content as LiveMessages["service"] });
        break;
      case "log": {
        const entry = content as LiveMessages["log"];
        if (entry.stream === null || entry.stream === this.#stream) store.addEvent(entry);
        break;
      }
      case "point": {
        const point = content as LiveMessages["point"];
        if (point.stream === this.#stream) store.addPoint(point);
        break;
      }
      // A newer monitor may send messages that this page does not know.
    }
  }

  /** Reads the streams again. Repeats that while the connection is open, because the page has nothing without them. */
  async #readAll(): Promise<void> {
    const { signal } = this.#open;
    try {
      this.#store.readStreams(await this.#client.get<StreamsDocument>("api/streams", signal));
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#store.setLink({ state: "lost", reason });
      setTimeout(() => {
        if (!signal.aborted) void this.#readAll();
      }, READ_AGAIN_MS);
    }
  }
}
