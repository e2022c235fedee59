import { SparkException } from "../errors.js";
import type {
  ExecutePlanResponse,
  ExecutePlanResponse_ObservedMetrics as ObservedMetrics,
} from "../gen/spark/connect/base_pb.js";
import type { Plan } from "../plan/command.js";
import { literalValue } from "../plan/literal-value.js";
import type { OperatorMetrics } from "../plan/execution-info.js";
import { observersOf } from "../plan/observers.js";
import { factsOf } from "../plan/relation-facts.js";
import type { Relation } from "../plan/relation.js";

/** Stores the metrics of a response with the executed relation, and passes observed metrics to their observers. */
export function noteExecution(plan: Plan, response: ExecutePlanResponse): void {
  const { operationId, metrics, observedMetrics } = response;
  if (metrics === undefined && observedMetrics.length === 0) return;
  const observed = observedMetrics.map((one) => [one.name, reportObserved(plan, one)] as const);
  const relation = executedRelation(plan);
  if (relation === undefined) return;
  const facts = factsOf(relation);
  const before = facts.lastExecution?.operationId === operationId ? facts.lastExecution : undefined;
  facts.lastExecution = {
    operationId,
    metrics: [...(before?.metrics ?? []), ...(metrics?.metrics ?? []).map(operatorMetrics)],
    observations: { ...before?.observations, ...Object.fromEntries(observed) },
  };
}

function reportObserved(plan: Plan, observed: ObservedMetrics): Readonly<Record<string, unknown>> {
  const observers = observersOf(plan, observed.name);
  const error =
    observed.rootErrorIdx === undefined ? undefined : observed.errors[observed.rootErrorIdx];
  if (error !== undefined) {
    const { message, sparkThrowable } = error;
    for (const observer of observers) {
      observer.failed(new SparkException(message, { errorClass: sparkThrowable?.errorClass }));
    }
    return {};
  }
  const metrics = Object.fromEntries(
    observed.values.map((value, index) => [
      observed.keys[index] ?? `observed_metric_${index}`,
      literalValue(value),
    ]),
  );
  for (const observer of observers) observer.observed(metrics);
  return metrics;
}

/** The relation of the DataFrame that the plan executes. */
function executedRelation({ opType }: Plan): Relation | undefined {
  if (opType.case === "root") return opType.value;
  const command = opType.case === "command" ? opType.value.commandType : undefined;
  switch (command?.case) {
    case "writeOperation":
    case "writeOperationV2":
    case "createDataframeView":
      return command.value.input;
    case "checkpointCommand":
      return command.value.relation;
    default:
      return undefined;
  }
}

type MetricObject = NonNullable<ExecutePlanResponse["metrics"]>["metrics"][number];

function operatorMetrics({
  name,
  planId,
  parent,
  executionMetrics,
}: MetricObject): OperatorMetrics {
  return {
    name,
    planId,
    parentPlanId: parent,
    values: Object.values(executionMetrics).map((metric) => ({
      name: metric.name,
      value: metric.value,
      type: metric.metricType,
    })),
  };
}
