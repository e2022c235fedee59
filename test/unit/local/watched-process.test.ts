import { spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findPython } from "../../../src/local/install/python.js";
import { runWatched, WatchedProcess } from "../../../src/local/watched-process.js";
import { eventually } from "../../support/eventually.js";

const WATCHER = fileURLToPath(new URL("../../../src/local/watch_owner.py", import.meta.url));

/** Starts a grandchild in a process group of its own, prints its pid, ignores SIGTERM and waits. */
const STUBBORN = `
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"], preexec_fn=lambda: os.setpgid(0, 0))
print(child.pid, flush=True)
time.sleep(600)
`;

const { path: python } = await findPython();
const environment = process.env;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a watched program", () => {
  it("returns its exit code and the end of its output", async () => {
    const outcome = await runWatched({
      python,
      command: python,
      args: ["-c", "print('a'); print('b'); raise SystemExit(3)"],
      environment,
    });
    expect(outcome).toEqual({ exitCode: 3, tail: "a\nb" });
  });
  it("that does not exist ends with exit code 127 and a message", async () => {
    const outcome = await runWatched({ python, command: "/no/such", args: [], environment });
    expect(outcome.exitCode).toBe(127);
    expect(outcome.tail).toContain("cannot run /no/such");
  });
  it("has ended with its descendants in any process group when stop() returns", async () => {
    const lines: string[] = [];
    const work = join(folder, "work");
    await writeFile(work, "");
    const running = WatchedProcess.start(
      {
        python,
        command: python,
        args: ["-c", STUBBORN],
        environment,
        output: "lines",
        removeUnasked: work,
      },
      (line) => lines.push(line),
    );
    await eventually(() => lines.length > 0, { withinMs: 10_000 });
    const pid = await running.pid();
    expect(await running.stop(200)).toBe(137);
    expect([isAlive(pid), isAlive(Number(lines[0]))]).toEqual([false, false]);
    expect((await stat(work)).isFile()).toBe(true);
  });
  it("is ended by an abort, and rejects with the signal's reason", async () => {
    const aborting = new AbortController();
    const reason = new Error("enough");
    const running = runWatched(
      { python, command: python, args: ["-c", STUBBORN], environment },
      {
        signal: aborting.signal,
        onLine: () => {
          aborting.abort(reason);
          return true;
        },
      },
    );
    await expect(running).rejects.toBe(reason);
  });
  it("ends with its descendants and removes its files soon after its owner was killed", async () => {
    const work = join(folder, "draft");
    await writeFile(work, "");
    // The owner holds the pipe to the watcher, as Node does for Spark, and prints the pids.
    const owner = `
      const { spawn } = require("node:child_process");
      const watcher = spawn(process.argv[1], [process.argv[2], "--remove", process.argv[3],
        "--remove-unasked", process.argv[4], "--", process.argv[1], "-c", process.argv[5]],
        { detached: true, stdio: ["pipe", "inherit", "inherit"] });
      console.log(watcher.pid);`;
    const args = ["-e", owner, python, WATCHER, folder, work, STUBBORN];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const pids: number[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => pids.push(Number(line)));
    await eventually(() => pids.length === 2, { withinMs: 10_000 });
    child.kill("SIGKILL");
    await eventually(() => !pids.some(isAlive), { withinMs: 9000 });
    await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });
  }, 30_000);
});
