import { AsyncLocalStorage } from "node:async_hooks";
import type { Plan } from "../plan/command.js";
import type { Analysis } from "../transport/client-requests.js";

/** What code that only builds DataFrames, such as a flow function of a pipeline, may do with a session. */
export interface OperationRules {
  /** Throws if the plan must not run. */
  checkPlan(plan: Plan): void;
  /** Throws if the analysis must not run. */
  checkAnalysis(analysis: Analysis): void;
  /** Throws if the session's configuration must not change. */
  checkSetting(key: string): void;
}

const storage = new AsyncLocalStorage<OperationRules | undefined>();

/** The rules of the current async context. */
export function operationRules(): OperationRules | undefined {
  return storage.getStore();
}

/** Runs work and all that it starts under the rules; without rules if they are undefined. */
export function withOperationRules<T>(rules: OperationRules | undefined, work: () => T): T {
  return storage.run(rules, work);
}
