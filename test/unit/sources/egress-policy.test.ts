import { afterEach, describe, expect, it, vi } from "vitest";
import { SparkError } from "../../../src/errors.js";
import { EgressPolicy, parseUrl, type EgressOptions } from "../../../src/sources/egress-policy.js";
import { addressProblem } from "../../../src/sources/public-address.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

function policy(options: Partial<EgressOptions>, ...addresses: readonly string[]): EgressPolicy {
  return new EgressPolicy(
    { allowHttp: false, allowPrivateHosts: false, allowedHosts: [], ...options },
    () => Promise.resolve(addresses.map((address) => ({ address, family: 0 }))),
  );
}

describe("addressProblem", () => {
  it.each(["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])(
    "lets %s be called",
    (address) => {
      expect(addressProblem(address, false)).toBeUndefined();
    },
  );

  it.each([
    ...[
      "127.0.0.1",
      "10.1.2.3",
      "172.31.0.1",
      "192.168.1.1",
      "100.64.0.1",
      "198.19.0.1",
      "240.0.0.1",
    ],
    ...[
      "192.0.2.1",
      "203.0.113.9",
      "::1",
      "fc00::1",
      "fd12::1",
      "fec0::1",
      "2001:db8::1",
      "100::1",
    ],
    ...[
      "::ffff:10.0.0.1",
      "::ffff:7f00:1",
      "2002:7f00:1::",
      "64:ff9b::7f00:1",
      "::7f00:1",
      "3fff::1",
    ],
    "2001:0:1:1:1:1:80ff:fffe",
  ])("refuses %s unless private hosts are allowed", (address) => {
    expect(addressProblem(address, false)).toMatch(/not public/);
    expect(addressProblem(address, true)).toBeUndefined();
  });

  it.each([
    ...["169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"],
    ...["168.63.129.16", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:169.254.169.254"],
    ...["64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"],
  ])("refuses %s whatever is allowed", (address) => {
    expect(addressProblem(address, true)).toBeDefined();
  });
});

describe("EgressPolicy", () => {
  it("calls https at public addresses", async () => {
    const found = await policy({}, "8.8.8.8").addresses(new URL("https://api.test/x"));
    expect(found.map(({ address }) => address)).toEqual(["8.8.8.8"]);
  });

  it.each<[string, string, Partial<EgressOptions>, string[], RegExp]>([
    ["plain http", "http://api.test/", {}, ["8.8.8.8"], /unless allowHttp/],
    [
      "a name with one private address",
      "https://api.test/",
      {},
      ["8.8.8.8", "10.0.0.1"],
      /10\.0\.0\.1/,
    ],
    [
      "a host that is not listed",
      "https://b.test/",
      { allowedHosts: ["a.test"] },
      ["8.8.8.8"],
      /not in allowedHosts/,
    ],
    [
      "a parent of a listed domain",
      "https://a.test/",
      { allowedHosts: ["*.a.test"] },
      ["8.8.8.8"],
      /not in allowedHosts/,
    ],
    [
      "another port",
      "https://a.test/",
      { allowedHosts: ["a.test:8443"] },
      ["8.8.8.8"],
      /not in allowedHosts/,
    ],
  ])("refuses %s", async (_, url, options, addresses, message) => {
    const failure = policy(options, ...addresses).addresses(new URL(url));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "EGRESS_REFUSED" });
  });

  it.each(["a.test", "*.b.test", "c.test:8443", "[2606:4700::1111]:443"])(
    "calls hosts listed as %s",
    async (item) => {
      const url = { "*.b.test": "https://x.b.test", "c.test:8443": "https://c.test:8443" }[item];
      const own = item.startsWith("[") ? "https://[2606:4700::1111]" : `https://${item}.`;
      const allowed = policy({ allowedHosts: ["z.test", item] }, "8.8.8.8");
      await expect(allowed.addresses(new URL(url ?? own))).resolves.toHaveLength(1);
    },
  );

  it("is narrowed by this machine's own list, which options cannot widen", async () => {
    vi.stubEnv("SPARKTIDE_ALLOWED_HOSTS", "only.test, *.fine.test");
    const open = policy({ allowedHosts: ["a.test", "x.fine.test"] }, "8.8.8.8");
    await expect(open.addresses(new URL("https://x.fine.test/"))).resolves.toHaveLength(1);
    await expect(open.addresses(new URL("https://a.test/"))).rejects.toThrow(
      /SPARKTIDE_ALLOWED_HOSTS/,
    );
  });

  it("resolves other spellings of loopback to what they mean", async () => {
    const real = new EgressPolicy({ allowHttp: true, allowPrivateHosts: false, allowedHosts: [] });
    for (const host of ["localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
      await expect(real.addresses(new URL(`http://${host}/`))).rejects.toThrow(/not public/);
  });
});

describe("parseUrl", () => {
  it.each([
    ...["ftp://a.test/", "/relative", "https://", "https://a.test:0/", "https://a.test/a b"],
    ...[
      "https://a.te\nst/",
      "https://user:hunter2@a.test/",
      "https://:@a.test/",
      "https://@a.test/",
    ],
  ])("refuses %j without repeating it", (text) => {
    expect(() => parseUrl(text)).toThrow(SparkError);
    expect(() => parseUrl(text)).not.toThrow(/hunter2/);
  });
});
