import { randomUUID } from "node:crypto";
import type { LiveMessages } from "../documents.js";

/** A message as server-sent events have it. */
export interface LiveMessage {
  readonly id: number;
  /** The stream, for a message that only clients of that stream receive. */
  readonly stream: string | undefined;
  readonly text: string;
}

const MOST_BYTES = 4_000_000;

/** The newest messages, so that a client that was away receives what it missed. Bounded by bytes. */
export class LiveRing {
  /** Part of each id: the ids of a former process are unknown. */
  readonly #run = randomUUID().slice(0, 8);
  readonly #messages: LiveMessage[] = [];
  #bytes = 0;
  #lastId = 0;

  /** Adds a message. */
  add<K extends keyof LiveMessages>(event: K, data: LiveMessages[K], stream?: string): LiveMessage {
    this.#lastId += 1;
    const text = this.#text(this.#lastId, event, JSON.stringify(data));
    const message = { id: this.#lastId, stream, text };
    this.#messages.push(message);
    this.#bytes += text.length;
    while (this.#bytes > MOST_BYTES && this.#messages.length > 1)
      this.#bytes -= this.#messages.shift()?.text.length ?? 0;
    return message;
  }

  /** Forgets all messages, because no client is there for whom new ones are made. */
  clear(): void {
    this.#messages.length = 0;
    this.#bytes = 0;
    // The next ids do not follow the last one, so a client of before gets `reset`.
    this.#lastId += 1;
  }

  /** The text of the message with which a client begins anew. */
  reset(): string {
    return this.#text(this.#lastId, "reset", "{}");
  }

  /** The messages after the one with this id. Undefined if some of them are not kept, or the id is unknown. */
  after(lastEventId: string | undefined): readonly LiveMessage[] | undefined {
    const [, run, digits] = /^(\w+)-(\d{1,15})$/.exec(lastEventId ?? "") ?? [];
    if (run !== this.#run) return undefined;
    const id = Number(digits);
    const oldest = this.#messages[0]?.id ?? this.#lastId + 1;
    if (id > this.#lastId || id < oldest - 1) return undefined;
    return this.#messages.slice(id + 1 - oldest);
  }

  #text(id: number, event: string, data: string): string {
    return `id: ${this.#run}-${id}\nevent: ${event}\ndata: ${data}\n\n`;
  }
}
