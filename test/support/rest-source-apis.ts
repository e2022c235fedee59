import {
  createHash,
  createHmac,
  generateKeyPairSync,
  verify,
  type KeyPairKeyObjectResult,
} from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

const PAGE = 4;

interface ExportJob {
  readonly id: string;
  readonly after: number;
  readonly last: number;
}

/** The orders, tickets, invoices, issues and events of all APIs have the numbers from 1 to `last`. */
export class RestSourceApis {
  last = 10;
  /** Method and path of each request. */
  readonly journal: string[] = [];
  /** The export jobs that were started, by their idempotency keys. */
  readonly jobs: Map<string, ExportJob> = new Map<string, ExportJob>();
  readonly keys: KeyPairKeyObjectResult = generateKeyPairSync("rsa", { modulusLength: 2048 });
  /** Runs before the answer to a request. */
  beforeAnswer: (request: string) => void = () => undefined;
  readonly #server: Server = createServer((request, response) => {
    void this.#answer(request, response);
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const line = `${request.method ?? ""} ${url.pathname}`;
    this.journal.push(line);
    this.beforeAnswer(line);
    const after = Number(url.searchParams.get("after") ?? 0);
    switch (url.pathname.split("/")[1]) {
      case "orders":
        json(response, { id: this.last });
        break;
      case "exports":
        json(response, this.#job(request, url.pathname.split("/")[2], body));
        break;
      case "results":
        lines(response, this.#result(url.pathname.split("/")[2] ?? ""));
        break;
      case "tickets":
        this.#tickets(request, response, url, body);
        break;
      case "invoices.xml":
        response.end(xml(this.#numbers(after)));
        break;
      case "graphql":
        json(response, this.#issues(body));
        break;
      case "events":
        this.#events(request, response);
        break;
      default:
        response.writeHead(404).end();
    }
  }

  #numbers(after: number, last = this.last): number[] {
    return Array.from({ length: Math.max(0, last - after) }, (_, at) => after + at + 1);
  }

  #job(request: IncomingMessage, id: string | undefined, body: Buffer): object {
    const key = String(request.headers["idempotency-key"]);
    if (request.method === "POST" && !this.jobs.has(key)) {
      const { after } = JSON.parse(body.toString()) as { after: number };
      this.jobs.set(key, { id: `job-${this.jobs.size + 1}`, after, last: this.last });
    }
    const job = this.jobs.get(key) ?? [...this.jobs.values()].find((each) => each.id === id);
    return { id: job?.id, state: "done", url: `${this.url}/results/${job?.id}`, last: job?.last };
  }

  #result(id: string): object[] {
    const job = [...this.jobs.values()].find((each) => each.id === id);
    return this.#numbers(job?.after ?? 0, job?.last).map((number) => ({
      id: number,
      placed_at: `2026-01-31T12:00:${String(number % 60).padStart(2, "0")}Z`,
      total: `${number}.50`,
    }));
  }

  #tickets(
    { method = "", headers }: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: Buffer,
  ): void {
    const [scheme, token = ""] = headers.authorization?.split(" ") ?? [];
    const isValid =
      scheme === "Bearer"
        ? this.#isJwt(token)
        : token ===
          `k1:${hmac([method, url.pathname + url.search, String(headers["x-time"])], body)}`;
    if (!isValid) {
      response.writeHead(401).end(JSON.stringify({ message: `bad signature ${token}` }));
      return;
    }
    const after = Number(url.searchParams.get("after"));
    const page = this.#numbers(after).slice(0, PAGE);
    const last = page.at(-1) ?? after;
    if (last < this.last)
      response.setHeader("link", `<${this.url}/tickets?after=${last}>; rel="next"`);
    json(
      response,
      page.map((id) => ({ id, subject: `ticket ${id}` })),
    );
  }

  #isJwt(token: string): boolean {
    const [head = "", claims = "", signature = ""] = token.split(".");
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp: number };
    const text = Buffer.from(`${head}.${claims}`);
    return (
      exp > Date.now() / 1000 &&
      verify("RSA-SHA256", text, this.keys.publicKey, Buffer.from(signature, "base64url"))
    );
  }

  #issues(body: Buffer): object {
    const { variables } = JSON.parse(body.toString()) as { variables: { after?: string } };
    const after = Number(variables.after ?? 0);
    const nodes = this.#numbers(after).slice(0, PAGE);
    const end = nodes.at(-1) ?? after;
    return {
      data: {
        issues: {
          nodes: nodes.map((number) => ({ number, title: `issue ${number}`, labels: ["a"] })),
          pageInfo: { endCursor: String(end), hasNextPage: end < this.last },
        },
      },
    };
  }

  /** Sends what is new, and then stays open. */
  #events({ headers }: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const id of this.#numbers(Number(headers["last-event-id"] ?? 0)))
      response.write(`id: ${id}\nevent: sale\ndata: line 1\ndata: line 2 of ${id}\n\n`);
    response.write("id: 999\ndata: not compl");
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

function lines(response: ServerResponse, values: readonly object[]): void {
  response.setHeader("content-encoding", "gzip");
  response.end(gzipSync(values.map((value) => JSON.stringify(value)).join("\n")));
}

function xml(numbers: readonly number[]): string {
  const items = numbers.map(
    (id) =>
      `<invoice id="${id}"><issued>2026-01-31</issued><total>${id}00000000000.0001</total></invoice>`,
  );
  return `<?xml version="1.0"?><invoices>${items.join("")}</invoices>`;
}

function hmac(parts: readonly string[], body: Buffer): string {
  const digest = createHash("sha256").update(body).digest("hex");
  return createHmac("sha256", "hmac-s3cret")
    .update([...parts, digest].join("\n"))
    .digest("base64");
}
