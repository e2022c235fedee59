import type { CollectMetrics, Relation } from "../gen/spark/connect/relations_pb.js";
import type { Plan } from "./command.js";
import { relationsIn } from "./plan-parts.js";
import { factsOf } from "./relation-facts.js";

/** Receives the start, the metrics and the end of each action that computes its metrics. */
export interface MetricsObserver {
  started(): void;
  observed(metrics: Readonly<Record<string, unknown>>): void;
  failed(error: Error): void;
  /**
   * The action has ended. Called once for each `started()`.
   *
   * @param failure the error of a failed action, in an object because a program can throw undefined
   * @param isComplete whether the result was read to its end
   */
  ended(failure: { readonly error: unknown } | undefined, isComplete: boolean): void;
}

/** Whether there ever was an observer. Most processes have none, and need not search their plans. */
let areUsed = false;

/** Passes the metrics of a relation, which collectMetrics() made, to an observer. */
export function observe(relation: Relation, observer: MetricsObserver): void {
  const { relType } = relation;
  // With subqueries in its metrics, the relation lies inside the one that carries the subqueries.
  const root = relType.case === "withRelations" ? relType.value.root : undefined;
  factsOf(root ?? relation).observer = observer;
  areUsed = true;
}

/** The observers of metrics with this name, anywhere in a plan. */
export function observersOf(plan: object, name: string): MetricsObserver[] {
  return observersIn(plan, (part) => part.name === name);
}

/** The observers of all metrics that this plan computes. Empty for a plan that computes no rows. */
export function observersOfAction(plan: Plan): MetricsObserver[] {
  return isAction(plan) ? observersIn(plan, () => true) : [];
}

function observersIn(plan: object, isWanted: (part: CollectMetrics) => boolean): MetricsObserver[] {
  if (!areUsed) return [];
  const found = new Set<MetricsObserver>();
  for (const relation of relationsIn(plan)) {
    const { relType } = relation;
    if (relType.case !== "collectMetrics" || !isWanted(relType.value)) continue;
    const { observer } = factsOf(relation);
    if (observer !== undefined) found.add(observer);
  }
  return [...found];
}

/** Whether the server computes the plan's rows before it answers. Creating a view, for example, does not. */
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
