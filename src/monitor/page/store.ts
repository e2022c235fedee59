// What the page knows, and who wants to hear of changes.
import type {
  EventDocument,
  PointDocument,
  ServiceDocument,
  StreamsDocument,
  StreamSummary,
} from "../documents.js";

/** The state of the live connection. */
export interface Link {
  readonly state: "connecting" | "open" | "lost";
  /** When data last arrived, in milliseconds of this machine's clock. Undefined before the first. */
  readonly lastDataAt: number | undefined;
  /** When the page tries again, in state `lost`. */
  readonly retryAt: number | undefined;
  /** Why the connection is lost. */
  readonly reason: string | undefined;
}

export interface PageState {
  /** Null before the first answer. */
  readonly service: ServiceDocument | null;
  /** By name, in the monitor's order. */
  readonly streams: ReadonlyMap<string, StreamSummary>;
  readonly link: Link;
  /** The monitor asks for a token: not at all, for the first time, or because it refused the one it got. */
  readonly token: "ok" | "needed" | "refused";
  /** What the monitor's clock shows less what this machine's clock shows, in milliseconds. */
  readonly clockOffset: number;
  /** Increases when the page has to read its documents again. */
  readonly generation: number;
  /** Live points of the open stream since the last reading of its history. */
  readonly points: readonly PointDocument[];
  /** Live events of the open stream, the newest first. */
  readonly events: readonly EventDocument[];
}

const START: PageState = {
  service: null,
  streams: new Map(),
  link: { state: "connecting", lastDataAt: undefined, retryAt: undefined, reason: undefined },
  token: "ok",
  clockOffset: 0,
  generation: 0,
  points: [],
  events: [],
};

/** Changes within this time are shown together, so that many streams cost few renderings. */
const TOGETHER_MS = 200;

const MOST_EVENTS = 200;
const MOST_POINTS = 20_000;

/** Holds the state, and calls its listeners some time after a change. */
export class Store {
  #state = START;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get state(): PageState {
    return this.#state;
  }

  /** The time by the monitor's clock. Ages are the differences to it. */
  now(): number {
    return Date.now() + this.#state.clockOffset;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param isUrgent the listeners hear of it now, as after something that the reader did */
  update(change: Partial<PageState>, isUrgent = false): void {
    this.#state = { ...this.#state, ...change };
    if (isUrgent) this.#notify();
    else
      this.#waiting ??= setTimeout(() => {
        this.#notify();
      }, TOGETHER_MS);
  }

  #notify(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    for (const listener of this.#listeners) listener();
  }

  readStreams(document: StreamsDocument): void {
    this.update({
      service: document.service,
      streams: new Map(document.streams.map((stream) => [stream.name, stream])),
      clockOffset: Date.parse(document.generatedAt) - Date.now(),
    });
  }

  changeStreams(
    changed: readonly StreamSummary[],
    removed: readonly string[],
    isUrgent = false,
  ): void {
    const streams = new Map(this.#state.streams);
    for (const stream of changed) streams.set(stream.name, stream);
    for (const name of removed) streams.delete(name);
    this.update({ streams }, isUrgent);
  }

  addPoint(point: PointDocument): void {
    this.update({ points: [...this.#state.points, point].slice(-MOST_POINTS) });
  }

  addEvent(event: EventDocument): void {
    this.update({ events: [event, ...this.#state.events].slice(0, MOST_EVENTS) });
  }

  setLink(link: Partial<Link>): void {
    this.update({ link: { ...this.#state.link, ...link } });
  }
}
