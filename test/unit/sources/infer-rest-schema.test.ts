import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type * as Undici from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { ArgumentError, SparkError } from "../../../src/errors.js";
import { EgressPolicy } from "../../../src/sources/egress-policy.js";
import { fetchPage, loadUndici } from "../../../src/sources/http-page.js";
import { inferRestSchema, type RestOptions } from "../../../src/sources/index.js";
import { RestOptionTexts } from "../../../src/sources/rest-option-texts.js";
import { restRequest } from "../../../src/sources/rest-request.js";
import { eventually } from "../../support/eventually.js";

const SECRET = "s3cr3t/t0ken+x";
const WITHIN = { withinMs: 5000 };
const OPEN = { allowHttp: true, allowPrivateHosts: true } as const;

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An API for one test: what it answers, and what it was asked. */
interface Api {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
}

type Answer = (request: Received, response: ServerResponse) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(answer: Answer): Promise<Api> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(pieces).toString() });
      answer({ method, path, headers, body: "" }, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, received };
}

function json(body: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.end(body);
  };
}

function redirect(status: number, location: string): Answer {
  return (_, response) => {
    response.writeHead(status, { location });
    response.end();
  };
}

/** The error of a call, every text in it included. */
async function failureOf(call: Promise<unknown>): Promise<{ error: SparkError; text: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof SparkError)) throw new Error(`not refused, but ${String(error)}`);
  return { error, text: `${error.stack ?? ""} ${String(error.cause)} ${JSON.stringify(error)}` };
}

