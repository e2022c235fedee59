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
