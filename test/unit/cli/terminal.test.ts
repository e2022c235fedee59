import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ArgumentError, SparkException } from "../../../src/index.js";
import { Interrupted, OutputClosed, UsageError } from "../../../src/cli/exit-code.js";
import { reportError } from "../../../src/cli/report-error.js";
import { RowOutput } from "../../../src/cli/row-output.js";
import { Terminal } from "../../../src/cli/terminal.js";

/** A stream that records writes, or fails them. */
class Screen extends Writable {
  isTTY: boolean;
  columns = 20;
  text = "";
  refusal: NodeJS.ErrnoException | undefined;

  constructor(isTTY = false) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.refusal === undefined) this.text += chunk.toString();
    done(this.refusal);
  }
}

function setUp(
  isTTY: boolean,
  environment: Record<string, string> = {},
): { terminal: Terminal; stdout: Screen; stderr: Screen; failures: Error[] } {
  const [stdout, stderr] = [new Screen(isTTY), new Screen(isTTY)];
  const failures: Error[] = [];
  const terminal = new Terminal(stdout, stderr, environment, (error) => failures.push(error));
  return { terminal, stdout, stderr, failures };
}

const epipe = (): NodeJS.ErrnoException => Object.assign(new Error("write"), { code: "EPIPE" });

describe("Terminal", () => {
  it("uses colours on terminals only, and not if NO_COLOR is set or TERM is dumb", () => {
    expect(setUp(true).terminal.coloured("red", "x")).toBe("\u001b[31mx\u001b[0m");
    expect(setUp(false).terminal.coloured("red", "x")).toBe("x");
    expect(setUp(true, { NO_COLOR: "1" }).terminal.coloured("red", "x")).toBe("x");
    expect(setUp(true, { NO_COLOR: "" }).terminal.coloured("red", "x")).not.toBe("x");
    expect(setUp(true, { TERM: "dumb" }).terminal.coloured("red", "x")).toBe("x");
  });
  it("shows a status only if standard error is a terminal, cuts it to the width, and clears it before other text", async () => {
    const { terminal, stdout, stderr } = setUp(true);
    terminal.status("a status that is wider than the screen");
    expect(stderr.text).toBe("\r\u001b[Ka status that is w…");
    await terminal.print("rows\n");
    expect(stderr.text.endsWith("\r\u001b[K")).toBe(true);
    expect(stdout.text).toBe("rows\n");
    const plain = setUp(false);
    plain.terminal.status("working");
    expect(plain.stderr.text).toBe("");
  });
  it("reports a closed standard output once, and rejects all later writes", async () => {
    const { terminal, stdout, failures } = setUp(false);
    stdout.refusal = epipe();
    await expect(terminal.print("a")).rejects.toBeInstanceOf(OutputClosed);
    await expect(terminal.print("b")).rejects.toBeInstanceOf(OutputClosed);
    expect(failures).toHaveLength(1);
  });
  it("throws the system's error for any other failed write to standard output", async () => {
    const { terminal, stdout } = setUp(false);
    stdout.refusal = Object.assign(new Error("disk full"), { code: "ENOSPC" });
    await expect(terminal.print("a")).rejects.toMatchObject({ code: "ENOSPC" });
  });
});

describe("RowOutput", () => {
  it("writes small texts together, in order, and large ones at once", async () => {
    const { terminal, stdout } = setUp(false);
    const output = new RowOutput(terminal);
    expect(output.add("a")).toBeUndefined();
    expect(output.add("b")).toBeUndefined();
    expect(stdout.text).toBe("");
    const large = "x".repeat(70_000);
    await output.add(large);
    expect(stdout.text).toBe(`ab${large}`);
    void output.add("c");
    await output.flush();
    expect(stdout.text.endsWith("xc")).toBe(true);
  });
});

describe("reportError", () => {
  function reported(error: unknown, json = false): { code: number; text: string } {
    const { terminal, stderr } = setUp(false);
    const code = reportError(error, terminal, { json, command: "sql" });
    return { code, text: stderr.text };
  }

  it("returns 2 and refers to the help for a usage error", () => {
    const { code, text } = reported(new UsageError("No."));
    expect(code).toBe(2);
    expect(text).toBe("error: No.\nSee sparktide sql --help.\n");
    expect(reported(new ArgumentError("remote", "Bad.")).code).toBe(2);
  });
  it("returns 1 for an error from Spark, and prints one line of JSON with --json", () => {
    const error = new SparkException("broken", { errorClass: "X", sqlState: "42000" });
    expect(reported(error)).toEqual({ code: 1, text: "error: broken\n" });
    expect(JSON.parse(reported(error, true).text)).toEqual({
      error: { name: "SparkException", code: "X", sqlState: "42000", message: "broken" },
    });
  });
  it("prints nothing for a closed standard output, and returns the exit code of a signal", () => {
    expect(reported(new OutputClosed("gone"))).toEqual({ code: 0, text: "" });
    expect(reported(new Interrupted("SIGINT"))).toEqual({ code: 130, text: "" });
    expect(reported(new Interrupted("SIGTERM")).code).toBe(143);
  });
  it("prints the stack of an unexpected error, and escapes control characters in messages", () => {
    expect(reported(new TypeError("oops")).text).toContain("terminal.test.ts");
    expect(reported(new SparkException("a\u001b[2Jb")).text).toBe("error: a\\u001b[2Jb\n");
  });
});
