/** Runs `sparktide` as a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { text as readAll } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, inject } from "vitest";

/** The program of the command line, as the build writes it. */
export const MAIN: string = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The exit code and the output of a command. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CallOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** Starts a command with the address of the run's Spark. */
export function start(words: readonly string[], options: CallOptions = {}): ChildProcess {
  return startNode([MAIN, ...words], options);
}

function startNode(words: readonly string[], { environment = {} }: CallOptions): ChildProcess {
  return spawn(process.execPath, words, {
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl"), ...environment },
    stdio: "pipe",
  });
}

/** The exit code of a process, when it has ended. */
export function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("close", resolve);
  });
}

/** Runs a command to its end. */
export function sparktide(words: readonly string[], options: CallOptions = {}): Promise<Outcome> {
  return node([MAIN, ...words], options);
}

/** Runs a program to its end, with the address of the run's Spark. */
export async function node(words: readonly string[], options: CallOptions = {}): Promise<Outcome> {
  const child = startNode(words, options);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
  stdin.end(options.input ?? "");
  const [code, out, err] = await Promise.all([closed(child), readAll(stdout), readAll(stderr)]);
  return { code, stdout: out, stderr: err };
}

/** The output of a command that must exit with 0 and print nothing on standard error. */
export async function output(words: readonly string[], options: CallOptions = {}): Promise<string> {
  const outcome = await sparktide(words, options);
  expect(outcome).toEqual({ code: 0, stdout: outcome.stdout, stderr: "" });
  return outcome.stdout;
}
