import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "../../../src/files/with-lock.js";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  path = join(folder, "a.lock");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("withLock", () => {
  it("runs one caller at a time and leaves no files behind", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await readdir(folder);
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(path, work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });
  it("releases the lock if the work fails", async () => {
    await expect(withLock(path, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(path, () => Promise.resolve(7))).toBe(7);
  });
  it("takes over the lock of a dead process", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(path, JSON.stringify({ pid, host: hostname(), born: "1" }));
    expect(await withLock(path, () => Promise.resolve("mine"))).toBe("mine");
    expect(await readdir(folder)).toEqual([]);
  });
  it.runIf(process.platform === "linux")(
    "takes over the lock if its owner's pid now belongs to another process",
    async () => {
      await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), born: "1" }));
      expect(await withLock(path, () => Promise.resolve("mine"))).toBe("mine");
    },
  );
  it("takes over the lock of a process on another machine that stopped renewing it", async () => {
    await writeFile(path, JSON.stringify({ pid: 1, host: "elsewhere", born: "" }));
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(path, longAgo, longAgo);
    expect(await withLock(path, () => Promise.resolve("mine"))).toBe("mine");
  });
  it("waits while the owner runs, and rejects with the signal's reason on abort", async () => {
    await writeFile(path, JSON.stringify({ pid: process.ppid, host: hostname(), born: "" }));
    const aborting = new AbortController();
    const reason = new Error("enough");
    let waitedFor = 0;
    const waiting = withLock(path, () => Promise.resolve(), {
      signal: aborting.signal,
      onWait: (pid) => {
        waitedFor = pid;
        aborting.abort(reason);
      },
    });
    await expect(waiting).rejects.toBe(reason);
    expect(waitedFor).toBe(process.ppid);
  });
});
