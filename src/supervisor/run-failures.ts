import { SessionError, SparkConnectionError } from "../errors.js";
import { unlessAborted } from "../waiting.js";
import { failureKind, isAuthError, type FailureKind } from "./failure.js";
import { RestartBudget } from "./restart-policy.js";
import type { SessionLease } from "./session-keeper.js";
import type { SupervisedStreamParts } from "./supervised-stream.js";
import type { StreamDeclaration } from "./supervisor-options.js";

/** Decides what follows the failure of a run: a wait and another start, or the end of the stream. */
export class RunFailures {
  readonly #declaration: StreamDeclaration;
  readonly #parts: SupervisedStreamParts;
  readonly #budget: RestartBudget;
  readonly #record: SupervisedStreamParts["record"];

  constructor(declaration: StreamDeclaration, parts: SupervisedStreamParts) {
    this.#declaration = declaration;
    this.#parts = parts;
    this.#record = parts.record;
    this.#budget = new RestartBudget(declaration.restart, () => parts.clock.random());
  }

  /** What an error of a run means: the supervisor stops, the session is lost, or the run failed. */
  async kindOfEnd(
    error: unknown,
    lease: SessionLease,
  ): Promise<"stopping" | "sessionLost" | "failed"> {
    const { keeper, stop } = this.#parts;
    if (stop.aborted) return "stopping";
    if (lease.lost.aborted) return "sessionLost";
    if (isSessionTrouble(error)) {
      const health = await unlessAborted(keeper.check(lease, error), stop).catch(() => undefined);
      if (health === undefined) return "stopping";
      // An outage is not the stream's failure, so it does not count as a restart.
      if (health !== "fine") return "sessionLost";
    }
    return "failed";
  }

  /**
   * Waits until the next start. Returns false if the stream must not be started again.
   *
   * @param ranMs how long the failed run has run, in milliseconds
   */
  async recover(error: unknown, ranMs: number): Promise<boolean> {
    const { clock, state, stop, emit } = this.#parts;
    const { name } = this.#declaration;
    this.#record.lastError = error;
    state.forgetRun(name);
    if (this.#parts.isWatched()) {
      this.#record.state = "fatal";
      return false;
    }
    const kind = this.#kindOf(error);
    if (kind === "superseded") this.superseded(error);
    if (kind === "fatal") this.fatal(error, "fatal");
    if (kind !== "retryable") return false;
    const delayMs = this.#budget.fail(ranMs);
    if (delayMs === undefined) {
      this.#budgetSpent(error);
      return false;
    }
    this.#record.restarts += 1;
    this.#record.state = "backingOff";
    this.#record.nextAttemptAtMs = clock.now() + delayMs;
    emit("restarting", { stream: name, error, restart: this.#record.restarts, delayMs });
    // Rejects only on abort. The next iteration handles that.
    await clock.wait(delayMs, stop).catch(() => undefined);
    this.#record.nextAttemptAtMs = undefined;
    return true;
  }

  /** A schedule gives the stream another chance. */
  #budgetSpent(error: unknown): void {
    const delayMs = this.#parts.untilNextRunMs();
    if (delayMs === undefined) {
      this.fatal(error, "budget");
      return;
    }
    this.#record.restarts += 1;
    this.#record.state = "waiting";
    const { restarts: restart } = this.#record;
    this.#parts.emit("restarting", { stream: this.#declaration.name, error, restart, delayMs });
  }

  /** The kind of a failure. The stream's own isFatal() has priority. */
  #kindOf(error: unknown): FailureKind {
    const { name, isFatal } = this.#declaration;
    try {
      const answer = isFatal?.(error);
      if (answer !== undefined) return answer ? "fatal" : "retryable";
    } catch (thrown) {
      this.#parts.logger?.error({ err: thrown, stream: name }, "supervisor: isFatal() failed");
    }
    return failureKind(error);
  }

  /** Ends the stream, because another run took its place. */
  superseded(error: unknown): void {
    this.#record.state = "superseded";
    this.#record.lastError = error;
    const { name } = this.#declaration;
    const run = this.#record.run ?? { stream: name, queryId: "", runId: "" };
    this.#parts.emit("superseded", { ...run, error });
  }

  /** Ends the stream, because a restart cannot help. */
  fatal(error: unknown, reason: "fatal" | "budget" | "connection"): void {
    this.#record.state = "fatal";
    this.#record.lastError = error;
    this.#parts.emit("fatal", { stream: this.#declaration.name, error, reason });
  }
}

/** True if a failure may come from the session or the connection, not from the stream. */
export function isSessionTrouble(error: unknown): boolean {
  if (error instanceof SessionError) return true;
  return error instanceof SparkConnectionError && !isAuthError(error);
}
