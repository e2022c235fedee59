import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The settings of the service. */
export interface ServiceSettings {
  readonly apiUrl: string;
  readonly folder: string;
  readonly leaseMs: number;
  readonly phase: "apis" | "generated";
  readonly port: number;
  readonly state: string;
  readonly tokenFile: string;
}

/** The settings of a service that contends with another one. */
export interface StandbySettings {
  readonly callbackLeaseMs: number;
  readonly folder: string;
  readonly leaseMs: number;
  readonly state: string;
  readonly url: string;
}

/** A line of the service's output. */
export interface ServiceEvent {
  readonly event: string;
  readonly stream?: string;
  readonly batchId?: string;
  readonly error?: string;
  readonly graceful?: boolean;
  readonly rolledBack?: boolean;
  readonly waitedMs?: number;
  /** When the service wrote the line, in milliseconds since 1970. */
  readonly atMs?: number;
}

/** A running service process and its events so far. */
export class Service {
  readonly events: ServiceEvent[] = [];
  readonly #child: ChildProcess;

  /** @param script a file of this folder */
  constructor(settings: ServiceSettings | StandbySettings, script = "service.mjs") {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, [path, JSON.stringify(settings)], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.#child = child;
    if (child.stdout === null) throw new Error("The service has no output.");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line) as ServiceEvent);
    });
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** A stream whose callback is running. */
  get stream(): string | undefined {
    const last = new Map<string, string>();
    for (const { event, stream } of this.events) {
      if (stream !== undefined && (event === "begin" || event === "end")) last.set(stream, event);
    }
    return [...last].find(([, event]) => event === "begin")?.[0];
  }

  /** Events that must not occur in a service that recovers. */
  get failures(): ServiceEvent[] {
    return this.events.filter(({ event }) =>
      ["fatal", "superseded", "stateFailed"].includes(event),
    );
  }

  send(message: object): void {
    this.#child.send(message);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends the process. Resolves with its exit code. */
  async end(name: NodeJS.Signals): Promise<number | null> {
    if (this.hasExited) return this.#child.exitCode;
    const exited = once(this.#child, "exit");
    this.#child.kill(name);
    await exited;
    return this.#child.exitCode;
  }
}
