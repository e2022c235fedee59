import { once } from "node:events";
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

/** The moment of a stream reset, and its HTTP/2 error code. */
interface StreamCut {
  /** Before the server gets the request, after it has the whole request, or after its response has started. */
  readonly when: "beforeRequest" | "afterRequest" | "afterAnswer";
  readonly code: number;
}

/**
 * Selects the calls to cut. `rpc` is the name of the method, such as `ExecutePlan`; `call` counts its
 * calls from 0.
 */
export type CutChoice = (rpc: string, call: number) => StreamCut | undefined;

/** An HTTP/2 proxy that resets single streams and keeps the connection. */
export class StreamCutProxy implements AsyncDisposable {
  readonly port: number;
  /** The method names of the calls that were cut. */
  readonly cuts: string[] = [];
  /** The W3C trace context of each call, if it has one. */
  readonly traceparents: { readonly rpc: string; readonly traceparent: string | undefined }[] = [];
  readonly #server: Http2Server;
  readonly #upstream: ClientHttp2Session;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #calls = new Map<string, number>();
  readonly #choose: CutChoice;

  private constructor(server: Http2Server, upstream: ClientHttp2Session, choose: CutChoice) {
    this.#server = server;
    this.#upstream = upstream;
    this.#choose = choose;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(target: string, choose: CutChoice): Promise<StreamCutProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = new StreamCutProxy(server, connect(`http://${target}`), choose);
    server.on("session", (session) => proxy.#sessions.add(session));
    server.on("stream", (stream, headers) => {
      proxy.#carry(stream, headers);
    });
    return proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#upstream.destroy();
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #carry(client: ServerHttp2Stream, headers: NodeJS.Dict<string | string[]>): void {
    const rpc = String(headers[":path"]).split("/").at(-1) ?? "";
    const call = this.#calls.get(rpc) ?? 0;
    this.#calls.set(rpc, call + 1);
    const traceparent = headers["traceparent"];
    this.traceparents.push({ rpc, traceparent: traceparent?.toString() });
    const cut = this.#choose(rpc, call);
    const reset = (): void => {
      if (cut === undefined || client.closed) return;
      this.cuts.push(rpc);
      client.close(cut.code);
    };
    client.on("error", () => undefined);
    if (cut?.when === "beforeRequest") {
      reset();
      return;
    }
    const server = this.#upstream.request(headers);
    client.on("close", () => {
      server.close(constants.NGHTTP2_CANCEL);
    });
    server.on("error", () => undefined);
    client.pipe(server);
    server.on("response", (answer, flags) => {
      if (client.closed) return;
      if (cut?.when === "afterRequest") {
        reset();
        return;
      }
      // An error without a response has headers only.
      const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      client.respond(answer, { waitForTrailers: !endStream, endStream });
    });
    let trailers: NodeJS.Dict<string | string[] | number> = {};
    server.on("trailers", (sent: NodeJS.Dict<string | string[]>) => {
      trailers = sent;
    });
    client.on("wantTrailers", () => {
      client.sendTrailers(trailers);
    });
    server.on("data", (bytes: Buffer) => {
      if (client.closed || !client.headersSent) return;
      client.write(bytes, () => {
        if (cut?.when === "afterAnswer") reset();
      });
    });
    server.on("end", () => {
      if (!client.closed && client.headersSent) client.end();
    });
  }
}
