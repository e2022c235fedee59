import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.js";

const STREAMS = "supervised-process.mjs";
const PIPELINE = "pipeline-process.mjs";

/** An event of the supervisor in the process. */
export interface ProcessEvent {
  readonly name: string;
  readonly stream: string;
  readonly queryId: string;
  readonly runId: string;
  readonly graceful?: boolean;
}

/** A supervisor in a separate process, with the built package. */
export class SupervisedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;
  readonly #events: ProcessEvent[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = new Promise((resolve) => {
      child.once("close", resolve);
    });
    if (child.stdout === null) throw new Error("The process has no output.");
    createInterface(child.stdout).on("line", (line) => {
      this.#events.push(JSON.parse(line) as ProcessEvent);
    });
  }

  static start(options: { url: string; state: string; folder: string }): SupervisedProcess {
    const { url, state, folder } = options;
    return SupervisedProcess.#spawn(STREAMS, [url, state, folder]);
  }

  /** Starts a pipeline of one slow streaming table, which reads the files. */
  static startPipeline(options: {
    url: string;
    state: string;
    database: string;
    table: string;
    files: string;
    storage: string;
  }): SupervisedProcess {
    const { url, state, database, table, files, storage } = options;
    return SupervisedProcess.#spawn(PIPELINE, [url, state, database, table, files, storage]);
  }

  static #spawn(script: string, args: readonly string[]): SupervisedProcess {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const stdio: StdioOptions = ["ignore", "pipe", "inherit"];
    return new SupervisedProcess(spawn(process.execPath, [path, ...args], { stdio }));
  }

  /** Waits for the first event with this name about this stream. */
  async event(name: string, stream: string): Promise<ProcessEvent> {
    const find = (): ProcessEvent | undefined =>
      this.#events.find((event) => event.name === name && event.stream === stream);
    await eventually(() => find() !== undefined, { withinMs: 60_000 });
    const found = find();
    if (found === undefined) throw new Error(`There was no event ${name} of stream ${stream}.`);
    return found;
  }

  /** Ends the process and returns its exit code; null if the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}
