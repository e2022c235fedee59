import { SparkException } from "../errors.js";
import type {
  ExecutePlanResponse,
  ExecutePlanResponse_ObservedMetrics as ObservedMetrics,
} from "../gen/spark/connect/base_pb.js";
import type { Plan } from "../plan/command.js";
import { literalValue } from "../plan/literal-value.js";
import { observersOf } from "../plan/observers.js";
import type { Relation } from "../plan/relation.js";

/** What one operator of an executed plan counted. */
export interface OperatorMetrics {
  /** The operator, as Spark's web interface names it. */
  readonly name: string;
  readonly planId: bigint;
  /** The operator above it. */
  readonly parentPlanId: bigint;
  readonly values: readonly {
    readonly name: string;
    readonly value: bigint;
    /** What is counted: `sum`, `size` (bytes), `timing` (milliseconds), `nsTiming` (nanoseconds) … */
    readonly type: string;
  }[];
}

/** What Spark told of an execution beside its rows. */
export interface ExecutionInfo {
  readonly operationId: string;
  readonly metrics: readonly OperatorMetrics[];
  /** The metrics of `observe()`, by its name. */
  readonly observations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The last execution of each relation; forgotten with it. */
export class ExecutionRecords {
  readonly #last = new WeakMap<Relation, ExecutionInfo>();

  lastOf(relation: Relation): ExecutionInfo | undefined {
    return this.#last.get(relation);
  }

  /** Keeps what a response tells, and has observers hear of it. */
  note(plan: Plan, response: ExecutePlanResponse): void {
    const { operationId, metrics, observedMetrics } = response;
    if (metrics === undefined && observedMetrics.length === 0) return;
    const observed = observedMetrics.map((one) => [one.name, told(plan, one)] as const);
    const relation = executedRelation(plan);
    if (relation === undefined) return;
    const last = this.#last.get(relation);
    const before = last?.operationId === operationId ? last : undefined;
    this.#last.set(relation, {
      operationId,
      metrics: [...(before?.metrics ?? []), ...(metrics?.metrics ?? []).map(operatorMetrics)],
      observations: { ...before?.observations, ...Object.fromEntries(observed) },
    });
  }
}

function told(plan: Plan, observed: ObservedMetrics): Readonly<Record<string, unknown>> {
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

/** The relation whose DataFrame was asked to run. */
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
