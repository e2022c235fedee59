import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { inferRestSchema, type RestOptions } from "../../../src/sources/index.js";
import { pathSecrets } from "../../../src/sources/path-secrets.js";
import { recordsIn } from "../../../src/sources/rest-records.js";
import { rest } from "../../../src/sources/rest.js";

const URL_OF_API = "https://unreachable.invalid/x";
const KEY = "9f8e7d6c5b4a39281706f5e4d3c2b1a0";

/** What one request of inferRestSchema() is answered ends in. */
async function inferFrom(
  answer: { status?: number; body: string; path?: string },
  options: Partial<RestOptions> = {},
): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${answer.path ?? "/"}`;
  try {
    const given = { url, allowHttp: true, allowPrivateHosts: true, ...options } as RestOptions;
    return await inferRestSchema(given);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("inferRestSchema", () => {
  it.each([
    ['{"Information":"25 requests per day"}', /The body is an error: .*25 requests per day/],
    ['{"error":{"message":"no access"}}', /The body is an error: no access; set dataField to \$/],
    ['{"ok":false,"error":"ratelimited","needed":"x"}', /ratelimited/],
    ['{"success":false,"message":"bad token","data":null}', /bad token/],
    ['{"status":{"error_code":429,"error_message":"slow down"},"data":[]}', /slow down/],
    ['{"error":true,"reason":"out of range"}', /out of range/],
    ['[{"message":"Session expired","errorCode":"INVALID_SESSION_ID"}]', /Session expired/],
    ['{"data":{"a":1},"errors":[{"message":"hidden"}]}', /errors beside its records: hidden/],
    ['{"data":[{"a":1}],"errors":[{"message":"hidden"}]}', /set partialErrors to keep/],
  ])("refuses %s as an error in the API's own words", (body, message) => {
    expect(() => recordsIn(body, undefined)).toThrow(message);
  });

  it.each([
    '{"id":1,"status":"failed","error":"disk full","message":"see the log"}',
    '{"message":"https://images.example/dog.jpg","status":"success"}',
    '{"flight":7,"success":false,"details":"engine failure"}',
    '{"requests":100,"errors":2}',
    '{"id":1,"error":null,"errors":[],"error_code":0}',
    '{"info":{"count":2},"results":[1,2]}',
    '{"status":"UP"}',
    "{}",
  ])("takes %s for one record", (body) => {
    expect(recordsIn(body, undefined)).toHaveLength(1);
  });

  it("reads such a body where the options say that it is data", () => {
    expect(recordsIn('{"message":"hello"}', "$")).toHaveLength(1);
    expect(recordsIn('{"message":"hello"}', undefined, { errorField: "none" })).toHaveLength(1);
    const partial = '{"data":[{"a":1}],"errors":["x"]}';
    expect(recordsIn(partial, undefined, { keepPartial: true })).toHaveLength(1);
    expect(recordsIn('{"errors":[{"a":1},{"a":2}]}', "errors")).toHaveLength(2);
  });

  it("looks for errors where errorField says, and around the records", () => {
    const body = '{"meta":{"problem":"late"},"items":[1]}';
    expect(() => recordsIn(body, "items", { errorField: "meta.problem" })).toThrow(
      /error in "meta.problem" \(errorField\).*late/,
    );
    expect(() => recordsIn('{"ok":false,"items":[]}', "items")).toThrow(/is an error/);
  });

  it("refuses 202, whose data is not ready", async () => {
    await expect(inferFrom({ status: 202, body: '{"status":"queued"}' })).rejects.toThrow(
      /answered 202, so its data is not ready/,
    );
  });

  it("shows no key that stands in the URL's path", async () => {
    const failure = inferFrom({ status: 404, body: `no /v6/${KEY}`, path: `/v6/${KEY}/latest` });
    await expect(failure).rejects.toThrow(/\/v6\/\*\*\*\/latest: It answered 404: no \/v6\/\*\*\*/);
  });

  it.each<[string, Partial<RestOptions>, RegExp]>([
    ["a URL", { url: `${URL_OF_API}?from={[0]}&to={@now}` }, /url.*"\{\[0\]\}".*\{timestamp\}/],
    ["a URL's end", { url: `${URL_OF_API}?since={timestamp` }, /url.*no placeholder/],
    ["a body", { method: "POST", body: '{"a":"{@now}"}' }, /body.*\{@now\}.*u007b/],
    ["a header", { headers: { "X-A": "s3cr3t{timestamp}" } }, /headers.*"X-A" has a placeholder/],
    [
      "the first position",
      { url: `${URL_OF_API}?since={timestamp}`, initialOffset: "{@now}" },
      /initialOffset.*has a placeholder/,
    ],
    ["a cookie", { cookie: "a={@now}" }, /cookie.*has a placeholder/],
  ])("refuses braces that are no placeholder in %s, and says what one may be", async (...args) => {
    const [, options, message] = args;
    const given = { url: URL_OF_API, ...options } as RestOptions;
    await expect(inferRestSchema(given)).rejects.toThrow(message);
    await expect(inferRestSchema(given)).rejects.not.toThrow(/s3cr3t/);
  });
});

describe("pathSecrets()", () => {
  it.each([
    `/v6/${KEY}/latest`,
    "/bot123456789:AAF-Zk3xVq9wYt0aBcDeFgHiJkLmNoPqRs/getUpdates",
    "/ping/3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "/api/token/hunter2/data",
    "/x/qWkXzPtRbNvYsMhJdLfG/y",
    "/data;apikey=abc",
  ])("finds the key in %s", (path) => {
    expect(pathSecrets(new URL(path, "https://api.example.com"))).not.toEqual([]);
  });

  it.each([
    "/oauth/token",
    "/repos/apache/spark/issues/12345678901234567890",
    "/2025-01-31T10:00:00Z/events",
    "/articles/my-long-article-name-of-2024",
    "/rest/api/3/searchForIssuesByUsingQuery",
  ])("takes %s for ordinary", (path) => {
    expect(pathSecrets(new URL(path, "https://api.example.com"))).toEqual([]);
  });
});

describe("rest.options()", () => {
  it("writes onBody as JSON, whatever its conditions hold", () => {
    const onBody = { Information: "retry", "'a, b=c'": "skip" } as const;
    expect(rest.options({ url: URL_OF_API, onBody })).toMatchObject({
      onBody: JSON.stringify(onBody),
    });
  });
});
