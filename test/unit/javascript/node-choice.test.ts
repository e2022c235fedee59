import { describe, expect, it } from "vitest";
import { ArgumentError, SparkSession } from "../../../src/index.js";
import {
  candidates,
  decideForHost,
  decideWithoutHost,
} from "../../../src/javascript/node/decide-node.js";
import { NODE_BINARIES } from "../../../src/javascript/node/node-binaries.js";
import { checkNodeChoice, type ClientProcess } from "../../../src/javascript/node/node-choice.js";
import type { WorkerHost, WorkerNode } from "../../../src/javascript/node/worker-host.js";

const CLIENT: ClientProcess = {
  execPath: "/opt/node/bin/node",
  platform: "linux",
  versions: { node: "22.1.0" },
};
const BUN: ClientProcess = { ...CLIENT, versions: { node: "24.3.0", bun: "1.3.0" } };
const WINDOWS: ClientProcess = { ...CLIENT, execPath: "C:\\node.exe", platform: "win32" };
const minimum = "20.19.0";

function host(
  nodes: readonly WorkerNode[] = [],
  libc = "glibc 2.36",
  platform = "linux-x64",
): WorkerHost {
  return { host: "worker-1", platform, libc, uid: 185, nodes, sent: [] };
}
const good: WorkerNode = {
  candidate: "node",
  path: "/usr/bin/node",
  version: "20.19.0",
  problem: null,
};
const old: WorkerNode = {
  candidate: "node",
  path: "/usr/bin/node",
  version: "18.19.0",
  problem: "Node.js 18.19.0 at /usr/bin/node is too old: sparktide/cluster needs 20.19 or newer",
};

describe("builder.javascript()", () => {
  const javascript = (options: unknown) => (): unknown =>
    SparkSession.builder().javascript(options as { node: "auto" });

  it("accepts the four names and an absolute path", () => {
    for (const node of ["auto", "client", "path", "upload", "/usr/bin/node", undefined]) {
      expect(javascript({ node })).not.toThrow();
    }
  });
  it("refuses other values and unknown options by name", () => {
    for (const node of ["node", "bin/node", "", 20, null, "/a\0b"]) {
      expect(javascript({ node })).toThrow(ArgumentError);
    }
    expect(javascript({ node: "./node" })).toThrow(
      'node must be "auto", "client", "path", "upload" or an absolute path on the workers such as "/usr/bin/node", got "./node".',
    );
    expect(javascript({ nodes: "auto" })).toThrow(/Unknown option nodes of javascript\(\)/);
  });
  it("refuses client in a program that does not run on Node.js under a path of Linux or macOS", () => {
    expect(() => checkNodeChoice("client", BUN)).toThrow(
      'node: "client" needs a client that runs on Node.js on Linux or macOS, but this process runs on Bun. Use "auto", "path" or "upload".',
    );
    expect(() => checkNodeChoice("client", WINDOWS)).toThrow("this process runs on win32");
    expect(checkNodeChoice("auto", BUN)).toBe("auto");
  });
});

describe("the decision without a request", () => {
  const paths = (
    choice: "auto" | "client" | "path" | "upload" | "/x/node",
    isEmbedded: boolean,
    client = CLIENT,
  ): unknown => decideWithoutHost({ choice, isEmbedded }, client)?.spec.paths;

  it("is the client's executable for auto with an embedded Spark", () => {
    expect(paths("auto", true)).toEqual(["/opt/node/bin/node"]);
    expect(paths("auto", true, BUN)).toBeUndefined();
    expect(paths("auto", false)).toBeUndefined();
  });
  it("is what the user names, except for upload", () => {
    expect(paths("client", false)).toEqual(["/opt/node/bin/node"]);
    expect(paths("path", true)).toEqual(["node"]);
    expect(paths("/x/node", true)).toEqual(["/x/node"]);
    expect(paths("upload", true)).toBeUndefined();
  });
});

describe("the decision for the host of a worker", () => {
  it("asks about the client's executable only if workers can run it", () => {
    expect(candidates("auto", CLIENT)).toEqual(["/opt/node/bin/node", "node"]);
    expect(candidates("auto", WINDOWS)).toEqual(["node"]);
    expect(candidates("upload", CLIENT)).toEqual([]);
  });
  it("uploads nothing if the host has a usable Node.js", () => {
    expect(
      decideForHost("auto", host([{ ...old, candidate: CLIENT.execPath }, good]), CLIENT),
    ).toEqual({
      spec: { paths: ["/opt/node/bin/node", "node"], minimum },
    });
  });
  it("uploads the binary of the host's platform if no Node.js there is new enough", () => {
    for (const binary of NODE_BINARIES) {
      const { upload, spec } = decideForHost(
        "auto",
        host([old], "glibc 2.28", binary.platform),
        CLIENT,
      );
      expect(upload).toBe(binary);
      expect(spec.upload).toEqual({
        sha256: binary.sha256,
        version: binary.version,
        platform: binary.platform,
        minimumGlibc: "2.28",
      });
    }
  });
  it("is an error that names the host's Node.js, platform and C library if there is no binary for it", () => {
    for (const [libc, platform] of [
      ["glibc 2.17", "linux-x64"],
      ["musl", "linux-x64"],
      ["glibc 2.36", "linux-riscv64"],
      ["an unknown C library", "darwin-arm64"],
    ] as const) {
      expect(() => decideForHost("auto", host([old], libc, platform), CLIENT)).toThrow(
        `The Spark worker on worker-1 has no usable Node.js, and the client cannot send it one: ${String(old.problem)}; the worker runs on ${platform} with ${libc}, and the client has Node.js only for linux-x64 with glibc 2.28 or newer and for linux-arm64 with glibc 2.28 or newer. Install Node.js 20.19 or newer`,
      );
    }
  });
});
