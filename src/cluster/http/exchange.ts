/** One HTTP exchange, with three timeouts and a limit on the body. */
import http from "node:http";
import https from "node:https";
import type { EgressPolicy } from "./egress.js";
import { EgressError, HttpError } from "./http-error.js";
import { readBody } from "./read-body.js";
import { answerHeaders, type AnswerHeaders } from "./waits.js";

/** A request as it is sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly forMs?: number | undefined;
}

/** Milliseconds to connect, between pieces, and for the whole exchange; the largest body in bytes. */
export interface Limits {
  readonly connectionTimeout: number;
  readonly readTimeout: number;
  readonly totalTimeout: number;
  readonly maxResponseBytes: number;
}

/** A complete answer with any status, before redirects. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
}

/** The connections of one client. */
export class Exchanger {
  readonly #policy: EgressPolicy;
  readonly #limits: Limits;
  readonly #agents = {
    "http:": new http.Agent({ keepAlive: true }),
    "https:": new https.Agent({ keepAlive: true }),
  };

  constructor(policy: EgressPolicy, limits: Limits) {
    this.#policy = policy;
    this.#limits = limits;
  }

  /** Closes the connections that wait for a next request. */
  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /**
   * @throws {HttpError} no complete answer came
   * @throws {EgressError} the rules forbid the address
   */
  async send(outgoing: Outgoing): Promise<Reply> {
    const url = this.#policy.checked(outgoing.url.href);
    // The server may close a kept connection during a request. Only a GET may then be sent again.
    const isKept = outgoing.method === "GET";
    const secure = url.protocol === "https:";
    const request = (secure ? https : http).request(url, {
      method: outgoing.method,
      headers: { ...outgoing.headers, ...lengthOf(outgoing) },
      agent: isKept ? this.#agents[secure ? "https:" : "http:"] : false,
      lookup: this.#policy.lookup,
    });
    const problems = new Deadlines(request, url, this.#limits, outgoing.forMs);
    try {
      const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
        request.once("response", resolve);
        request.on("error", reject);
        request.end(outgoing.body);
      });
      problems.answered();
      return {
        status: incoming.statusCode ?? 0,
        reason: incoming.statusMessage ?? "",
        headers: answerHeaders(incoming.headers),
        body: await readBody(incoming, this.#limits.maxResponseBytes, outgoing.forMs),
      };
    } catch (error) {
      if (isKept && request.reusedSocket && !problems.hasAnswer && isReset(error))
        return await this.send(outgoing);
      throw problems.described(error);
    } finally {
      problems.end();
    }
  }
}

/** The timers of an exchange, and its error. */
class Deadlines {
  readonly #request: http.ClientRequest;
  readonly #url: URL;
  readonly #limits: Limits;
  readonly #connect: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;
  #isConnected = false;
  /** What a timer found. */
  #problem: HttpError | undefined;
  hasAnswer = false;

  constructor(request: http.ClientRequest, url: URL, limits: Limits, forMs: number | undefined) {
    this.#request = request;
    this.#url = url;
    this.#limits = limits;
    this.#connect = setTimeout(() => {
      this.#fail(this.#notConnected("timed out"));
    }, limits.connectionTimeout);
    this.#total = setTimeout(
      () => {
        const seconds = limits.totalTimeout / 1000;
        this.#fail(
          new HttpError(`the answer was not complete within ${seconds} s.`, { isTransient: true }),
        );
      },
      limits.totalTimeout + (forMs ?? 0),
    );
    request.once("socket", (socket) => {
      if (!socket.connecting) this.#connected();
      else
        socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
          this.#connected();
        });
    });
    // A stream that never ends may be silent.
    if (forMs === undefined)
      request.setTimeout(limits.readTimeout, () => {
        const seconds = limits.readTimeout / 1000;
        this.#fail(new HttpError(`no data came for ${seconds} s.`, { isTransient: true }));
      });
  }

  answered(): void {
    this.hasAnswer = true;
    this.#connected();
  }

  end(): void {
    clearTimeout(this.#connect);
    clearTimeout(this.#total);
  }

  described(error: unknown): unknown {
    if (this.#problem !== undefined) return this.#problem;
    if (error instanceof HttpError || error instanceof EgressError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    const cause = code ?? message;
    if (code === "ERR_SPARKTIDE_NETWORK") return error;
    if (!this.#isConnected && isCertificateProblem(cause))
      return new HttpError(`the certificate of ${this.#url.hostname} was refused: ${message}.`, {
        wasSent: false,
      });
    if (!this.#isConnected) return this.#notConnected(cause);
    return new HttpError(`the connection broke (${cause}).`, { isTransient: true });
  }

  #connected(): void {
    this.#isConnected = true;
    clearTimeout(this.#connect);
  }

  #notConnected(cause: string): HttpError {
    const seconds = this.#limits.connectionTimeout / 1000;
    return new HttpError(`no connection to ${this.#url.host} within ${seconds} s (${cause}).`, {
      isTransient: true,
      wasSent: false,
    });
  }

  #fail(problem: HttpError): void {
    this.#problem = problem;
    this.#request.destroy(problem);
  }
}

function isReset(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");
}

function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
}

function lengthOf({ method, body }: Outgoing): Record<string, string> {
  const hasNone = body.length === 0 && (method === "GET" || method === "HEAD");
  return hasNone ? {} : { "content-length": String(body.length) };
}
