import type { ServerResponse } from "node:http";
import type { EventDocument, PointDocument, ServiceDocument, StreamSummary } from "../documents.js";
import { LiveRing, type LiveMessage } from "./live-messages.js";

const TICK_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** How long messages are kept for clients that are away. */
const AWAY_MS = 60_000;
/** A client with more unsent bytes is disconnected. It comes back with the id of its last message. */
const MOST_UNSENT_BYTES = 1_000_000;
const MOST_CLIENTS = 100;

interface Client {
  readonly response: ServerResponse;
  readonly stream: string | undefined;
}

/** What the hub sends. */
export interface LiveSource {
  summaries(): readonly StreamSummary[];
  serviceDocument(): ServiceDocument;
}

/**
 * Sends changes to all connected clients as server-sent events. While no client is connected, it does nothing: no timer runs,
 * and no message is made.
 */
export class LiveHub {
  readonly #source: LiveSource;
  readonly #ring = new LiveRing();
  readonly #clients = new Set<Client>();
  readonly #sent = new Map<string, string>();
  #sentService = "";
  #timer: NodeJS.Timeout | undefined;
  #lastClientAtMs = 0;
  #lastHeartbeatMs = 0;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  /** Sends an event of the log. */
  logged(event: EventDocument): void {
    if (this.#timer !== undefined) this.#send(this.#ring.add("log", event));
  }

  /** Sends a batch to the clients of its stream. */
  reported(point: PointDocument): void {
    if (this.#timer !== undefined) this.#send(this.#ring.add("point", point, point.stream));
  }

  /** Whether one more client may connect. */
  get hasRoom(): boolean {
    return this.#clients.size < MOST_CLIENTS;
  }

  /**
   * Connects a client, and sends what it missed.
   *
   * @param response its headers are sent already
   * @param stream the client also receives the batches of this stream
   */
  connect(
    response: ServerResponse,
    stream: string | undefined,
    lastEventId: string | undefined,
  ): void {
    this.#start();
    const client: Client = { response, stream };
    const missed = this.#ring.after(lastEventId);
    response.write("retry: 1000\n\n");
    if (missed === undefined) response.write(this.#ring.reset());
    else for (const message of missed) deliver(client, message);
    this.#clients.add(client);
    response.on("close", () => {
      this.#clients.delete(client);
      this.#lastClientAtMs = Date.now();
    });
  }

  /** Disconnects all clients. */
  close(): void {
    this.#stop();
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #start(): void {
    this.#lastClientAtMs = Date.now();
    if (this.#timer !== undefined) return;
    // A client that begins now reads the current state itself, so only later changes are sent.
    this.#changes();
    this.#timer = setInterval(() => {
      this.#tick();
    }, TICK_MS).unref();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#ring.clear();
    this.#sent.clear();
  }

  #tick(): void {
    const nowMs = Date.now();
    if (this.#clients.size > 0) this.#lastClientAtMs = nowMs;
    else if (nowMs - this.#lastClientAtMs > AWAY_MS) {
      this.#stop();
      return;
    }
    const { streams, removed, service } = this.#changes();
    if (service !== undefined) this.#send(this.#ring.add("service", service));
    if (streams.length + removed.length > 0)
      this.#send(this.#ring.add("streams", { streams, removed }));
    if (nowMs - this.#lastHeartbeatMs < HEARTBEAT_MS) return;
    this.#lastHeartbeatMs = nowMs;
    for (const client of this.#clients) write(client, ": ping\n\n");
  }

  #changes(): {
    readonly streams: StreamSummary[];
    readonly removed: string[];
    readonly service: ServiceDocument | undefined;
  } {
    const streams: StreamSummary[] = [];
    const gone = new Set(this.#sent.keys());
    for (const summary of this.#source.summaries()) {
      gone.delete(summary.name);
      const text = JSON.stringify(summary);
      if (this.#sent.get(summary.name) === text) continue;
      this.#sent.set(summary.name, text);
      streams.push(summary);
    }
    for (const name of gone) this.#sent.delete(name);
    const service = this.#source.serviceDocument();
    const text = JSON.stringify(service);
    const isSame = text === this.#sentService;
    this.#sentService = text;
    return { streams, removed: [...gone], service: isSame ? undefined : service };
  }

  #send(message: LiveMessage): void {
    for (const client of this.#clients) deliver(client, message);
  }
}

function deliver(client: Client, { stream, text }: LiveMessage): void {
  if (stream === undefined || stream === client.stream) write(client, text);
}

/** Node keeps in memory what a slow client does not read, so such a client is disconnected. */
function write({ response }: Client, text: string): void {
  if (response.destroyed) return;
  response.write(text);
  if (response.writableLength > MOST_UNSENT_BYTES) response.destroy();
}
