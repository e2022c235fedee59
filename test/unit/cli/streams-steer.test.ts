import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../../../src/cli/command.js";
import { COMMANDS } from "../../../src/cli/commands.js";
import { UsageError } from "../../../src/cli/exit-code.js";
import { parseCommand } from "../../../src/cli/parse-command.js";
import { Terminal, type TextOutput } from "../../../src/cli/terminal.js";
import { serveMonitor, type ServeMonitorOptions } from "../../../src/monitor/index.js";
import { FakeService, streamStatus } from "../monitor/support/fake-service.js";

const TOKEN = "a-token-of-the-test";
const ENVIRONMENT = { USER: "ann" };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sparktide-steer-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function serve(
  supervisor: FakeService,
  options: Partial<ServeMonitorOptions> = {},
): Promise<string> {
  const monitor = await serveMonitor({ supervisor, ...options });
  closing.push(() => monitor.close());
  return monitor.url;
}

async function commandNamed(name: string): Promise<Command> {
  const listed = COMMANDS.find((one) => one.name === name);
  if (listed === undefined) throw new Error(`no command ${name}`);
  return listed.load();
}

/** Runs a command, and returns its output and exit code. */
async function run(
  name: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly notes: string }> {
  const written = { out: "", notes: "" };
  const output = (key: keyof typeof written): TextOutput => ({
    write: (text, done) => {
      written[key] += text;
      done?.();
      return true;
    },
    on: () => undefined,
  });
  const all = { ...ENVIRONMENT, ...environment };
  const terminal = new Terminal(output("out"), output("notes"), all, () => undefined);
  const command = await commandNamed(name);
  const { options, arguments: given } = parseCommand(command, words);
  const { signal } = new AbortController();
  const code = await command.run({ options, arguments: given, terminal, environment: all, signal });
  return { code, ...written };
}

describe("the commands that steer a supervisor", () => {
  it("give their command through a socket, with the name of the user", async () => {
    const service = new FakeService(streamStatus("a b"));
    const socket = join(folder, "socket");
    const address = await serve(service, { socket, control: true });
    for (const name of ["pause", "resume", "restart", "run"]) {
      const { code, out } = await run(`streams ${name}`, ["a b", "--address", address]);
      expect([code, out]).toEqual([0, "a b: running\n"]);
    }
    const removed = await run("streams remove", ["a b"], { SPARKTIDE_MONITOR: address });
    expect(removed.out).toBe("a b: removed\n");
    expect(service.commands.map(([method, name]) => [method, name])).toEqual([
      ["pause", "a b"],
      ["resume", "a b"],
      ["restart", "a b"],
      ["runNow", "a b"],
      ["remove", "a b"],
    ]);
    expect(service.commands[0]?.[2]).toEqual({
      by: "ann with sparktide streams (monitor, from a local socket)",
    });
  });

  it("add and upgrade a stream from a file, with the token of a file or a variable", async () => {
    const service = new FakeService();
    const address = await serve(service, { port: 0, token: TOKEN, control: true });
    const tokenFile = file("token", `${TOKEN}\n`);
    const declaration = { name: "prices", source: "rest", checkpoint: "/c" };
    const path = file("prices.json", declaration);
    const added = await run("streams add", [
      path,
      "--address",
      address,
      "--token-file",
      tokenFile,
      "--json",
    ]);
    expect(JSON.parse(added.out)).toMatchObject({ stream: { name: "prices", state: "running" } });
    const environment = { SPARKTIDE_MONITOR: address, SPARKTIDE_MONITOR_TOKEN: TOKEN };
    await run(
      "streams upgrade",
      [path, "--watch-batches", "3", "--watch-seconds", "60"],
      environment,
    );
    expect(service.commands).toEqual([
      ["add", declaration, expect.anything()],
      [
        "upgrade",
        "prices",
        declaration,
        expect.objectContaining({ watchBatches: 3, watchMs: 60_000 }),
      ],
    ]);
  });

  it("wait for the end of an upgrade, and fail if the former declaration runs again", async () => {
    const atMs = Date.now();
    const upgrade = { state: "watching" as const, atMs, error: undefined };
    const service = new FakeService(streamStatus("a", { upgrade }));
    const address = await serve(service, { port: 0, token: TOKEN, control: true });
    const path = file("a.json", { name: "a" });
    const environment = { SPARKTIDE_MONITOR: address, SPARKTIDE_MONITOR_TOKEN: TOKEN };
    const upgrading = run("streams upgrade", [path], environment);
    service.outcome = () => {
      const error = new Error("No such table.");
      service.streams = [
        streamStatus("a", { upgrade: { ...upgrade, state: "rolledBack", error } }),
      ];
      return Promise.resolve();
    };
    await expect(upgrading).rejects.toMatchObject({
      code: "UPGRADE_FAILED",
      message: "The new declaration of a failed. The former one runs again. No such table.",
    });
  });

  it("say what is wrong with the address, the token, the stream or the file", async () => {
    const service = new FakeService(streamStatus("a"), streamStatus("b"));
    const address = await serve(service, { port: 0, token: TOKEN, control: true });
    const withToken = { SPARKTIDE_MONITOR_TOKEN: TOKEN };
    const wrong: readonly [string, readonly string[], Record<string, string>, string][] = [
      ["pause", ["a"], {}, "No monitor is named. Give --address, or set SPARKTIDE_MONITOR"],
      ["pause", [], {}, "Name the stream."],
      ["pause", ["a", "--address", "ftp://x"], {}, "begins with http://, https:// or unix:"],
      ["pause", ["a", "--address", address], {}, "This monitor needs a token."],
      [
        "pause",
        ["a", "--address", address],
        { SPARKTIDE_MONITOR_TOKEN: "other" },
        "--token-file or SPARKTIDE_MONITOR_TOKEN",
      ],
      [
        "pause",
        ["x", "--address", address],
        withToken,
        'No stream is named "x". Streams: "a", "b".',
      ],
      [
        "pause",
        ["a", "--address", "http://example.com"],
        withToken,
        "The token would be sent in plaintext to example.com.",
      ],
      [
        "pause",
        ["a", "--address", "unix:/none"],
        {},
        "No monitor answers at unix:/none (connect ENOENT /none)",
      ],
      ["add", [], { SPARKTIDE_MONITOR: address }, "Name the file with the declaration."],
      [
        "add",
        ["/none.json"],
        { SPARKTIDE_MONITOR: address },
        "/none.json cannot be read (ENOENT).",
      ],
      [
        "add",
        [file("list.json", [])],
        { SPARKTIDE_MONITOR: address },
        "must have a JSON object with the stream's name",
      ],
      ["add", [file("bad.json", "{")], { SPARKTIDE_MONITOR: address }, "is not valid JSON"],
    ];
    for (const [name, words, environment, message] of wrong)
      await expect(run(`streams ${name}`, words, environment), message).rejects.toThrow(message);
    expect(service.commands).toEqual([]);
    await expect(run("streams pause", [])).rejects.toBeInstanceOf(UsageError);
  });

  it("do not take another program for a monitor", async () => {
    const server = createServer((_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/path/`;
    await expect(run("streams pause", ["a", "--address", address])).rejects.toMatchObject({
      code: "NOT_A_MONITOR",
    });
  });
});
