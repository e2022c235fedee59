import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("state-store-process.mjs", import.meta.url));

/** Where a store keeps its state. */
export type StorePlace = { readonly path: string } | { readonly url: string };

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A process with a store, which carries out calls. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async start(place: StorePlace): Promise<StoreProcess> {
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(place)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
    });
    const started = new StoreProcess(child);
    await new Promise<void>((resolve, reject) => {
      started.#waiting.set(0, () => {
        resolve();
      });
      child.once("exit", () => {
        reject(new Error("The process ended before it had its store."));
      });
    });
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  read(): Promise<unknown> {
    return this.#call("read");
  }
  set(expected: string | undefined, next: string | undefined): Promise<unknown> {
    return this.#call("set", expected, next);
  }
  /** Adds one to the number in the store, so many times. */
  increment(count: number): Promise<unknown> {
    return this.#call("increment", count);
  }
  /** Resolves to the holder of the lease. Undefined if this process has it now. */
  take(leaseMs: number): Promise<unknown> {
    return this.#call("take", leaseMs);
  }
  renew(): Promise<unknown> {
    return this.#call("renew");
  }
  release(): Promise<unknown> {
    return this.#call("release");
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }

  #call(call: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
      this.#child.send({ id, call, args });
    });
  }
}
