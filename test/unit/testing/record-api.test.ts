import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordApi, replayApi } from "../../../src/testing/index.js";

describe("recordApi() and replayApi()", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "record-api-"));
    file = join(folder, "api.json");
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Records requests to an API that counts them, links to itself, and repeats the caller's token. */
  async function record(work: (url: string) => Promise<void>): Promise<string> {
    let count = 0;
    const server = createServer((request, response) => {
      count += 1;
      const { port } = server.address() as AddressInfo;
      response.setHeader("link", `<http://127.0.0.1:${port}/items?page=2>; rel="next"`);
      response.setHeader("set-cookie", "session=12345678901");
      const token = String(request.headers.authorization);
      response.end(
        `{"count":${count},"id":12345678901234567890,"you":"${token}","refresh_token":"abcdefghijk"}`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const api = await recordApi({ target: `http://127.0.0.1:${port}`, file });
    await work(api.url);
    await api.stop();
    server.close();
    server.closeAllConnections();
    return readFile(file, "utf8");
  }

  const headers = { authorization: "Bearer verysecretvalue" };

  it("replays the answers in their order without the API, with links to the replaying server", async () => {
    await record(async (url) => {
      await fetch(`${url}/items?b=2&a=1`, { headers });
      await fetch(`${url}/items?b=2&a=1`, { headers });
      await fetch(`${url}/items`, { method: "POST", body: '{"since":1}' });
    });
    await using api = await replayApi({ file });
    const counts: unknown[] = [];
    for (let index = 0; index < 3; index += 1) {
      const answer = await fetch(`${api.url}/items?a=1&b=2`);
      expect(answer.headers.get("link")).toContain(`<${api.url}/items?page=2>`);
      const text = await answer.text();
      // All digits are there.
      expect(text).toContain('"id":12345678901234567890');
      counts.push((JSON.parse(text) as { count: number }).count);
    }
    expect(counts).toEqual([1, 2, 2]);
    const posted = await fetch(`${api.url}/items`, { method: "POST", body: '{"since":1}' });
    expect(await posted.json()).toMatchObject({ count: 3 });
    expect(api.requests).toContain("GET /items?a=1&b=2");
  });

  it("writes no secret to the file: not from headers, parameters and fields, and not where an answer repeats it", async () => {
    const text = await record(async (url) => {
      await fetch(`${url}/items?api_key=keykeykeykey&page_token=p2`, { headers });
      await fetch(`${url}/login`, { method: "POST", body: '{"password": "hunter2hunter2"}' });
    });
    for (const secret of [
      "verysecretvalue",
      "keykeykeykey",
      "hunter2",
      "abcdefghijk",
      "123456789011",
    ])
      expect(text).not.toContain(secret);
    expect(text).not.toContain("session=");
    expect(text).toContain("page_token=p2");
    await using api = await replayApi({ file });
    const answer = await fetch(`${api.url}/items?api_key=another&page_token=p2`);
    expect(answer.status).toBe(200);
  });

  it("answers a request that was not recorded with status 400 and the nearest recorded one", async () => {
    await record(async (url) => {
      await fetch(`${url}/items?page=1`);
    });
    await using api = await replayApi({ file });
    const answer = await fetch(`${api.url}/items?page=7`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      message:
        "The recording has no request GET /items?page=7. The nearest one is GET /items?page=1.",
    });
  });

  it("refuses a file that is not a recording", async () => {
    await writeFile(file, "{}");
    await expect(replayApi({ file })).rejects.toThrow("is not a recording of recordApi()");
    await expect(replayApi({ file: join(folder, "none.json") })).rejects.toThrow("Cannot read");
    await expect(recordApi({ target: "nowhere", file })).rejects.toThrow("target must be");
  });
});
