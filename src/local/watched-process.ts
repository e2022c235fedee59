/** Runs programs that cannot outlive this process: `watch_owner.py` watches each of them. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { LocalSparkError } from "../errors.js";
import watcherText from "../gen/files/watch-owner.js";
import type { Environment } from "../files/cache-folder.js";

/** The number of last output lines that an error quotes. */
const TAIL_LINES = 40;

/** A program to run. */
export interface WatchedCommand {
  /** Python that runs the watcher. */
  readonly python: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly workingFolder?: string;
  /** An open file for both output streams, or `lines` to pass each line to onLine of {@link WatchedProcess.start}. */
  readonly output: number | "lines";
  /** A folder that the watcher removes when all processes have ended. */
  readonly removeFolder?: string;
  /** A file that the watcher removes if this process ends without stopping the program. */
  readonly removeUnasked?: string;
}

/** A watched program. */
export class WatchedProcess {
  /** Resolves to the exit code when the program and all its children have ended; 128 + N after signal N. */
  readonly exited: Promise<number>;
  readonly #watcher: ChildProcess;
  #pid: Promise<number>;

  private constructor(watcher: ChildProcess) {
    this.#watcher = watcher;
    this.exited = new Promise((resolve) => {
      watcher.once("error", () => {
        resolve(127);
      });
      watcher.once("close", (code) => {
        resolve(code ?? 137);
      });
    });
    const pidPipe = watcher.stdio[3] as Readable;
    this.#pid = new Promise((resolve) => {
      pidPipe.once("data", (data: Buffer) => {
        resolve(Number(data.toString().trim()));
      });
      pidPipe.once("close", () => {
        resolve(0);
      });
    });
    // The watcher may have just ended. The caller cannot prevent that, so ignore the error.
    watcher.stdin?.on("error", () => undefined);
  }

  /** Starts the program in a session of its own. */
  static start(command: WatchedCommand, onLine?: (line: string) => void): WatchedProcess {
    const output = command.output === "lines" ? "pipe" : command.output;
    const { removeFolder, removeUnasked } = command;
    const removal = [
      ...(removeFolder === undefined ? [] : ["--remove", removeFolder]),
      ...(removeUnasked === undefined ? [] : ["--remove-unasked", removeUnasked]),
    ];
    const watcher = spawn(
      command.python,
      [
        "-I",
        "-S",
        "-B",
        // The script is passed as text, because a bundle has no folder of this package beside it.
        "-c",
        watcherText,
        "--pid-fd",
        "3",
        ...removal,
        "--",
        command.command,
        ...command.args,
      ],
      {
        detached: true,
        stdio: ["pipe", output, output, "pipe"],
        env: command.environment,
        cwd: command.workingFolder,
      },
    );
    for (const stream of [watcher.stdout, watcher.stderr]) {
      if (stream === null) continue;
      const lines = createInterface({ input: stream, crlfDelay: Infinity });
      lines.on("line", (line) => onLine?.(line));
    }
    return new WatchedProcess(watcher);
  }

  /** The program's process id. 0 if it could not be started. */
  async pid(): Promise<number> {
    return this.#pid;
  }

  /**
   * Sends SIGTERM to the program, kills it and all its children after `withinMs`, and waits until all of
   * them have ended. Returns its exit code. May be called repeatedly.
   */
  async stop(withinMs: number): Promise<number> {
    this.hold();
    this.#watcher.stdin?.write(`stop ${withinMs / 1000}\n`);
    return this.exited;
  }

  /** Lets Node exit while the program runs. The watcher then ends the program. */
  release(): void {
    this.#watcher.unref();
    for (const stream of this.#watcher.stdio) (stream as { unref?(): void } | null)?.unref?.();
  }

  /** Keeps Node alive until the program has ended. */
  hold(): void {
    this.#watcher.ref();
  }
}

/** The outcome of a program that has ended. */
export interface CommandOutcome {
  readonly exitCode: number;
  /** The last lines of both output streams. */
  readonly tail: string;
}

/**
 * Runs a program to its end. `onLine` receives each line of output. If it returns false, the line is not
 * part of the tail.
 *
 * @throws `signal.reason` on abort, after the program and all its children have ended
 */
export async function runWatched(
  command: Omit<WatchedCommand, "output">,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onLine?: ((line: string) => boolean) | undefined;
  } = {},
): Promise<CommandOutcome> {
  const { signal, onLine } = options;
  signal?.throwIfAborted();
  const tail: string[] = [];
  const running = WatchedProcess.start({ ...command, output: "lines" }, (line) => {
    if (onLine?.(line) === false || line.trim() === "") return;
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  });
  const abort = (): void => void running.stop(0);
  signal?.addEventListener("abort", abort);
  try {
    const exitCode = await running.exited;
    signal?.throwIfAborted();
    return { exitCode, tail: tail.join("\n") };
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/** The first 200 KB of a short program's output, and its exit code. The code is -1 if it could not run. */
export async function readOutput(
  command: string,
  args: readonly string[],
  options: { readonly environment?: Environment; readonly timeoutMs?: number } = {},
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.environment ?? process.env,
    timeout: options.timeoutMs ?? 20_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  const append = (data: Buffer): void => {
    if (output.length < 200_000) output += data.toString();
  };
  child.stdout.on("data", append);
  child.stderr.on("data", append);
  return new Promise((resolve) => {
    child.once("error", () => {
      resolve({ exitCode: -1, output });
    });
    child.once("close", (code) => {
      resolve({ exitCode: code ?? -1, output });
    });
  });
}

/** Throws on systems without POSIX sessions and signals, which the watcher needs. */
export function requirePosix(platform: string = process.platform): void {
  if (platform !== "win32") return;
  throw new LocalSparkError(
    "UNSUPPORTED_PLATFORM",
    "The embedded Spark runs on Linux and macOS. On Windows use it inside WSL, or connect to a Spark server.",
  );
}
