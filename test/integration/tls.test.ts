import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { SparkSession } from "../../src/index.js";
import { parseConnectionString } from "../../src/transport/connection-string.js";
import type { TlsOptions } from "../../src/transport/channel.js";
import { TestAuthority, type Certificate } from "../support/certificates.js";
import { TlsProxy } from "../support/tls-proxy.js";

const authority = new TestAuthority();
const ca = authority.cert;
const LOOPBACK = ["localhost", "127.0.0.1"];

let sparkPort: number;
let sparkToken: string;
let proxy: TlsProxy | undefined;

/** A TLS proxy with this certificate in front of the run's Spark. */
async function proxied(
  certificate: Certificate = authority.certificate(LOOPBACK),
  options: { requestCert?: boolean; ca?: string } = {},
): Promise<string> {
  proxy = await TlsProxy.start({ ...certificate, ...options }, sparkPort);
  return `sc://127.0.0.1:${proxy.port}`;
}

function connect(remote: string, tls: TlsOptions, token = sparkToken): Promise<SparkSession> {
  return SparkSession.builder().remote(remote).tls(tls).token(token).create();
}

async function answers(session: SparkSession): Promise<void> {
  const sum = await session.sql("SELECT sum(id) AS total FROM range(100000)");
  expect(await sum.collect()).toEqual([{ total: 4_999_950_000n }]);
  await session.stop();
}

/** The error of a connection that must fail. Checks that it fails at once and does not show the token. */
async function refusal(connecting: Promise<SparkSession>): Promise<unknown> {
  const startedAt = performance.now();
  const error = await connecting.catch((thrown: unknown) => thrown);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(sparkToken);
  return error;
}

beforeAll(() => {
  const { port, token } = parseConnectionString(inject("sparkUrl"));
  if (token === undefined) throw new Error("the run's Spark has no token");
  [sparkPort, sparkToken] = [port, token];
});
afterEach(() => {
  proxy?.stop();
  proxy = undefined;
});
afterAll(() => proxy?.stop());

describe("a Spark behind TLS", () => {
  it("accepts a client that trusts its CA and has the token", async () => {
    await answers(await connect(await proxied(), { ca }));
  });

  it("accepts a connection with the name of its certificate, if the client gives that name", async () => {
    const remote = await proxied(authority.certificate(["spark.example"]));
    await answers(await connect(remote, { ca, serverName: "spark.example" }));
  });

  it("accepts a client with the required certificate", async () => {
    const remote = await proxied(undefined, { requestCert: true, ca });
    const { cert, key } = authority.certificate(["client.example"]);
    await answers(await connect(remote, { ca, cert, key }));
  });

  it("refuses a client without the required certificate", async () => {
    const remote = await proxied(undefined, { requestCert: true, ca });
    expect(await refusal(connect(remote, { ca }))).toMatchObject({
      code: "CLIENT_CERTIFICATE_REFUSED",
    });
  });

  it("refuses a client with a certificate of another CA", async () => {
    const remote = await proxied(undefined, { requestCert: true, ca });
    const { cert, key } = new TestAuthority("another CA").certificate(["client.example"]);
    const error = await refusal(connect(remote, { ca, cert, key }));
    // Node's TLS server gives no reason: it closes the connection after the handshake.
    expect(error).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect((error as Error).message).toContain("client certificate");
  });

  it("refuses a wrong token", async () => {
    const wrong = connect(await proxied(), { ca }, "wrong-token");
    expect(await refusal(wrong)).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("refuses a client without a token", async () => {
    const session = SparkSession.builder()
      .remote(await proxied())
      .tls({ ca })
      .create();
    const error = await refusal(session);
    expect(error).toMatchObject({ code: "UNAUTHENTICATED" });
    expect((error as Error).message).toContain("requires a token");
  });

  it.each([
    ["that has expired", "CERTIFICATE_EXPIRED", LOOPBACK, -1, { ca }],
    ["of another host", "CERTIFICATE_NAME_MISMATCH", ["other.example"], 1, { ca }],
    ["of a CA that is not trusted", "CERTIFICATE_UNTRUSTED", LOOPBACK, 1, {}],
  ] as const)("is refused with a certificate %s", async (_, code, names, days, tls) => {
    const remote = await proxied(authority.certificate(names, days));
    expect(await refusal(connect(remote, tls))).toMatchObject({ code, attempts: 1 });
  });

  it("refuses a plaintext connection with an error that names the mistake", async () => {
    const plaintext = SparkSession.builder()
      .remote(await proxied())
      .token(sparkToken)
      .create();
    expect(await refusal(plaintext)).toMatchObject({ code: "TLS_REQUIRED" });
  });
});

describe("a Spark without TLS", () => {
  it("refuses a TLS connection with an error that names the mistake", async () => {
    const error = await refusal(connect(`sc://127.0.0.1:${sparkPort}`, { ca }));
    expect(error).toMatchObject({ code: "TLS_NOT_SPOKEN" });
  });
});