describe("inferRestSchema", () => {
  it("gives the DDL of one page's records, from one request", async () => {
    const api = await serve(
      json('{"data":[{"id":1,"tags":["x"]},{"id":9223372036854775808,"owner":{"login":"o"}}]}'),
    );
    expect(await inferRestSchema({ url: `${api.url}/items`, ...OPEN })).toBe(
      "id DECIMAL(38,0), tags ARRAY<STRING>, owner STRUCT<login: STRING>",
    );
    expect(api.received).toMatchObject([
      { method: "GET", path: "/items", headers: { accept: "application/json" } },
    ]);
    expect(api.received[0]?.headers["user-agent"]).toMatch(/^sparktide\//);
    expect(api.received[0]?.headers).not.toHaveProperty("authorization");
  });

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    [
      "Basic, the scheme of a user id",
      { userId: "ü", userPassword: "a:b" },
      { authorization: `Basic ${Buffer.from("ü:a:b").toString("base64")}` },
    ],
    ["Bearer", { authType: "Bearer", oauthToken: SECRET }, { authorization: `Bearer ${SECRET}` }],
    [
      "headers",
      { headers: { "X-Key": SECRET, Accept: "x/y" } },
      { "x-key": SECRET, accept: "x/y" },
    ],
  ])("sends the credentials of %s", async (_, options, headers) => {
    const api = await serve(json('{"id":1}'));
    await inferRestSchema({ url: api.url, ...OPEN, ...options });
    expect(api.received[0]?.headers).toMatchObject(headers);
  });

  it("fills placeholders, query and body as the source does, with the first row of inputData", async () => {
    const api = await serve(json('[{"a":1}]'));
    const url = `${api.url}/u/{id}?since={ts}&q=%20a`;
    await inferRestSchema({
      ...OPEN,
      url,
      offsetField: "ts",
      inputData: [{ id: "a/b", kind: "x y" }, { id: "no" }],
    });
    await inferRestSchema({
      ...OPEN,
      url: api.url,
      method: "POST",
      inputData: [{ id: 12, deep: { a: [null, 0.5] } }],
    });
    expect(api.received).toMatchObject([
      { method: "GET", path: "/u/a%2Fb?since=0&q=%20a&kind=x%20y", body: "" },
      {
        method: "POST",
        body: '{"id":12,"deep":{"a":[null,0.5]}}',
        headers: { "content-type": "application/json" },
      },
    ]);
  });

  it("takes doubled braces for text, as the source does", async () => {
    const api = await serve(json('[{"a":1}]'));
    const body = '{"query":"{user{{id}} at {timestamp}}"}';
    await inferRestSchema({ ...OPEN, url: api.url, method: "POST", body });
    expect(api.received).toMatchObject([{ body: '{"query":"{user{id} at 0}"}' }]);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["a key in a header", { apiKey: "k/1" }, { path: "/?q=1", headers: { "x-api-key": "k/1" } }],
    [
      "a key in the query",
      { apiKey: "k/1", apiKeyIn: "query", apiKeyName: "appid" },
      { path: "/?q=1&appid=k%2F1" },
    ],
    [
      "a key in a cookie beside others",
      { apiKey: "k/1", apiKeyIn: "cookie", cookie: "a=b" },
      { headers: { cookie: "a=b; api_key=k/1" } },
    ],
    ["the first page", { pagination: "page", pageSize: 5 }, { path: "/?q=1&per_page=5&page=1" }],
    [
      "nothing in the place of the first of two cursors",
      { method: "POST", body: '{"c":"{a}"}', offsetField: "a, b", offsetType: "cursor" },
      { body: '{"c":""}' },
    ],
    [
      "a body with placeholders",
      { method: "POST", body: '{"since":"{timestamp}","at":"t{timestamp}","n":1.50}' },
      { body: '{"since":"0","at":"t0","n":1.50}' },
    ],
  ])("sends %s", async (_, options, expected) => {
    const api = await serve(json('{"id":1}'));
    const scheme = "apiKey" in options ? { authType: "ApiKey" } : {};
    const given = { url: `${api.url}/?q=1`, ...OPEN, ...scheme, ...options };
    expect(await inferRestSchema(given as RestOptions)).toBe("id BIGINT");
    expect(api.received).toMatchObject([expected]);
  });

  it("leaves a key out of the query, the messages and other origins", async () => {
    const other = await serve((_, response) => response.writeHead(500).end("no k-e-y here"));
    const api = await serve(redirect(302, `${other.url}/?a=1`));
    const given = {
      ...{ url: api.url, ...OPEN, authType: "ApiKey", apiKeyIn: "query" },
      ...{ apiKeyName: "appid", apiKey: "k-e-y" },
    };
    const { error, text } = await failureOf(inferRestSchema(given as RestOptions));
    expect(error.message).toBe(`GET ${api.url}/: It answered 500: no *** here.`);
    expect(text).not.toContain("k-e-y");
    expect(api.received[0]?.path).toBe("/?appid=k-e-y");
    expect(other.received[0]?.path).toBe("/?a=1");
  });

  it("reads an explicit dataField, which must be there", async () => {
    const api = await serve(json('{"data":{"rows":[{"a":1}]}}'));
    const options = { url: api.url, ...OPEN };
    expect(await inferRestSchema({ ...options, dataField: "data.rows" })).toBe("a BIGINT");
    expect(await inferRestSchema(options)).toBe("data STRUCT<rows: ARRAY<STRUCT<a: BIGINT>>>");
    const failure = inferRestSchema({ ...options, dataField: "rows" });
    await expect(failure).rejects.toThrow(/nothing at "rows" \(dataField\); it has: data/);
  });

  it.each<[string, Record<string, string>, Buffer]>([
    ["gzip", { "content-encoding": "gzip" }, gzipSync('{"a":"é"}')],
    ["deflate", { "content-encoding": "deflate" }, deflateSync('{"a":"é"}')],
    [
      "deflate without its wrapping",
      { "content-encoding": "deflate" },
      deflateRawSync('{"a":"é"}'),
    ],
    ["a gzip file", {}, gzipSync('{"a":"é"}')],
    [
      "Latin-1",
      { "content-type": "application/json; charset=iso-8859-1" },
      Buffer.from('{"é":1}', "latin1"),
    ],
    ["a byte order mark", {}, Buffer.from('\ufeff{"a":"é"}')],
  ])("reads a body in %s", async (_, headers, body) => {
    const api = await serve((_request, response) => {
      response.writeHead(200, headers);
      response.end(body);
    });
    expect(await inferRestSchema({ url: api.url, ...OPEN })).toMatch(/^(?:a STRING|`é` BIGINT)$/);
  });

  it("refuses http and loopback by default, without a request", async () => {
    const api = await serve(json('{"id":1}'));
    const http = await failureOf(inferRestSchema({ url: api.url, allowPrivateHosts: true }));
    const loopback = await failureOf(inferRestSchema({ url: api.url, allowHttp: true }));
    const listed = await failureOf(
      inferRestSchema({ url: api.url, ...OPEN, allowedHosts: ["api.test", "127.0.0.1:1"] }),
    );
    expect([http.error.code, loopback.error.code, listed.error.code]).toEqual(
      Array(3).fill("EGRESS_REFUSED"),
    );
    expect(http.error.message).toMatch(/allowHttp/);
    expect(loopback.error.message).toMatch(/127\.0\.0\.1 is not public; allowPrivateHosts/);
    expect(listed.error.message).toMatch(/allowedHosts/);
    expect(api.received).toEqual([]);
  });

  it("connects to the address that was checked, whatever the name means by then", async () => {
    const api = await serve(json('{"id":1}'));
    const asked: string[] = [];
    const policy = new EgressPolicy({ ...OPEN, allowedHosts: ["rebinding.test"] }, (host) => {
      asked.push(host);
      return Promise.resolve([{ address: "127.0.0.1", family: 4 }]);
    });
    const url = `http://rebinding.test:${api.port}/`;
    const limits = {
      connectTimeoutMs: 5000,
      readTimeoutMs: 5000,
      totalTimeoutMs: 5000,
      maxBytes: 99,
    };
    const request = restRequest(new RestOptionTexts({ url }));
    await fetchPage(await loadUndici(), request, policy, limits);
    expect(asked).toEqual(["rebinding.test"]);
    expect(api.received[0]?.headers.host).toBe(`rebinding.test:${api.port}`);
  });

  it("sends credentials on to its own origin and to no other", async () => {
    const other = await serve(json('{"id":1}'));
    const options = {
      ...OPEN,
      authType: "Bearer",
      oauthToken: SECRET,
      headers: { "X-Key": "another-secret", "Accept-Language": "es" },
    } as const;
    const api = await serve((request, response) => {
      redirect(302, request.path === "/a" ? "/b" : `${other.url}/c`)(request, response);
    });
    expect(await inferRestSchema({ url: `${api.url}/a`, ...options })).toBe("id BIGINT");
    const [, second] = api.received;
    expect(second).toMatchObject({ path: "/b", headers: { authorization: `Bearer ${SECRET}` } });
    expect(other.received[0]?.headers).toMatchObject({ "accept-language": "es" });
    expect(JSON.stringify(other.received)).not.toMatch(/s3cr3t|another-secret|authorization/);
  });

  it.each([
    ["an address that is not allowed", 302, "http://169.254.169.254/latest", {}, "EGRESS_REFUSED"],
    ["another scheme", 302, "file:///etc/passwd", {}, "EGRESS_REFUSED"],
    ["a user and password", 302, "http://u:p@127.0.0.1/", {}, "EGRESS_REFUSED"],
    ["another origin, of a POST", 307, "http://localhost:1/", { method: "POST" }, "HTTP_FAILED"],
    [
      "another origin, with our token in it",
      302,
      `http://localhost:1/?t=${encodeURIComponent(SECRET)}`,
      {},
      "HTTP_FAILED",
    ],
    ["itself, for ever", 302, "/", {}, "HTTP_FAILED"],
  ] as const)("refuses a redirect to %s", async (_, status, location, options, code) => {
    const api = await serve(redirect(status, location));
    const { error, text } = await failureOf(
      inferRestSchema({
        url: api.url,
        ...OPEN,
        authType: "Bearer",
        oauthToken: SECRET,
        ...options,
      }),
    );
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/ECONNREFUSED/);
    expect(text).not.toMatch(/s3cr3t/);
    expect(api.received).toHaveLength(location === "/" ? 6 : 1);
  });

  it("turns a POST into a GET without a body after 303", async () => {
    const api = await serve((request, response) => {
      if (request.method === "POST") redirect(303, "/result")(request, response);
      else json('{"id":1}')(request, response);
    });
    const options = { ...OPEN, method: "POST", inputData: [{ a: 1 }] } as const;
    expect(await inferRestSchema({ url: api.url, ...options })).toBe("id BIGINT");
    expect(api.received[1]).toMatchObject({ method: "GET", path: "/result", body: "" });
    expect(api.received[1]?.headers).not.toHaveProperty("content-type");
  });

  it("tells the status and the API's own words, without any credential", async () => {
    const basic = Buffer.from(`me:${SECRET}`).toString("base64");
    const echo = `bad ${SECRET} ${encodeURIComponent(SECRET)} ${basic} in cookie-value.`;
    const api = await serve((_, response) => {
      response.writeHead(401);
      response.end(JSON.stringify({ message: echo }));
    });
    const { error, text } = await failureOf(
      inferRestSchema({
        url: `${api.url}/x?api_key=query-secret&page=1`,
        ...OPEN,
        userId: "me",
        userPassword: SECRET,
        headers: { Cookie: "a=cookie-value" },
      }),
    );
    expect(error.code).toBe("HTTP_STATUS");
    expect(error.message).toBe(
      `GET ${api.url}/x?api_key=***&page=1: It answered 401: bad *** *** *** in ***.`,
    );
    expect(text).not.toMatch(/s3cr3t|query-secret|cookie-value/);
    expect(text).not.toContain(basic);
  });

  it("shows no credential when the answer is no HTTP, no JSON, or never comes", async () => {
    const options = { ...OPEN, authType: "Bearer", oauthToken: SECRET } as const;
    const broken = await serve((_, response) =>
      response.socket?.end(`HTTP/1.1 abc ${SECRET}\r\n\r\n`),
    );
    const noJson = await serve(json(SECRET));
    const cut = await serve((_, response) => response.socket?.destroy());
    for (const api of [broken, noJson, cut]) {
      const { error, text } = await failureOf(inferRestSchema({ url: api.url, ...options }));
      expect(error.code).toMatch(/^(?:HTTP_FAILED|UNEXPECTED_ANSWER)$/);
      expect(text).not.toMatch(/s3cr3t/);
    }
  });

  it.each<[string, Answer]>([
    ["as it arrives", json(`["${"x".repeat(2_000_000)}"]`)],
    [
      "once unpacked",
      (_, response) =>
        response
          .writeHead(200, { "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(2_000_000, 32))),
    ],
    [
      "without an end",
      (_, response) => {
        const piece = Buffer.alloc(65_536, 32);
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on("drain", more);
        more();
      },
    ],
  ])("refuses a body that is too large %s", async (_, answer) => {
    const api = await serve(answer);
    const options = { url: api.url, ...OPEN, maxResponseBytes: 1_000_000 };
    await expect(inferRestSchema(options)).rejects.toThrow(/maxResponseBytes, 1000000 bytes/);
  });

  it.each<[string, Record<string, number>, Answer, RegExp]>([
    ["a silent server", { readTimeout: 50 }, () => undefined, /Timeout/],
    [
      "a server that sends its body drop by drop",
      { totalTimeout: 300 },
      (_, response) => {
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => {
          clearInterval(timer);
        });
      },
      /totalTimeout, 300 ms/,
    ],
  ])("gives %s up", async (_, limits, answer, message) => {
    const api = await serve(answer);
    const failure = inferRestSchema({ url: api.url, ...OPEN, ...limits });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "HTTP_FAILED" });
  });

  it("rejects with the signal's reason, before and during the request, and hangs up", async () => {
    let closed = false;
    const api = await serve((_, response) => {
      response.on("close", () => (closed = true));
    });
    const reason = new Error("enough");
    const options = { url: api.url, ...OPEN };
    const early = inferRestSchema(options, { signal: AbortSignal.abort(reason) });
    await expect(early).rejects.toBe(reason);
    expect(api.received).toEqual([]);

    const controller = new AbortController();
    const late = inferRestSchema(options, { signal: controller.signal });
    late.catch(() => undefined);
    await eventually(() => {
      expect(api.received).toHaveLength(1);
    }, WITHIN);
    controller.abort(reason);
    await expect(late).rejects.toBe(reason);
    await eventually(() => {
      expect(closed).toBe(true);
    }, WITHIN);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "a reference to a variable",
      { authType: "Bearer", oauthToken: "env:API_TOKEN" },
      /oauthToken.*env:….*process\.env/,
    ],
    [
      "a reference to a file",
      { headers: { "X-Key": "file:/run/secrets/k" } },
      /headers.*file:….*readFile/,
    ],
    ["a proxy", { proxy: "http://p:1" }, /proxy.*cannot honour/],
    ["OAuth1", { authType: "OAuth1" }, /authType.*OAuth1/],
    ["a token that goes unused", { oauthToken: SECRET }, /oauthToken.*authType Bearer/],
    ["a user id without Basic", { authType: "Bearer", oauthToken: "x", userId: "u" }, /userId/],
    ["no token", { authType: "Bearer" }, /Bearer needs oauthToken/],
    [
      "two kinds of Authorization",
      { userId: "u", headers: { Authorization: "x" } },
      /use one of them/,
    ],
    ["an unknown placeholder", { url: "https://a.test/{id}" }, /placeholder \{id\}/],
    [
      "a placeholder without a value",
      { url: "https://a.test/?id={id}", inputData: [{ id: null }] },
      /\{id\}, whose value is null/,
    ],
    [
      "an empty part of the path",
      { url: "https://a.test/{id}", inputData: [{ id: "" }] },
      /path whose value is empty/,
    ],
    [
      "a path that leads elsewhere",
      { url: "https://a.test/users/{id}/x", inputData: [{ id: ".." }] },
      /".." as a part of its path/,
    ],
    ["a header with a line break", { headers: { "X-A": `a\r\nb: ${SECRET}` } }, /X-A/],
    ["an empty inputData", { inputData: [] }, /inputData.*empty/],
    ["a user in the URL", { url: "https://u:s3cr3t@a.test/" }, /user or password/],
    ["no selector", { dataField: "a..b" }, /no selector/],
    ["a format that is not JSON", { responseFormat: "csv" }, /csv/],
    ["an encoding nobody knows", { charset: "klingon" }, /klingon/],
    ["a limit that is no number", { maxResponseBytes: "many" }, /whole number/],
  ])("refuses %s before any I/O", async (_, options, message) => {
    const given = { url: "https://unreachable.invalid/", ...options } as RestOptions;
    const { error, text } = await failureOf(inferRestSchema(given));
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toMatch(message);
    expect(text).not.toMatch(/s3cr3t/);
  });
});

describe("loadUndici", () => {
  it("refuses a version that lacks what is used, and says what to install", async () => {
    const old = loadUndici(() => Promise.resolve({} as typeof Undici));
    await expect(old).rejects.toThrow(
      /version 5 or newer, which is older here.*npm install undici/,
    );
    await expect(old).rejects.toMatchObject({ code: "MISSING_DEPENDENCY" });
  });
});
