import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/supervisor/clock.js";
import { FileStateStore } from "../../../src/supervisor/store/file-state-store.js";
import { StateJournal } from "../../../src/supervisor/store/state-journal.js";
import { takeLease } from "../../../src/supervisor/store/take-lease.js";
import { eventually } from "../../support/eventually.js";

const RUN = { queryId: "q", runId: "r", hasForeachBatch: true };

/** A journal that gives its lease back at the end, as a supervisor's. */
interface OpenState {
  readonly journal: StateJournal;
  close(): Promise<void>;
}

describe("a supervisor's state in a file", () => {
  let folder: string;
  let path: string;
  let failures: unknown[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
    path = join(folder, "state.json");
    failures = [];
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  async function open(): Promise<OpenState> {
    const store = new FileStateStore(path);
    const lease = await takeLease(store, {
      leaseMs: 15_000,
      standby: false,
      clock: systemClock,
      signal: new AbortController().signal,
      isKnown: false,
      onStandby: () => undefined,
      onFailure: () => undefined,
    });
    const close = (): Promise<void> => lease.release();
    try {
      const journal = await StateJournal.open({ store, lease }, (error) => failures.push(error));
      return { journal, close: () => journal.close().then(close) };
    } catch (error) {
      await close();
      throw error;
    }
  }

  it("keeps the session and the runs for the next process, readable by its owner alone", async () => {
    const file = await open();
    file.journal.setSession("s");
    file.journal.setRun("__proto__", RUN);
    file.journal.setRun("b", { ...RUN, hasForeachBatch: false });
    await file.close();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const next = await open();
    expect(next.journal.sessionId).toBe("s");
    expect(next.journal.streams()).toEqual(["__proto__", "b"]);
    expect(next.journal.run("__proto__")).toEqual(RUN);
    await next.close();
    expect(failures).toEqual([]);
  });

  it("is written after each change, not only at the end", async () => {
    const file = await open();
    file.journal.setSession("s");
    file.journal.setRun("a", RUN);
    await eventually(async () => (await readFile(path, "utf8")).includes('"a"'), {
      withinMs: 5_000,
    });
    file.journal.forgetRun("a");
    await eventually(async () => !(await readFile(path, "utf8")).includes('"a"'), {
      withinMs: 5_000,
    });
    await file.close();
  });

  it("is deleted at the end if there are no runs", async () => {
    await writeFile(`${path}.draft-1`, "left by a crash", { mode: 0o644 });
    const file = await open();
    file.journal.setSession("s");
    file.journal.setRun("a", RUN);
    await file.journal.saved();
    expect(await readdir(folder)).toEqual(["state.json", "state.json.lock"]);
    file.journal.forgetRun("a");
    await file.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it("forgets the runs of a session when another session replaces it", async () => {
    const file = await open();
    file.journal.setSession("s");
    file.journal.setRun("a", RUN);
    file.journal.setSession("s");
    expect(file.journal.streams()).toEqual(["a"]);
    file.journal.setSession("t");
    expect(file.journal.streams()).toEqual([]);
    file.journal.setRun("a", RUN);
    file.journal.forgetSession();
    expect(file.journal.sessionId).toBeUndefined();
    expect(file.journal.streams()).toEqual([]);
    await file.close();
  });

  it.each([
    ["STATE_FILE_CORRUPT", "{"],
    [
      "STATE_FILE_CORRUPT",
      '{"format":"sparktide-supervisor","version":1,"sessionId":7,"streams":{}}',
    ],
    [
      "STATE_FILE_CORRUPT",
      '{"format":"sparktide-supervisor","version":1,"sessionId":null,"streams":{"a":{}}}',
    ],
    ["STATE_FILE_FOREIGN", '{"name":"a package.json"}'],
    ["STATE_FILE_FOREIGN", "[]"],
    ["STATE_FILE_FOREIGN", '{"format":"sparktide-supervisor","version":3}'],
  ])("fails with %s and does not change the file: %s", async (code, text) => {
    await writeFile(path, text);
    await expect(open()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path) as string,
    });
    expect(await readFile(path, "utf8")).toBe(text);
    expect(await readdir(folder)).toEqual(["state.json"]);
  });

  it("is refused to a second supervisor until the first has ended", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: "STATE_FILE_IN_USE" });
    await first.close();
    await (await open()).close();
  });

  it("is refused if its folder is not writable", async () => {
    path = join(folder, "no such folder", "state.json");
    await expect(open()).rejects.toMatchObject({ code: "STATE_FILE_NOT_WRITABLE" });
  });

  it("is taken over from a dead process", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    await writeFile(`${path}.lock`, JSON.stringify({ pid, host: hostname(), born: "1" }));
    await (await open()).close();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from a process on another machine that stopped renewing the lock", async () => {
    const lock = `${path}.lock`;
    await writeFile(lock, JSON.stringify({ pid: 1, host: "elsewhere", born: "" }));
    await expect(open()).rejects.toThrow(/process 1 on elsewhere/);
    const longAgo = new Date(Date.now() - 600_000);
    await utimes(lock, longAgo, longAgo);
    await (await open()).close();
  });

  it("reports a failed write, and writes again at the next change", async () => {
    const file = await open();
    await rm(folder, { recursive: true });
    file.journal.setSession("s");
    await eventually(() => failures.length === 1, { withinMs: 5_000 });
    await mkdir(folder);
    file.journal.setRun("a", RUN);
    await eventually(() => existsSync(path), { withinMs: 5_000 });
    await file.close();
    expect(failures).toHaveLength(1);
  });

  it("is kept only in memory without a path", async () => {
    const journal = await StateJournal.open(undefined, () => undefined);
    journal.setSession("s");
    journal.setRun("a", RUN);
    expect(journal.run("a")).toEqual(RUN);
    await journal.close();
  });
});
