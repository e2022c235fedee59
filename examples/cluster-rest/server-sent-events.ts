/** An API that sends events as they happen (`text/event-stream`), and continues after the id of the last one. */
import { RestSource, type Poll, type Polled } from "sparktide/cluster";

export class LiveEvents extends RestSource<{ url: string }> {
  readonly schema = "id STRING, event STRING, data STRING";

  async *poll({ http, since }: Poll<string>): AsyncGenerator<Polled> {
    const answer = await http.get("/events", {
      headers: {
        accept: "text/event-stream",
        ...(since !== undefined && { "last-event-id": since }),
      },
      // The API never ends its answer. Each poll listens for a second.
      forMs: 1_000,
    });
    // An empty line ends an event, so the last piece is not complete.
    const events = answer
      .text()
      .split(/\r?\n\r?\n/)
      .slice(0, -1);
    for (const text of events) {
      const row = { id: "", event: "message", data: "" };
      const data: string[] = [];
      for (const line of text.split(/\r?\n/)) {
        const [, name = "", value = ""] = /^(\w*): ?(.*)$/.exec(line) ?? [];
        if (name === "id") row.id = value;
        if (name === "event") row.event = value;
        if (name === "data") data.push(value);
      }
      row.data = data.join("\n");
      if (data.length > 0) yield { row, position: row.id };
    }
  }
}
