import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A moment in a refresh: the request has arrived; the old token is used and a new one exists; the answer is sent. */
export type Stage = "received" | "used" | "answered";

/** How a test steers a provider. */
export interface ProviderSettings {
  /** Life of an access token in seconds. */
  life: number;
  /** True: a token that was used is accepted again, with the same new token, until the new one was used. */
  repeats: boolean;
  /** Answers the next requests with these, instead of a token. */
  failures: { status: number; body: object }[];
  /** Called at each stage. Rejects: the connection ends without an answer. */
  onStage: (stage: Stage) => Promise<void> | void;
}

/** An identity provider and an API. Each refresh token has one use. */
export class IdentityProvider implements AsyncDisposable {
  readonly settings: ProviderSettings = {
    life: 3600,
    repeats: true,
    failures: [],
    onStage: () => undefined,
  };
  /** The refresh tokens in the order in which requests sent them. */
  readonly sent: string[] = [];
  /** Bodies and headers of all token requests. */
  readonly requests: { body: string; headers: IncomingMessage["headers"] }[] = [];
  /** The tokens that were sent after their successor was used. Such a provider ends the login. */
  readonly reused: string[] = [];
  /** The access tokens that the API refuses from now on. */
  readonly refused: Set<string> = new Set();
  readonly secrets: Set<string> = new Set();
  apiCalls = 0;
  readonly #server: Server;
  /** The successor of each token that was used, with its access token. */
  readonly #used = new Map<string, { readonly next: string; readonly access: string }>();
  #valid: string;
  readonly #expiry = new Map<string, number>();

  private constructor(server: Server) {
    this.#server = server;
    this.#valid = this.newLogin();
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === "/api") {
        this.#api(request, response);
        return;
      }
      this.#token(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new IdentityProvider(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get tokenUrl(): string {
    return `${this.url}/token`;
  }

  /** The refresh token that is valid now. */
  get valid(): string {
    return this.#valid;
  }

  /** Someone logs in: a new refresh token. */
  newLogin(): string {
    this.#valid = this.#secret("refresh");
    return this.#valid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #secret(kind: string): string {
    const secret = `${kind}-${randomUUID()}`;
    this.secrets.add(secret);
    return secret;
  }

  #api(request: IncomingMessage, response: ServerResponse): void {
    this.apiCalls += 1;
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const isValid = (this.#expiry.get(token) ?? 0) > Date.now() && !this.refused.has(token);
    send(
      response,
      isValid ? 200 : 401,
      isValid ? [{ id: this.apiCalls }] : { message: "no token" },
    );
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString("utf8");
    this.requests.push({ body, headers: request.headers });
    await this.settings.onStage("received");
    const failure = this.settings.failures.shift();
    if (failure !== undefined) {
      send(response, failure.status, failure.body);
      return;
    }
    const token = new URLSearchParams(body).get("refresh_token");
    const granted = token === null ? { access: this.#secret("access") } : this.#granted(token);
    if (granted === undefined) {
      send(response, 400, { error: "invalid_grant", error_description: `token ${String(token)}` });
      return;
    }
    await this.settings.onStage("used");
    const { life } = this.settings;
    this.#expiry.set(granted.access, Date.now() + life * 1000);
    send(response, 200, {
      access_token: granted.access,
      expires_in: life,
      ...("next" in granted && { refresh_token: granted.next }),
    });
    response.once("finish", () => void this.settings.onStage("answered"));
  }

  #granted(token: string): { readonly next: string; readonly access: string } | undefined {
    this.sent.push(token);
    const before = this.#used.get(token);
    if (before !== undefined) {
      const isLast = before.next === this.#valid;
      if (!isLast) this.reused.push(token);
      if (isLast && this.settings.repeats) return before;
      // The provider takes a repeated token for a stolen one.
      if (isLast) this.#valid = "";
      return undefined;
    }
    if (token !== this.#valid) return undefined;
    const granted = { next: this.newLogin(), access: this.#secret("access") };
    this.#used.set(token, granted);
    return granted;
  }
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(document));
}
