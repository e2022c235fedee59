// The cases are those of python-udsource/tests/test_egress_and_options.py.
import dns from "node:dns";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addressProblem } from "../../../../src/cluster/http/address-kinds.js";
import {
  EgressPolicy,
  isSameOrigin,
  type EgressRules,
} from "../../../../src/cluster/http/egress.js";

const CLOSED: EgressRules = {
  allowHttp: false,
  allowPrivateHosts: false,
  allowedHosts: [],
  serverHosts: [],
};
const ALWAYS_REFUSED = [
  ...["169.254.169.254", "fe80::1", "0.0.0.0", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"],
  ...["168.63.129.16", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"],
  ...["2001:0:4136:e378:8000:63bf:5601:5601", "::", "224.0.0.1", "ff02::1", "fe80::1%eth0"],
];
const PRIVATE = [
  ...["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "100.64.0.1", "::1"],
  ...["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "fd00::1"],
  ...["64:ff9b:1::a00:1", "255.255.255.255", "2001:0:4136:e378:8000:63bf:80ff:fffe"],
  ...["192.0.2.1", "198.18.0.1", "203.0.113.9", "2001:db8::1", "100::1", "4000::1"],
];

describe("an address", () => {
  it.each([...ALWAYS_REFUSED, ...PRIVATE])("%s is refused by default", (address) => {
    expect(addressProblem(address, false)).not.toBe("");
  });

  it.each(ALWAYS_REFUSED)("%s is refused even with allowPrivateHosts", (address) => {
    expect(addressProblem(address, true)).not.toBe("");
  });

  it.each(PRIVATE)("%s is called with allowPrivateHosts", (address) => {
    expect(addressProblem(address, true)).toBe("");
  });

  it.each(["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])(
    "%s is public",
    (address) => {
      expect(addressProblem(address, false)).toBe("");
    },
  );
});

describe("a URL", () => {
  const hosts = ["a.example", "*.b.example", "pinned.example:8443"];
  it.each([
    ["http://a.example/", "only https"],
    ["ftp://a.example/", "must read https"],
    ["https:///x", "must read https"],
    ["https://a.example:0/", "must read https"],
    ["https://a.example:99999/", "must read https"],
    ["https://u:p@a.example/", "user or password"],
    ["https://a.example/\r\nx", "line breaks"],
    ["https://other.example/", "not in allowedHosts"],
    ["https://a.example.evil.test/", "not in allowedHosts"],
    ["https://b.example/", "not in allowedHosts"],
    ["https://pinned.example/", "not in allowedHosts"],
  ])("%j is refused without a name lookup: %s", (url, problem) => {
    const policy = new EgressPolicy({ ...CLOSED, allowedHosts: hosts });
    expect(() => policy.checked(url)).toThrow(problem);
  });

  it.each(["https://a.example/", "https://x.y.b.example/", "https://pinned.example:8443/"])(
    "%s is in allowedHosts",
    (url) => {
      expect(new EgressPolicy({ ...CLOSED, allowedHosts: hosts }).checked(url).href).toBe(url);
    },
  );

  it.each(["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "①②⑦.0.0.1"])(
    "https://%s/ is refused as another spelling of a private address",
    (host) => {
      expect(() => new EgressPolicy(CLOSED).checked(`https://${host}/`)).toThrow("is refused");
    },
  );

  it("cannot go beyond the host list of the server", () => {
    const policy = new EgressPolicy({
      ...CLOSED,
      allowedHosts: ["a.example"],
      serverHosts: ["only.example"],
    });
    expect(() => policy.checked("https://a.example/")).toThrow(
      "the host a.example is not in the server's SPARKTIDE_ALLOWED_HOSTS.",
    );
  });

  it("has the origin of another one with the same scheme, host and port", () => {
    const same = (other: string): boolean =>
      isSameOrigin(new URL("https://a.example/"), new URL(other));
    expect(same("https://A.example.:443/y")).toBe(true);
    for (const other of ["http://a.example/", "https://a.example:8443/", "https://b.example/"])
      expect(same(other)).toBe(false);
  });
});

describe("the addresses of a name", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const lookup = (addresses: readonly string[]): Promise<unknown> => {
    const found = addresses.map((address) => ({ address, family: 4 }));
    vi.spyOn(dns, "lookup").mockImplementation(((
      _host: string,
      _options: object,
      callback: (error: null, found: object) => void,
    ) => {
      callback(null, found);
    }) as never);
    return new Promise((resolve, reject) => {
      new EgressPolicy(CLOSED).lookup("rebind.example", { all: true }, (error, list) => {
        if (error) reject(error);
        else resolve(list);
      });
    });
  };

  it("are refused if one of them is private", async () => {
    await expect(lookup(["93.184.215.14", "10.0.0.1"])).rejects.toThrow(
      "the host rebind.example is refused: 10.0.0.1 is not public",
    );
  });

  it("are what the connection uses", async () => {
    await expect(lookup(["93.184.215.14"])).resolves.toEqual([
      { address: "93.184.215.14", family: 4 },
    ]);
  });
});
