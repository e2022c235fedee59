import type { ErrorDocument, EventDocument } from "./documents.js";

const MOST_OF_ALL = 1_000;
const MOST_OF_A_STREAM = 200;
const MOST_ERRORS = 20;

interface StreamLog {
  readonly events: EventDocument[];
  readonly errors: ErrorDocument[];
}

/** The newest events: 1,000 in all, 200 of each stream, and the last 20 errors of each stream. */
export class EventLog {
  readonly #all: EventDocument[] = [];
  readonly #streams = new Map<string, StreamLog>();
  #lastId = 0;

  /** Adds an event, and gives it the next id. */
  add(event: Omit<EventDocument, "id">): EventDocument {
    this.#lastId += 1;
    const own = event.stream === null ? undefined : this.#of(event.stream);
    const error = event.error === null ? null : shared(event.error, own?.errors[0]);
    const added = { id: this.#lastId, ...event, error };
    keep(this.#all, added, MOST_OF_ALL);
    if (own !== undefined) {
      keep(own.events, added, MOST_OF_A_STREAM);
      if (error !== null) keep(own.errors, error, MOST_ERRORS);
    }
    return added;
  }

  /** The events of all streams and of the session, the newest first. */
  get all(): readonly EventDocument[] {
    return this.#all;
  }

  /** The events of a stream, the newest first. */
  events(stream: string): readonly EventDocument[] {
    return this.#streams.get(stream)?.events ?? [];
  }

  /** The errors of a stream, the newest first. */
  errors(stream: string): readonly ErrorDocument[] {
    return this.#streams.get(stream)?.errors ?? [];
  }

  /** Forgets the events of a removed stream. The log of all events keeps them. */
  forget(stream: string): void {
    this.#streams.delete(stream);
  }

  #of(stream: string): StreamLog {
    let log = this.#streams.get(stream);
    if (log === undefined) {
      log = { events: [], errors: [] };
      this.#streams.set(stream, log);
    }
    return log;
  }
}

function keep<T>(list: T[], item: T, most: number): void {
  list.unshift(item);
  if (list.length > most) list.pop();
}

/** The error with the texts of the one before it where they are equal, because a stream often fails with the same error. */
function shared(error: ErrorDocument, former: ErrorDocument | undefined): ErrorDocument {
  if (former?.message !== error.message) return error;
  return { ...error, message: former.message, advice: former.advice };
}
