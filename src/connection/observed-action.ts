import type { Plan } from "../plan/command.js";
import { observersOfAction, type MetricsObserver } from "../plan/observers.js";

/** Notifies the observers of a plan about one execution, from its start to end(). */
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

  /** Ends the execution. Without completed() or failed() before, its reader stopped early. */
  end(): void {
    for (const observer of this.#observers) observer.ended(this.#failure, this.#isComplete);
  }
}
