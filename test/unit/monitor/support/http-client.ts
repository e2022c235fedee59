import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";

/** An answer of the monitor. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The headers of a command. */
export const COMMAND: Readonly<Record<string, string>> = {
  "X-Sparktide-Command": "1",
  "Content-Type": "application/json",
};

/** Sends a request with exactly these headers. fetch() would not send a Host or an Origin of the test's choice. */
export function ask(
  url: string,
  path: string,
  options: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  const place = url.startsWith("unix:")
    ? { socketPath: url.slice("unix:".length) }
    : { host: new URL(url).hostname, port: new URL(url).port };
  return new Promise((resolve, reject) => {
    const sent = request({ ...place, path, agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text: Buffer.concat(parts).toString("utf8") });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(options.body);
  });
}

/** A message of server-sent events. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** A client of `/api/live`. */
export class LiveClient {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  hasEnded = false;
  readonly #abort = new AbortController();

  /** Resolves when the server has answered. */
  static async open(
    url: string,
    path = "api/live",
    headers: Record<string, string> = {},
  ): Promise<LiveClient> {
    const client = new LiveClient();
    const response = await fetch(new URL(path, url), { headers, signal: client.#abort.signal });
    if (response.body === null) throw new Error("no body");
    client.#read(response.body).then(
      () => (client.hasEnded = true),
      () => (client.hasEnded = true),
    );
    return client;
  }

  close(): void {
    this.#abort.abort();
  }

  /** The data of the events of this name. */
  of(event: string): unknown[] {
    return this.events.filter((one) => one.event === event).map(({ data }) => data);
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const part of body) {
      const blocks = (rest + decoder.decode(part, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#block(block);
    }
  }

  #block(block: string): void {
    const field = (name: string): string =>
      new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
    if (block.startsWith(":")) this.comments.push(block);
    const data = field("data");
    if (data !== "")
      this.events.push({ id: field("id"), event: field("event"), data: JSON.parse(data) });
  }
}
