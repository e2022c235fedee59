import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { openChannel, type ChannelOptions } from "../../../src/transport/channel.js";
import { parseConnectionString } from "../../../src/transport/connection-string.js";

function isSecure(remote: string, options: ChannelOptions = {}): boolean {
  const channel = openChannel(parseConnectionString(remote), options);
  channel.close();
  return channel.secure;
}

describe("openChannel", () => {
  it("uses TLS to send a token to another machine, and plaintext on loopback", () => {
    expect(isSecure("sc://spark.example/;token=t")).toBe(true);
    expect(isSecure("sc://localhost/;token=t")).toBe(false);
    expect(isSecure("sc://127.0.0.1/;token=t")).toBe(false);
    expect(isSecure("sc://[::1]/;token=t")).toBe(false);
  });

  it("uses TLS on loopback if it is configured", () => {
    expect(isSecure("sc://localhost/;token=t;use_ssl=true")).toBe(true);
    expect(isSecure("sc://localhost", { tls: {} })).toBe(true);
  });

  it("refuses to send a token in plaintext to another machine unless allowInsecureToken is set", () => {
    const remote = "sc://spark.example/;token=t;use_ssl=false";
    expect(() => isSecure(remote)).toThrow(ArgumentError);
    expect(isSecure(remote, { allowInsecureToken: true })).toBe(false);
  });

  it("calls a token function before each call", async () => {
    let asked = 0;
    const channel = openChannel(parseConnectionString("sc://localhost"), {
      token: () => Promise.resolve(`t${String(++asked)}`),
    });
    expect((await channel.metadata()).get("authorization")).toEqual(["Bearer t1"]);
    expect((await channel.metadata()).get("authorization")).toEqual(["Bearer t2"]);
    channel.close();
  });
});
