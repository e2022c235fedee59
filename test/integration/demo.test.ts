import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.js";

const demo = fileURLToPath(new URL("../../build/examples/demo/main.js", import.meta.url));
/** The environment variable that marks all processes of the demo. */
const MARK = "SPARKTIDE_DEMO_TEST";

/** Command lines of the processes with the mark. Children inherit the environment of their parent. */
function marked(mark: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${mark}`)) continue;
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
      // A zombie process has no command line.
      if (commandLine !== "") found.push(commandLine.slice(0, 120));
    } catch {
      // The process ended meanwhile.
    }
  }
  return found;
}

describe.skipIf(process.platform !== "linux")("interrupting the demo", () => {
  const started: ReturnType<typeof spawn>[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  it.each([
    ["while Spark starts", /starting Spark/],
    ["before its sources are deployed", /answers on this machine/],
    ["while its queries start", /streaming into Delta/],
    ["while its queries run", /batch 0/],
    ["while it reads back", /rows of the Delta table/],
  ])("%s ends it with exit code 130 and leaves no process behind", async (_when, phase) => {
    const mark = randomUUID();
    const child = spawn(process.execPath, [demo], { env: { ...process.env, [MARK]: mark } });
    started.push(child);
    let output = "";
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => (output += data.toString()));
    }
    await eventually(() => phase.test(output), { withinMs: 90_000 });
    child.kill("SIGINT");
    expect(await exited, output).toBe(130);
    // The remaining processes end by themselves, within seconds on an idle machine.
    await eventually(() => marked(mark).length === 0, { withinMs: 60_000 });
    expect(output).not.toMatch(/\bat .*\.js:\d+/);
  });
});
