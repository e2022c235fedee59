import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

/** A request the replay server answered. */
export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[] | string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bundled replay API server, in its own process. */
export class ReplayServer {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  static async start(python: string): Promise<ReplayServer> {
    const child = spawn(python, ["-m", "sparktide_replay", "--port", "0", "--exit-with-parent"], {
      env: { ...process.env, PYTHONPATH: SOURCES },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = new Promise<void>((resolve) =>
      child.once("exit", () => {
        resolve();
      }),
    );
    const url = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        reject(new Error(`the replay server ended with ${String(code)}`));
      });
      createInterface({ input: child.stdout }).on("line", (line) => {
        const found = /listening on (http:\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return new ReplayServer(url, async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      await exited;
    });
  }

  /** The requests since the journal was last cleared, oldest first. */
  async journal(): Promise<JournalEntry[]> {
    return (await (await fetch(`${this.url}/__journal`)).json()) as JournalEntry[];
  }

  async control(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
