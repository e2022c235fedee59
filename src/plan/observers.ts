import { isMessage } from "@bufbuild/protobuf";
import { CollectMetricsSchema, type CollectMetrics } from "../gen/spark/connect/relations_pb.js";
import type { Plan } from "./command.js";
import type { RelationBody } from "./relation.js";

/** Is told of the actions that compute its metrics: how each begins and ends, and what Spark observed. */
export interface MetricsObserver {
  started(): void;
  observed(metrics: Readonly<Record<string, unknown>>): void;
  failed(error: Error): void;
  /**
   * The action is over; called once for each `started()`.
   *
   * @param failure what the action failed with, in an object because anything can be thrown
   * @param isComplete whether the result was read to its end
   */
  ended(failure: { readonly error: unknown } | undefined, isComplete: boolean): void;
}

/** Observers by the relation that computes their metrics; the plan keeps them alive. */
const observers = new WeakMap<CollectMetrics, MetricsObserver>();
/** Whether there ever was an observer: most processes have none, and need not search their plans. */
let areUsed = false;

/** Has an observer hear the metrics of a relation made by collectMetrics. */
export function observe(body: RelationBody, observer: MetricsObserver): RelationBody {
  if (body.case === "collectMetrics") {
    observers.set(body.value, observer);
    areUsed = true;
  }
  return body;
}

/** The observers of the metrics of this name, anywhere in a plan. */
export function observersOf(plan: object, name: string): MetricsObserver[] {
  return observersIn(plan, (part) => part.name === name);
}

/** The observers that wait for this plan to compute their metrics; a plan that computes no rows has none. */
export function observersOfAction(plan: Plan): MetricsObserver[] {
  return isAction(plan) ? observersIn(plan, () => true) : [];
}

function observersIn(plan: object, isWanted: (part: CollectMetrics) => boolean): MetricsObserver[] {
  if (!areUsed) return [];
  const found = new Set<MetricsObserver>();
  // A set also iterates over what is added to it meanwhile: no recursion, since plans are deep.
  const parts = new Set<object>([plan]);
  for (const part of parts) {
    if (isMessage(part, CollectMetricsSchema) && isWanted(part)) {
      const observer = observers.get(part);
      if (observer !== undefined) found.add(observer);
    }
    for (const field of Object.values(part) as unknown[]) {
      // Bytes hold no messages, and may be many.
      if (typeof field === "object" && field !== null && !ArrayBuffer.isView(field)) {
        parts.add(field);
      }
    }
  }
  return [...found];
}

/** Whether the server computes the plan's rows before it answers; naming a view, for instance, does not. */
function isAction({ opType }: Plan): boolean {
  if (opType.case !== "command") return opType.case === "root";
  const { commandType } = opType.value;
  switch (commandType.case) {
    case "writeOperation":
    case "writeOperationV2":
    case "mergeIntoTableCommand":
      return true;
    case "checkpointCommand":
      return commandType.value.eager;
    default:
      return false;
  }
}
