import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpClient, type Authorize } from "../../../../src/cluster/http/client.js";
import { restSettings } from "../../../../src/cluster/worker/rest/rest-settings.js";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** An API on this machine. `count` is the number of earlier requests. */
async function api(handler: Handler) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, requests };
}

const opened: (() => void)[] = [];
beforeEach(() => {
  // Jitter of the full backoff.
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const close of opened.splice(0)) close();
});

function client(
  url: string,
  options: Readonly<Record<string, string>> = {},
  authorize?: Authorize,
  secrets: readonly string[] = [],
): HttpClient {
  const open = { url, allowhttp: "true", allowprivatehosts: "true" };
  const made = new HttpClient(restSettings({ ...open, ...options }).http, secrets, authorize);
  opened.push(() => {
    made.close();
  });
  return made;
}

describe("the HTTP client of a RestSource", () => {
  it("adds a path and its query to the option url, and reads JSON with all digits", async () => {
    const { url, requests } = await api((_, response) => {
      response.end('{"id":12345678901234567890}');
    });
    const answer = await client(`${url}/v1/`).get("/a b?x=1".replace(" ", "%20"), {
      query: { since: "2026-01-01T00:00:00+01:00", none: undefined, n: 2n },
    });
    expect(requests[0]?.url).toBe("/v1/a%20b?x=1&since=2026-01-01T00%3A00%3A00%2B01%3A00&n=2");
    expect(answer.json()).toEqual({ id: 12345678901234567890n });
  });

  it("sends JSON, forms, text and bytes", async () => {
    const bodies: unknown[] = [];
    const { url } = await api((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString()));
      request.on("end", () => {
        bodies.push([request.method, request.headers["content-type"], body]);
        response.end("{}");
      });
    });
    const http = client(url);
    await http.post("/", { a: 1, none: undefined });
    await http.post("/", new URLSearchParams({ a: "b c" }));
    await http.post("/", "<a/>", { headers: { "Content-Type": "application/xml" } });
    await http.request({ method: "PUT", url: "/", body: Buffer.from("x") });
    expect(bodies).toEqual([
      ["POST", "application/json", '{"a":1}'],
      ["POST", "application/x-www-form-urlencoded", "a=b+c"],
      ["POST", "application/xml", "<a/>"],
      ["PUT", "application/octet-stream", "x"],
    ]);
  });

  it("repeats a GET after 5xx and 429, and waits as long as Retry-After asks", async () => {
    const { url, requests } = await api((_, response, count) => {
      if (count === 0) response.writeHead(503, { "retry-after-ms": "20" });
      if (count === 1) response.writeHead(429, { "retry-after": "0" });
      response.end("{}");
    });
    await client(url).get("/");
    expect(requests).toHaveLength(3);
  });

  it("fails after maxRetries, with the status and the API's message", async () => {
    const { url, requests } = await api((_, response) => {
      response.writeHead(500).end('{"error":{"message":"disk\\n full"}}');
    });
    await expect(client(url, { maxretries: "1" }).get("/x?api_key=abc")).rejects.toMatchObject({
      name: "HttpError",
      status: 500,
      message: `GET ${url}/x?api_key=***: answered 500 Internal Server Error: disk full. Gave up after 2 tries.`,
    });
    expect(requests).toHaveLength(2);
  });

  it("does not wait longer than maxRetryWait", async () => {
    const { url } = await api((_, response) => {
      response.writeHead(503, { "retry-after": "600" }).end();
    });
    await expect(client(url).get("/")).rejects.toThrow(
      "The server asks to wait 600 s, more than maxRetryWait (300 s).",
    );
  });

  it("does not repeat a POST, unless it is repeatable or the API did not carry it out", async () => {
    const { url, requests } = await api((_, response, count) => {
      response.writeHead([503, 503, 200, 429, 200][count] ?? 200, { "retry-after": "0" }).end("{}");
    });
    const http = client(url);
    await expect(http.post("/", {})).rejects.toThrow("answered 503");
    expect(requests).toHaveLength(1);
    await http.post("/", {}, { repeatable: true });
    expect(requests).toHaveLength(3);
    await http.post("/", {});
    expect(requests).toHaveLength(5);
  });

  it("returns a status of okStatuses as an answer", async () => {
    const { url } = await api((_, response) => response.writeHead(404).end("none"));
    const answer = await client(url).get("/", { okStatuses: [404] });
    expect([answer.status, answer.text()]).toEqual([404, "none"]);
    await expect(client(url).get("/")).rejects.toMatchObject({ status: 404 });
  });

  it("keeps the rate of requestsPerSecond", async () => {
    const { url } = await api((_, response) => response.end("{}"));
    const http = client(url, { requestspersecond: "20", burst: "2" });
    const start = performance.now();
    for (let count = 0; count < 5; count++) await http.get("/");
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it("waits for the reset of a used-up quota", async () => {
    const { url } = await api((_, response) => {
      response
        .writeHead(200, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "400" })
        .end("{}");
    });
    const http = client(url);
    await http.get("/");
    await expect(http.get("/")).rejects.toThrow(
      /must wait 400 s .* more than maxRetryWait \(300 s\)/,
    );
  });

  it("fails at the read timeout, the total timeout and without a connection", async () => {
    const { url } = await api((request, response) => {
      if (request.url === "/drip") {
        const timer = setInterval(() => response.write("x"), 20);
        response.on("close", () => {
          clearInterval(timer);
        });
      }
    });
    const http = client(url, { readtimeout: "100", totaltimeout: "300", maxretries: "0" });
    await expect(http.get("/silent")).rejects.toThrow("no data came for 0.1 s.");
    await expect(http.get("/drip")).rejects.toThrow("the answer was not complete within 0.3 s.");
    await expect(client("http://127.0.0.1:1", { maxretries: "0" }).get("/")).rejects.toThrow(
      "GET http://127.0.0.1:1/: no connection to 127.0.0.1:1 within 5 s (ECONNREFUSED).",
    );
  });

  it.each<[string, Buffer]>([
    ["gzip", gzipSync("grüezi")],
    ["x-gzip", Buffer.concat([gzipSync("grü"), gzipSync("ezi")])],
    ["deflate", deflateSync("grüezi")],
    ["deflate", deflateRawSync("grüezi")],
  ])("reads a body with the coding %s", async (coding, body) => {
    const { url } = await api((_, response) => {
      response.writeHead(200, { "content-encoding": coding }).end(body);
    });
    expect((await client(url).get("/")).text()).toBe("grüezi");
  });

  it("refuses bodies larger than maxResponseBytes, also after decompression", async () => {
    const { url } = await api((request, response) => {
      if (request.url === "/zip") response.writeHead(200, { "content-encoding": "gzip" });
      response.end(request.url === "/zip" ? gzipSync(Buffer.alloc(1 << 20)) : Buffer.alloc(20_000));
    });
    const http = client(url, { maxresponsebytes: "10000" });
    const message = "the body is larger than maxResponseBytes (10000).";
    await expect(http.get("/plain")).rejects.toThrow(message);
    await expect(http.get("/zip")).rejects.toThrow(message);
  });

  it("repeats a GET whose body was cut off", async () => {
    const { url, requests } = await api((_, response, count) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      const body = gzipSync(`${"x".repeat(1000)}${Math.PI}`);
      response.end(count === 0 ? body.subarray(0, body.length - 12) : body);
    });
    expect((await client(url).get("/")).text()).toHaveLength(1017);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["text/plain; charset=iso-8859-1", Buffer.from([0xe4])],
    ["text/plain", Buffer.from([0xff, 0xfe, 0xe4, 0x00])],
    ["text/plain", Buffer.from("\ufeffä")],
  ])("decodes text of the type %s", async (type, body) => {
    const { url } = await api((_, response) => {
      response.writeHead(200, { "content-type": type }).end(body);
    });
    expect((await client(url).get("/")).text()).toBe("ä");
  });

  it("sends the headers of authorize() for each try, and once more after 401", async () => {
    const { url, requests } = await api((request, response) => {
      response.writeHead(request.headers.authorization === "Bearer token-2" ? 200 : 401).end("{}");
    });
    let token = 1;
    const http = client(url, {}, async ({ refused, http: plain }) => {
      if (refused) {
        await plain.post("/login", {}, { okStatuses: [401] });
        token++;
      }
      return { Authorization: `Bearer token-${token}` };
    });
    await http.get("/");
    await http.get("/");
    expect(requests.map((each) => `${each.url} ${each.headers.authorization}`)).toEqual([
      "/ Bearer token-1",
      "/login undefined",
      "/ Bearer token-2",
      "/ Bearer token-2",
    ]);
  });

  it("sends no credentials to another origin, and shows none in errors", async () => {
    const other = await api((_, response) => response.writeHead(403).end("key k3y-value"));
    const first = await api((_, response) => {
      response.writeHead(302, { location: `${other.url}/there` }).end();
    });
    const http = client(first.url, {}, () => ({ authorization: "Basic dXNlcjpw" }), ["k3y-value"]);
    const headers = { "x-api-key": "k3y-value", "if-none-match": "1" };
    await expect(http.get("/", { headers })).rejects.toThrow(
      `GET ${first.url}/: answered 403 Forbidden: key ***.`,
    );
    expect(first.requests[0]?.headers).toMatchObject({ "x-api-key": "k3y-value" });
    expect(first.requests[0]?.headers.authorization).toBe("Basic dXNlcjpw");
    expect(other.requests[0]?.headers["if-none-match"]).toBe("1");
    expect(other.requests[0]?.headers).not.toHaveProperty("x-api-key");
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("refuses a redirect to a metadata address, with a credential, and of a POST", async () => {
    const targets = [
      "http://169.254.169.254/latest",
      "http://127.0.0.2:1/?key=s3cr3t",
      "http://127.0.0.2:1/",
    ];
    const { url } = await api((_, response, count) => {
      response.writeHead(307, { location: targets[count] ?? "" }).end();
    });
    const http = client(url, {}, undefined, ["s3cr3t"]);
    await expect(http.get("/")).rejects.toThrow(
      "the host 169.254.169.254 is refused: 169.254.169.254 is link-local or a metadata address.",
    );
    await expect(http.get("/")).rejects.toThrow(
      "was redirected to another origin (127.0.0.2:1) with a credential in the URL",
    );
    await expect(http.post("/", {})).rejects.toThrow("a POST was redirected to another origin");
  });

  it("ends endless redirects after five", async () => {
    const { url, requests } = await api((_, response) => {
      response.writeHead(302, { location: "/" }).end();
    });
    await expect(client(url).get("/")).rejects.toThrow("more than 5 redirects");
    expect(requests).toHaveLength(6);
  });

  it("follows Link headers, and refuses the same page again", async () => {
    const { url } = await api((request, response) => {
      const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page") ?? 1);
      const isLooping = request.url?.startsWith("/loop") === true;
      if (page < 3 || isLooping)
        response.setHeader("link", [
          `</first>; rel="first"`,
          `<?page=${isLooping ? 2 : page + 1}>; title="a, b"; rel="prefetch next"`,
        ]);
      response.end(String(page));
    });
    const http = client(url);
    const pages: string[] = [];
    for await (const answer of http.pages("/list", { query: { size: 5 } }))
      pages.push(answer.text());
    expect(pages).toEqual(["1", "2", "3"]);
    const loop = async (): Promise<void> => {
      for await (const { status } of http.pages("/loop")) expect(status).toBe(200);
    };
    await expect(loop()).rejects.toThrow(
      `GET ${url}/loop?page=2: its Link header names a page that was read before.`,
    );
  });

  it("reads lines of JSON, and names a line that is none", async () => {
    const { url } = await api((_, response) => response.end('{"a":1}\r\n\n[2]\nx'));
    const found: unknown[] = [];
    await expect(
      (async () => {
        for await (const value of client(url).ndjson("/lines")) found.push(value);
      })(),
    ).rejects.toThrow(`GET ${url}/lines: line 4 is not JSON.`);
    expect(found).toEqual([{ a: 1 }, [2]]);
  });

  it("reads an endless body for as long as forMs says", async () => {
    const { url } = await api((_, response) => {
      response.write("data: 1\n\ndata:");
    });
    const answer = await client(url, { readtimeout: "20" }).get("/", { forMs: 150 });
    expect(answer.text()).toBe("data: 1\n\ndata:");
  });

  it("explains a path without the option url", async () => {
    const http = new HttpClient(restSettings({}).http, []);
    await expect(http.get("/x")).rejects.toThrow(
      "The request needs an absolute URL, because the source has no option url.",
    );
  });
});
