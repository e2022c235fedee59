import type { Plan } from "../plan/command.js";
import { observersOfAction, type MetricsObserver } from "../plan/observers.js";

/** One execution as its plan's observers hear of it: from now on, until end(). */
export class ObservedAction {
  readonly #observers: readonly MetricsObserver[];
  #failure: { readonly error: unknown } | undefined;
  #isComplete = false;

  constructor(plan: Plan) {
    this.#observers = observersOfAction(plan);
    for (const observer of this.#observers) observer.started();
  }

  completed(): void {
    this.#isComplete = true;
  }

  failed(error: unknown): void {
    this.#failure = { error };
  }

  /** Without completed() or failed() before it, the execution was left early. */
  end(): void {
    for (const observer of this.#observers) observer.ended(this.#failure, this.#isComplete);
  }
}
