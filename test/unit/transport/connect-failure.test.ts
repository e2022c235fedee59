import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { ServerCredentials, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SparkSession } from "../../../src/index.js";
import { connectFailure } from "../../../src/transport/connect-failure.js";
import type { TlsOptions } from "../../../src/transport/channel.js";
import { TestAuthority } from "../../support/certificates.js";
import { TlsProxy } from "../../support/tls-proxy.js";
import { Failure, FakeSparkServer, never, type Script } from "../support/fake-spark-server.js";

const SECRET = "sentinel-secret-7f3a";
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** The error of a failed connection, and the time until it failed. */
async function failure(
  port: number,
  options: { host?: string; parameters?: string; tls?: TlsOptions; timeoutMs?: number } = {},
): Promise<{ error: Error; elapsedMs: number }> {
  const { host = "127.0.0.1", parameters = `;token=${SECRET}`, timeoutMs = 3_000 } = options;
  const builder = SparkSession.builder()
    .remote(`sc://${host}:${port}/${parameters}`)
    .connectTimeoutMs(timeoutMs);
  if (options.tls !== undefined) builder.tls(options.tls);
  const startedAt = performance.now();
  const outcome = await builder.create().then(
    () => new Error("it connected"),
    (error: unknown) => error as Error,
  );
  const elapsedMs = performance.now() - startedAt;
  expect(inspect(outcome, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
  expect(outcome.message).toContain(`${host}:${port}`);
  return { error: outcome, elapsedMs };
}

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function spark(script: Script = {}): Promise<number> {
  const server = await FakeSparkServer.start(script);
  cleanups.push(() => {
    server.stop();
  });
  return server.port;
}

const authority = new TestAuthority();
const ca = authority.cert;

async function tlsSpark(names: readonly string[], days = 1): Promise<number> {
  const { cert, key } = authority.certificate(names, days);
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  const server = await FakeSparkServer.start({}, ServerCredentials.createSsl(null, [pair]));
  cleanups.push(() => {
    server.stop();
  });
  return server.port;
}

describe("connecting", () => {
  it("fails with UNREACHABLE within the connect timeout if nothing answers", async () => {
    const port = await listening(createServer());
    const { error, elapsedMs } = await failure(port, { timeoutMs: 500 });
    expect(error).toMatchObject({ name: "SparkConnectionError", code: "UNREACHABLE" });
    expect(error.message).toContain("firewall");
    expect(elapsedMs).toBeGreaterThan(400);
    expect(elapsedMs).toBeLessThan(1_500);
  });

  it("fails with DEADLINE_EXCEEDED within the connect timeout if the server accepts the call but does not answer", async () => {
    const port = await spark({ analyzePlan: never });
    const { error, elapsedMs } = await failure(port, { timeoutMs: 500 });
    expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(elapsedMs).toBeLessThan(1_500);
  });

  it("retries a closed port until the connect timeout and counts the attempts", async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    const { error, elapsedMs } = await failure(port, { timeoutMs: 1_000 });
    expect(error).toMatchObject({
      name: "RetriesExceededError",
      code: "CONNECTION_REFUSED",
      attempts: 3,
    });
    expect(error.message).toContain("no server listens there");
    expect(elapsedMs).toBeLessThan(1_500);
  });

  it("connects if the server starts to listen during the retries", async () => {
    const target = await spark();
    const late = createServer((socket) => {
      const upstream = connect(target, "127.0.0.1");
      upstream.on("error", () => undefined);
      socket.pipe(upstream).pipe(socket);
    });
    const port = await listening(late);
    late.close();
    await once(late, "close");
    const connecting = SparkSession.builder().remote(`sc://127.0.0.1:${port}`).create();
    setTimeout(() => late.listen(port, "127.0.0.1"), 100);
    const session = await connecting;
    await session.stop();
  });

  it("fails at once for a host name without an address", async () => {
    const { error, elapsedMs } = await failure(15002, {
      host: "no-such-host.invalid",
      parameters: `;token=${SECRET};use_ssl=true`,
    });
    expect(error).toMatchObject({ code: "HOST_NOT_FOUND" });
    expect(elapsedMs).toBeLessThan(2_000);
  });

  it.each([
    ["an HTTP/1 server", () => createHttpServer((_, response) => response.end("hello"))],
    [
      "an HTTP/2 server without gRPC",
      () => createHttp2Server((_, response) => response.end("<html>")),
    ],
    [
      "an HTTP/2 server without that page",
      () =>
        createHttp2Server((_, response) => {
          response.writeHead(404).end();
        }),
    ],
    ["a server of another protocol", () => createServer((s) => s.write("SSH-2.0-OpenSSH_9.6\r\n"))],
  ])("fails at once if %s answers", async (_, make) => {
    const { error, elapsedMs } = await failure(await listening(make()));
    expect(error).toMatchObject({ name: "SparkConnectionError", code: "NOT_SPARK_CONNECT" });
    expect(error.message).toContain("is not a Spark Connect server");
    expect(elapsedMs).toBeLessThan(2_500);
  });

  it("fails at once if a gRPC server without Spark Connect answers", async () => {
    const unimplemented = (): never => {
      throw new Failure(status.UNIMPLEMENTED, "unknown service");
    };
    const { error } = await failure(await spark({ analyzePlan: unimplemented }));
    expect(error).toMatchObject({ code: "NOT_SPARK_CONNECT" });
  });

  it("reports that the server behind a proxy does not answer", async () => {
    const proxy = createHttp2Server((_, response) => {
      response.writeHead(503).end();
    });
    const { error } = await failure(await listening(proxy), { timeoutMs: 1_500 });
    expect(error).toMatchObject({ code: "SERVER_NOT_READY" });
  });

  it.each([
    ["refuses to connect", 403],
    ["does not exist", undefined],
  ])("fails with PROXY_FAILED if the environment's proxy %s", async (_, refusal) => {
    const proxy = createHttpServer().on("connect", (_request, socket) => {
      socket.end(`HTTP/1.1 ${refusal} Forbidden\r\n\r\n`);
    });
    const port = await listening(proxy);
    if (refusal === undefined) proxy.close();
    vi.stubEnv("grpc_proxy", `http://127.0.0.1:${port}`);
    const { error } = await failure(15002, { timeoutMs: 1_500 });
    expect(error).toMatchObject({ code: "PROXY_FAILED" });
    expect(error.message).toContain("grpc_proxy");
  });

  it("fails with CONNECTION_CLOSED if the server closes each connection without an answer", async () => {
    const port = await listening(createServer((socket) => socket.end()));
    const { error } = await failure(port, { timeoutMs: 1_500 });
    expect(error).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(error.message).toContain("use_ssl=true");
  });

  it("fails at once if the server requires TLS and the connection is plaintext", async () => {
    const { error, elapsedMs } = await failure(await tlsSpark(["127.0.0.1"]));
    expect(error).toMatchObject({ code: "TLS_REQUIRED" });
    expect(error.message).toContain("use_ssl=true");
    expect(elapsedMs).toBeLessThan(2_500);
  });

  it.each([
    ["a plaintext Spark Connect server", () => spark()],
    ["an HTTP/1 server", () => listening(createHttpServer((_, response) => response.end()))],
  ])("fails at once if the client tries TLS with %s", async (_, make) => {
    const { error, elapsedMs } = await failure(await make(), { tls: { ca } });
    expect(error).toMatchObject({ code: "TLS_NOT_SPOKEN" });
    expect(elapsedMs).toBeLessThan(2_500);
  });

  it.each([
    ["has expired", "CERTIFICATE_EXPIRED", ["127.0.0.1"], -1, { ca }],
    ["belongs to another host", "CERTIFICATE_NAME_MISMATCH", ["other.example"], 1, { ca }],
    [
      "lacks the name in serverName",
      "CERTIFICATE_NAME_MISMATCH",
      ["127.0.0.1"],
      1,
      { ca, serverName: "other.example" },
    ],
    ["is signed by an unknown CA", "CERTIFICATE_UNTRUSTED", ["127.0.0.1"], 1, {}],
    [
      "is signed by another CA of the same name",
      "CERTIFICATE_UNTRUSTED",
      ["127.0.0.1"],
      1,
      { ca: new TestAuthority("another").cert },
    ],
  ] as const)("fails at once when the certificate %s", async (_, code, names, days, tls) => {
    const { error, elapsedMs } = await failure(await tlsSpark(names, days), { tls });
    expect(error).toMatchObject({ name: "SparkConnectionError", code, attempts: 1 });
    expect(elapsedMs).toBeLessThan(1_500);
  });

  it("fails at once if the server requires a client certificate", async () => {
    const { cert, key } = authority.certificate(["127.0.0.1"]);
    const mutual = { cert, key, ca, requestCert: true, rejectUnauthorized: true };
    const proxy = await TlsProxy.start(mutual, await spark());
    cleanups.push(() => {
      proxy.stop();
    });
    const { error } = await failure(proxy.port, { tls: { ca } });
    expect(error).toMatchObject({ code: "CLIENT_CERTIFICATE_REFUSED" });
  });

  const unauthenticated: Script = {
    analyzePlan: () => {
      throw new Failure(status.UNAUTHENTICATED, "Invalid authentication token");
    },
  };
  it("distinguishes a refused token from a missing token", async () => {
    const port = await spark(unauthenticated);
    const refused = await failure(port);
    expect(refused.error).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(refused.error.message).toContain("refused the token");
    const missing = await failure(port, { parameters: "" });
    expect(missing.error).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(missing.error.message).toContain("requires a token");
  });

  it("refuses a server older than Spark 4.0", async () => {
    const port = await spark({
      analyzePlan: () => ({
        serverSideSessionId: "",
        result: { case: "sparkVersion", value: { version: "3.5.6" } },
      }),
    });
    const { error } = await failure(port);
    expect(error).toMatchObject({ code: "SPARK_TOO_OLD" });
    expect(error.message).toContain("runs Spark 3.5.6");
    expect(error.message).toContain("needs Spark 4.0 or newer");
  });
});

describe("connectFailure", () => {
  it.each([
    ["connect EHOSTUNREACH 10.0.0.1:15002", "UNREACHABLE"],
    ["connect ETIMEDOUT 10.0.0.1:15002", "UNREACHABLE"],
    ["self-signed certificate in certificate chain", "CERTIFICATE_UNTRUSTED"],
    ["unable to get local issuer certificate", "CERTIFICATE_UNTRUSTED"],
    ["certificate is not yet valid", "CERTIFICATE_EXPIRED"],
    ["0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure", "TLS_HANDSHAKE_FAILED"],
  ])("reads %s", (text, code) => {
    const details = `No connection established. Last error: Error: ${text}. Resolution note: `;
    expect(connectFailure(status.UNAVAILABLE, details)).toBe(code);
  });

  it("returns undefined for unknown texts and for failures after connecting", () => {
    expect(connectFailure(status.UNAVAILABLE, "Connection dropped")).toBeUndefined();
    expect(connectFailure(status.INTERNAL, "connect ECONNREFUSED")).toBeUndefined();
    expect(connectFailure(status.PERMISSION_DENIED, "no right to read t")).toBeUndefined();
  });
});
