import type { CommandOptions, UpgradeOptions } from "../../../../src/index.js";
import { SparkError } from "../../../../src/errors.js";
import type { MonitoredService } from "../../../../src/monitor/index.js";
import type { StreamingQueryProgress } from "../../../../src/streaming/progress.js";
import type { DynamicStream } from "../../../../src/supervisor/dynamic-stream.js";
import type { StreamStatus, SupervisorHealth } from "../../../../src/supervisor/stream-status.js";
import {
  SupervisorEventBus,
  type SupervisorEvent,
  type SupervisorEvents,
  type SupervisorHandler,
} from "../../../../src/supervisor/supervisor-events.js";
import { report } from "../../supervisor/support/fake-spark.js";

/** The status of a running stream. */
export function streamStatus(name: string, fields: Partial<StreamStatus> = {}): StreamStatus {
  return {
    name,
    state: "running",
    stateSinceMs: Date.now() - 60_000,
    desired: "running",
    declaration: undefined,
    schedule: undefined,
    nextRunAtMs: undefined,
    upgrade: undefined,
    queryId: `query of ${name}`,
    runId: `run of ${name}`,
    restarts: 0,
    isStalled: false,
    lastProgress: undefined,
    lastProgressAgeMs: undefined,
    rowsTotal: 0n,
    lastError: undefined,
    nextAttemptInMs: undefined,
    pipeline: undefined,
    ...fields,
  };
}

/** A service without Spark. It records its commands. */
export class FakeService implements MonitoredService {
  readonly #events = new SupervisorEventBus(undefined);
  readonly commands: unknown[][] = [];
  streams: StreamStatus[];
  readonly sparkVersion: string = "4.2.1";
  sessionId: string | undefined;
  connected = true;
  healthy = true;
  plan: string | undefined;
  /** The result of each command. */
  outcome: () => Promise<void> = () => Promise.resolve();
  handlers = 0;

  constructor(...streams: StreamStatus[]) {
    this.streams = streams;
  }

  status(): readonly StreamStatus[] {
    return this.streams;
  }
  health(): SupervisorHealth {
    const { healthy, connected } = this;
    return { healthy, ready: connected, connected, streams: this.streams };
  }
  on<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): void {
    this.handlers += 1;
    this.#events.add(event, handler);
  }
  off<E extends SupervisorEvent>(event: E, handler: SupervisorHandler<E>): void {
    this.handlers -= 1;
    this.#events.remove(event, handler);
  }
  emit<E extends SupervisorEvent>(name: E, event: SupervisorEvents[E]): void {
    this.#events.emit(name, event);
  }
  /** Reports a batch. */
  batch(stream: string, batchId: number, fields: Partial<StreamingQueryProgress> = {}): void {
    const queryId = `query of ${stream}`;
    const runId = `run of ${stream}`;
    const timestamp = new Date().toISOString();
    const progress = report({ id: queryId, runId }, batchId, { timestamp, ...fields });
    this.emit("progress", { stream, queryId, runId, progress });
  }
  explainString(): Promise<string | undefined> {
    return Promise.resolve(this.plan);
  }
  pause(name: string, options?: CommandOptions): Promise<void> {
    return this.#command("pause", name, options);
  }
  resume(name: string, options?: CommandOptions): Promise<void> {
    return this.#command("resume", name, options);
  }
  restart(name: string, options?: CommandOptions): Promise<void> {
    return this.#command("restart", name, options);
  }
  stop(name: string, options?: CommandOptions): Promise<void> {
    return this.#command("stop", name, options);
  }
  runNow(name: string, options?: CommandOptions): Promise<void> {
    return this.#command("runNow", name, options);
  }
  async remove(name: string, options?: CommandOptions): Promise<void> {
    await this.#command("remove", name, options);
    this.streams = this.streams.filter((stream) => stream.name !== name);
    this.emit("removed", { stream: name });
  }
  async add(declaration: DynamicStream, options?: CommandOptions): Promise<void> {
    const { name } = declaration;
    if (this.streams.some((stream) => stream.name === name))
      throw new SparkError("STREAM_EXISTS", `A stream is named ${name} already.`);
    await this.#command("add", declaration, options);
    this.streams.push(streamStatus(name, { declaration }));
  }
  upgrade(name: string, declaration: DynamicStream, options?: UpgradeOptions): Promise<void> {
    return this.#command("upgrade", name, declaration, options);
  }
  async #command(...given: unknown[]): Promise<void> {
    this.commands.push(given);
    await this.outcome();
  }
}
