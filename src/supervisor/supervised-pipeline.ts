import { asUserCode } from "../user-calls.js";
import { unlessAborted } from "../waiting.js";
import type { PipelineRecord } from "./pipeline-record.js";
import { isSessionTrouble, RunFailures } from "./run-failures.js";
import type { SessionLease } from "./session-keeper.js";
import type {
  FlowStatus,
  PipelineRunStatus,
  PipelineRuns,
  SupervisedRun,
} from "./supervised-pipeline-options.js";
import type { SupervisedStreamParts } from "./supervised-stream.js";
import type { StreamDeclaration } from "./supervisor-options.js";

/** How one run of a pipeline ended. */
type RunEnd =
  | { readonly kind: "stopping" | "sessionLost" | "completed" }
  | { readonly kind: "noSession" | "failed"; readonly error: unknown };

/** The states that are worth an event. The others follow each other in a moment. */
const REPORTED: ReadonlySet<string> = new Set([
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "SKIPPED",
  "STOPPED",
]);

/** Runs a pipeline once: until it completes, is stopped, or fails for good. A record keeps the facts. */
export class SupervisedPipeline {
  readonly #declaration: StreamDeclaration;
  readonly #runs: PipelineRuns;
  readonly #parts: SupervisedStreamParts;
  readonly #pipeline: PipelineRecord;
  readonly #failures: RunFailures;
  #startedAtMs = 0;
  /** A run is under way, or was when it was stopped or its session was lost. */
  #isUnderWay = false;
  /** Streams have a query and can stall. */
  readonly query: undefined;
  readonly isStalled = false;

  constructor(
    declaration: StreamDeclaration,
    runs: PipelineRuns,
    pipeline: PipelineRecord,
    parts: SupervisedStreamParts,
  ) {
    this.#declaration = declaration;
    this.#runs = runs;
    this.#pipeline = pipeline;
    this.#parts = parts;
    this.#failures = new RunFailures(declaration, parts);
  }

  /** Resolves when the pipeline has reached a final state. Never rejects. */
  async supervise(): Promise<void> {
    const { record, state, emit } = this.#parts;
    for (;;) {
      const end = await this.#runOnce();
      await state.confirm().catch(() => undefined);
      if (this.#parts.letGo?.aborted === true) {
        // Another process runs the pipeline now.
        record.state = "stopped";
        return;
      }
      switch (end.kind) {
        case "stopping":
          this.#stopped();
          return;
        case "sessionLost":
          if (this.#isUnderWay) record.restarts += 1;
          break;
        case "noSession":
          this.#failures.fatal(end.error, "connection");
          return;
        case "completed":
          record.state = "completed";
          if (record.run !== undefined) emit("completed", record.run);
          return;
        case "failed":
          if (!(await this.#failures.recover(end.error, this.#ranMs()))) return;
      }
    }
  }

  #ranMs(): number {
    return this.#parts.clock.now() - this.#startedAtMs;
  }

  #stopped(): void {
    const { record, state, emit } = this.#parts;
    const { name } = this.#declaration;
    // A run that was stopped before its end stays in the state: it comes first when the pipeline starts again.
    if (this.#isUnderWay) this.#ended("stopped", []);
    else state.forgetRun(name);
    record.state = "stopped";
    emit("stopped", { stream: name, runId: record.run?.runId, graceful: !this.#isUnderWay });
  }

  #ended(result: PipelineRunStatus["state"], flows: readonly FlowStatus[]): void {
    const { state, clock } = this.#parts;
    const durationMs = this.#ranMs();
    const run = { state: result, startedAtMs: clock.date() - durationMs, durationMs };
    this.#pipeline.end(flows, run);
    state.setLastRun(this.#declaration.name, run);
  }

  async #runOnce(): Promise<RunEnd> {
    const { keeper, stop, deadline, record, state, clock } = this.#parts;
    this.#startedAtMs = clock.now();
    this.#isUnderWay = false;
    let lease: SessionLease;
    try {
      stop.throwIfAborted();
      record.state = "starting";
      lease = await keeper.lease(stop);
    } catch (error) {
      return stop.aborted ? { kind: "stopping" } : { kind: "noSession", error };
    }
    try {
      // A process that was suspended may have lost the pipeline to another one, which must not be disturbed.
      await state.confirm();
      const flows = await unlessAborted(this.#follow(lease), deadline);
      for (const { rows } of flows) record.rowsTotal += rows ?? 0n;
      this.#ended("completed", flows);
      state.forgetRun(this.#declaration.name);
      return { kind: "completed" };
    } catch (error) {
      const kind = await this.#failures.kindOfEnd(reasonOf(error), lease);
      if (kind !== "failed") return { kind };
      this.#ended("failed", flowsOf(error));
      return { kind, error };
    }
  }

  async #follow({ spark, lost }: SessionLease): Promise<readonly FlowStatus[]> {
    const { stop, deadline, record, state, emit } = this.#parts;
    const { name } = this.#declaration;
    const tag = tagOf(name);
    // A run whose connection was lost may still be under way. Two runs would write the same tables.
    if (state.run(name) !== undefined) await asUserCode(() => this.#runs.stopFormerRun(spark, tag));
    // The run is saved before it starts, so that the next process finds it also if this one is killed during the start.
    state.setRun(name, { queryId: "", runId: "", hasForeachBatch: false, tag });
    this.#isUnderWay = true;
    const signal = AbortSignal.any([stop, lost]);
    // startRun() is user code: the async function turns an error that it throws synchronously into a rejection.
    const run = await spark.withTags([tag], async () =>
      asUserCode(() => this.#runs.startRun(spark, signal)),
    );
    // The supervisor waits no longer, and the signal has stopped the run.
    deadline.throwIfAborted();
    const { graphId } = run;
    record.run = { stream: name, queryId: graphId, runId: graphId };
    record.state = "running";
    this.#pipeline.begin();
    emit("started", { ...record.run, restarts: record.restarts });
    const stopping = (): void => {
      record.state = "stopping";
    };
    stop.addEventListener("abort", stopping, { once: true });
    if (stop.aborted) stopping();
    try {
      return await this.#flowsOf(run);
    } finally {
      stop.removeEventListener("abort", stopping);
    }
  }

  /** Reports the events of the run, and waits for its end. */
  async #flowsOf(run: SupervisedRun): Promise<readonly FlowStatus[]> {
    const { record, emit } = this.#parts;
    for await (const event of run) {
      this.#pipeline.note(event);
      const { flow, dataset, state, error } = event;
      if (flow === undefined || state === undefined || !REPORTED.has(state)) continue;
      if (record.run !== undefined) emit("flow", { ...record.run, flow, dataset, state, error });
    }
    return (await run.result()).flows;
  }
}

/** The error of the session or the connection that ended a run, else the error of the run. */
function reasonOf(error: unknown): unknown {
  return error instanceof Error && isSessionTrouble(error.cause) ? error.cause : error;
}

/** The flows that an error of a run names. */
function flowsOf(error: unknown): readonly FlowStatus[] {
  const isFailure = typeof error === "object" && error !== null && "flows" in error;
  return isFailure && Array.isArray(error.flows) ? (error.flows as FlowStatus[]) : [];
}

/** Tags the requests of a pipeline's runs, so that a later process can interrupt them. Spark joins tags with commas. */
function tagOf(name: string): string {
  return `sparktide-pipeline-${name.replaceAll(",", "-")}`;
}
