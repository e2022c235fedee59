import { appendFile, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logTail, ServerLog } from "../../../src/local/server/server-log.js";

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterEach(async () => {
  await rm(cache, { recursive: true, force: true });
});

describe("the server's log", () => {
  it("can be read only by its user", async () => {
    const log = await ServerLog.create({ XDG_CACHE_HOME: cache });
    await log.close();
    expect((await stat(log.path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(log.path))).mode & 0o777).toBe(0o700);
  });
  it("is kept for the newest ten servers", async () => {
    let newest = "";
    for (let count = 0; count < 13; count++) {
      const log = await ServerLog.create({ XDG_CACHE_HOME: cache });
      await log.close();
      newest = log.path;
      await rm(log.path);
      await appendFile(
        join(dirname(log.path), `spark-2026-${String(count).padStart(2, "0")}.log`),
        "",
      );
    }
    const last = await ServerLog.create({ XDG_CACHE_HOME: cache });
    await last.close();
    expect(await readdir(dirname(newest))).toHaveLength(10);
  });
  it("finds a line that is written during the wait, even in two parts", async () => {
    const log = await ServerLog.create({ XDG_CACHE_HOME: cache });
    const found = log.waitFor(/started at: .*:(\d+)$/, AbortSignal.timeout(10_000));
    await appendFile(log.path, "first\nserver started at: 127.0.");
    await appendFile(log.path, "0.1:4711\n");
    expect((await found)[1]).toBe("4711");
    await log.close();
  });
  it("is quoted from its end", async () => {
    const log = await ServerLog.create({ XDG_CACHE_HOME: cache });
    await appendFile(log.path, Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join(""));
    await log.close();
    expect(await logTail(log.path, 2)).toBe("line 48\nline 49");
    expect(await logTail(join(cache, basename("missing")), 2)).toBe("");
  });
});
