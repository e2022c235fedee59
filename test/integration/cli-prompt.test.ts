/** `sparktide sql` on a terminal. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { MAIN, closed } from "./cli-process.js";
import { uniqueName } from "./support.js";

const TERMINAL = fileURLToPath(new URL("../support/terminal.py", import.meta.url));
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** A prompt, and what the test has read of it. */
class Prompt {
  readonly #process: ChildProcessWithoutNullStreams;
  #unread = "";
  #hasEnded = false;
  #notify = (): void => undefined;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#process = spawn(inject("python"), [TERMINAL, process.execPath, MAIN, "sql"], {
      env: {
        ...process.env,
        SPARK_REMOTE: inject("sparkUrl"),
        TERM: "xterm",
        NO_COLOR: "1",
        PAGER: "",
        ...environment,
      },
    });
    this.#process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#unread += stripVTControlCharacters(text);
      this.#notify();
    });
    this.#process.once("close", () => {
      this.#hasEnded = true;
      this.#notify();
    });
  }

  type(text: string): void {
    this.#process.stdin.write(text);
  }

  /** Waits for a text. Returns what came before it, and reads on behind it. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.#unread.indexOf(text);
      if (at !== -1) {
        const before = this.#unread.slice(0, at);
        this.#unread = this.#unread.slice(at + text.length);
        return before;
      }
      if (this.#hasEnded)
        throw new Error(`The prompt ended before ${JSON.stringify(text)}: ${this.#unread}`);
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
  }

  /** Types a line and returns the output up to the next prompt. */
  async answer(line: string): Promise<string> {
    this.type(`${line}\r`);
    return this.until("sparktide> ");
  }

  ended(): Promise<number | null> {
    return closed(this.#process);
  }

  kill(): void {
    this.#process.kill();
  }
}

describe("the prompt of `sparktide sql`", () => {
  let folder: string;
  let prompt: Prompt;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sparktide-prompt-"));
    prompt = new Prompt({ XDG_STATE_HOME: folder });
  });
  afterEach(() => {
    prompt.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs statements of one or more lines in one session, and ends at \\q", async () => {
    await prompt.until("sparktide> ");
    const view = uniqueName("prompt");
    await prompt.answer(`CREATE TEMP VIEW ${view} AS SELECT 'a;b' AS text;`);
    prompt.type(`SELECT text\r`);
    await prompt.until("        -> ");
    expect(await prompt.answer(`FROM ${view};`)).toContain("|a;b |");
    expect(await prompt.answer("SELECT missing;")).toContain("error: [UNRESOLVED_COLUMN");
    expect(await prompt.answer(`\\d ${view}`)).toMatch(/\|text\s+\|string/);
    await prompt.answer("\\format json");
    expect(await prompt.answer("SELECT 1 AS n; SELECT 2 AS n;")).toMatch(
      /\{"n":1\}[\s\S]*\{"n":2\}/,
    );
    const ended = prompt.ended();
    prompt.type("\\q\r");
    expect(await ended).toBe(0);
  });

  it("cancels the running statement at Ctrl-C, and continues", async () => {
    await prompt.until("sparktide> ");
    prompt.type("SELECT count(*) FROM range(1e12) WHERE uuid() = 'x';\r");
    await prompt.until("running");
    prompt.type(CTRL_C);
    await prompt.until("The statement was cancelled.");
    await prompt.until("sparktide> ");
    prompt.type(`SELECT 1${CTRL_C}SELECT 'still here' AS said;\r`);
    await prompt.until("|still here|");
  });

  it("completes tables, columns and functions, and keeps its history in a private file", async () => {
    await prompt.until("sparktide> ");
    const view = uniqueName("completed");
    await prompt.answer(`CREATE TEMP VIEW ${view} AS SELECT 7 AS lucky_number;`);
    prompt.type(`SELECT * FROM ${view.slice(0, -3)}\t`);
    await prompt.until(view);
    prompt.type(" AS c WHERE c.luck\t");
    await prompt.until("c.lucky_number");
    expect(await prompt.answer(" = 7;")).toContain("|7           |");
    prompt.type("SELECT approx_perc\t");
    await prompt.until("approx_percentile");
    prompt.type(CTRL_C);
    await prompt.answer(" SELECT 'kept secret';");
    const ended = prompt.ended();
    prompt.type(CTRL_D);
    expect(await ended).toBe(0);
    const history = join(folder, "sparktide", "sql-history");
    expect(readFileSync(history, "utf8")).toContain("lucky_number");
    expect(readFileSync(history, "utf8")).not.toContain("secret");
    expect(statSync(history).mode & 0o777).toBe(0o600);
  });

  it("pages a result that is longer than the screen", async () => {
    prompt.kill();
    prompt = new Prompt({ XDG_STATE_HOME: folder, PAGER: "sed s/^/paged:/" });
    await prompt.until("sparktide> ");
    expect(await prompt.answer("SELECT 1 AS n;")).not.toContain("paged:");
    const paged = await prompt.answer("SELECT * FROM range(500);");
    expect(paged.match(/paged:\|/g)).toHaveLength(501);
    expect(await prompt.answer("SELECT 2 AS n;")).toContain("1 row, ");
  });
});
