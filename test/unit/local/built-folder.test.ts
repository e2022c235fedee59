import { access, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CachedFolder, ensureCachedFolder } from "../../../src/local/install/built-folder.js";
import { ProgressStep } from "../../../src/local/progress.js";

let parent: string;
let builds: number;
let usable: boolean;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "sparktide-test-"));
  builds = 0;
  usable = true;
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

function ensure(overrides: Partial<CachedFolder> = {}): Promise<void> {
  const path = join(parent, "thing");
  return ensureCachedFolder(
    {
      path,
      content: "one",
      neededBytes: 1,
      isUsable: () => Promise.resolve(usable),
      build: async (temporaryFolder) => {
        builds++;
        await access(temporaryFolder);
        await writeFile(join(path, "file"), "built");
        usable = true;
      },
      ...overrides,
    },
    () => new ProgressStep("environment", "test", undefined),
  );
}

describe("a folder of the cache", () => {
  it("is built once", async () => {
    await ensure();
    await ensure();
    expect(builds).toBe(1);
    expect((await readdir(parent)).sort()).toEqual(["thing"]);
  });
  it("is built once for concurrent callers", async () => {
    await Promise.all([ensure(), ensure(), ensure()]);
    expect(builds).toBe(1);
  });
  it("is rebuilt from scratch if an earlier build left it incomplete", async () => {
    await mkdir(join(parent, "thing"));
    await writeFile(join(parent, "thing", "leftover"), "");
    await ensure();
    expect(await readdir(join(parent, "thing"))).not.toContain("leftover");
    expect(builds).toBe(1);
  });
  it("is rebuilt if it no longer works", async () => {
    await ensure();
    usable = false;
    await ensure();
    expect(builds).toBe(2);
  });
  it("is rebuilt if its content description changes", async () => {
    await ensure();
    await ensure({ content: "two" });
    expect(builds).toBe(2);
  });
  it("is removed when its build fails, so that the next call builds it again", async () => {
    const failing = ensure({ build: () => Promise.reject(new Error("broken off")) });
    await expect(failing).rejects.toThrow("broken off");
    expect(await readdir(parent)).toEqual([]);
    await ensure();
    expect(builds).toBe(1);
  });
  it("is not built without the disk space that it needs", async () => {
    await expect(ensure({ neededBytes: 1e18 })).rejects.toMatchObject({
      code: "NO_DISK_SPACE",
      message: expect.stringMatching(/needs 1000000000\.0 GB.*XDG_CACHE_HOME/) as string,
    });
    expect(builds).toBe(0);
  });
});
