/** A message of a stream of server-sent events. */
export interface EventStreamMessage {
  /** The name of the event. `message` if the server gave none. */
  readonly event: string;
  readonly data: string;
  /** The last id so far. Empty before the first id. */
  readonly id: string;
}

/**
 * Reads server-sent events from pieces of text. The page cannot use EventSource, because that cannot send the token.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStreamParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string;

  /** @param lastId the id of the last message of the former connection */
  constructor(lastId = "") {
    this.#id = lastId;
  }

  /** Takes the next piece of the answer. Returns the messages that are complete with it. */
  push(piece: string): EventStreamMessage[] {
    const text = this.#rest + piece;
    const messages: EventStreamMessage[] = [];
    let begin = 0;
    for (const found of text.matchAll(/\r\n|\n|\r/g)) {
      // A piece may end between \r and \n.
      if (found[0] === "\r" && found.index === text.length - 1) break;
      const message = this.#line(text.slice(begin, found.index));
      if (message !== undefined) messages.push(message);
      begin = found.index + found[0].length;
    }
    this.#rest = text.slice(begin);
    return messages;
  }

  #line(line: string): EventStreamMessage | undefined {
    if (line === "") return this.#complete();
    // A line that begins with a colon is a comment, which keeps the connection open.
    if (line.startsWith(":")) return undefined;
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #complete(): EventStreamMessage | undefined {
    const message = {
      event: this.#event === "" ? "message" : this.#event,
      data: this.#data.join("\n"),
      id: this.#id,
    };
    const isEmpty = this.#data.length === 0;
    this.#event = "";
    this.#data = [];
    return isEmpty ? undefined : message;
  }
}
