import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { isLoopback, parseConnectionString } from "../../../src/transport/connection-string.js";

describe("parseConnectionString", () => {
  it("uses Spark's default port if the string has no port", () => {
    expect(parseConnectionString("sc://spark.example")).toEqual({
      host: "spark.example",
      port: 15002,
      metadata: {},
    });
  });

  it("reads every known key and percent-decodes values", () => {
    const target = parseConnectionString(
      "sc://h:1/;token=a%3Db;use_ssl=true;user_id=J%C3%B6rg;user_agent=app;session_id=00112233-4455-6677-8899-AABBCCDDEEFF;grpc_max_message_size=1024;grpc_keepalive_time_ms=5000",
    );
    expect(target).toEqual({
      host: "h",
      port: 1,
      token: "a=b",
      useSsl: true,
      userId: "Jörg",
      userAgent: "app",
      sessionId: "00112233-4455-6677-8899-aabbccddeeff",
      maxMessageBytes: 1024,
      keepalive: { timeMs: 5000 },
      metadata: {},
    });
  });

  it("turns unknown keys into metadata", () => {
    expect(parseConnectionString("sc://h/;x-databricks-cluster-id=1-2").metadata).toEqual({
      "x-databricks-cluster-id": "1-2",
    });
  });

  it.each([
    ["tokn", "token"],
    ["tok", "token"],
    ["use_tls", "use_ssl"],
    ["ssl", "use_ssl"],
    ["useSsl", "use_ssl"],
    ["USE_SSL", "use_ssl"],
    ["user", "user_id"],
    ["userId", "user_id"],
    ["sesion_id", "session_id"],
    ["grpc_max_mesage_size", "grpc_max_message_size"],
  ])("refuses %s, which is most likely a misspelt %s", (key, known) => {
    expect(() => parseConnectionString(`sc://h/;${key}=secret`)).toThrow(
      `Unknown parameter ${key} of the connection string. Did you mean ${known}? All other parameters are sent as gRPC headers`,
    );
    expect(() => parseConnectionString(`sc://h/;${key}=secret`)).not.toThrow(/secret/);
  });

  it.each(["x-token", "x_token", "cluster_id", "region", "tenant", "user-id", "order_id"])(
    "sends %s as a header",
    (key) => {
      expect(parseConnectionString(`sc://h/;${key}=1`).metadata).toEqual({ [key]: "1" });
    },
  );

  it.each([
    ["http://h:1", " Write sc:// for http://."],
    ["https://h", " Write sc:// for https://, and add ;use_ssl=true."],
    ["local[2]", " For a Spark on this machine call local(), not remote()."],
    ["spark://h:7077", " spark:// is the address of a Spark master."],
  ])("says what to write instead of %s", (remote, advice) => {
    expect(() => parseConnectionString(remote)).toThrow(
      `The connection string does not start with sc://.${advice}`,
    );
  });

  it("refuses a value that is not text, a parameter without a value, and a token from an unset variable", () => {
    expect(() => parseConnectionString(15002 as never)).toThrow(
      "The connection string must be text, got a number.",
    );
    expect(() => parseConnectionString("sc://h/;token=")).toThrow(
      "The connection string's parameter token has no value.",
    );
    expect(() => parseConnectionString("sc://h/;token=undefined")).toThrow(
      'The token is the text "undefined". Check that the variable it comes from is set.',
    );
  });

  it("reads an IPv6 address in brackets", () => {
    expect(parseConnectionString("sc://[::1]:99/")).toMatchObject({ host: "::1", port: 99 });
  });

  it.each([
    ["http://h", /sc:\/\//],
    ["sc://", /host/],
    ["sc://user:pw@h", /user information/],
    ["sc://h:0", /port/],
    ["sc://h:65536", /port/],
    ["sc://h:abc", /port/],
    ["sc://::1", /host/],
    ["sc://h/path", /path/],
    ["sc://h/;token", /key=value/],
    ["sc://h/;token=", /key=value/],
    ["sc://h/;a=b=c", /key=value/],
    ["sc://h/;token=%zz", /percent/],
    ["sc://h/;use_ssl=yes", /true or false/],
    ["sc://h/;session_id=42", /UUID/],
    [
      "sc://h/;session_id=00112233-4455-6677-8899-aabbccddeeff;session_id=00112233-4455-6677-8899-aabbccddeeff",
      /twice/,
    ],
    ["sc://h/;grpc_max_message_size=-1", /positive/],
    ["sc://h/;token=a%0Ab", /printable/],
  ])("refuses %s before any I/O", (remote, message) => {
    expect(() => parseConnectionString(remote)).toThrow(ArgumentError);
    expect(() => parseConnectionString(remote)).toThrow(message);
  });

  it("throws only ArgumentErrors, and never shows a token in the message", () => {
    const part = fc.stringMatching(/^[ -~]{0,20}$/);
    fc.assert(
      fc.property(part, part, part, (host, key, rest) => {
        const secret = "s3cr3t-sentinel";
        try {
          parseConnectionString(`sc://${host}/;token=${secret}${rest};${key}=${rest}`);
        } catch (error) {
          expect(error).toBeInstanceOf(ArgumentError);
          expect((error as Error).message).not.toContain(secret);
        }
      }),
    );
  });
});

describe("isLoopback", () => {
  it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"])("is true for %s", (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(["10.0.0.1", "localhost.example", "127.0.0.1.example", "::2"])(
    "is false for %s",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
