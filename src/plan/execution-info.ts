/** The metrics of one operator of an executed plan. */
export interface OperatorMetrics {
  /** The operator's name in Spark's web interface. */
  readonly name: string;
  readonly planId: bigint;
  /** The operator above it. */
  readonly parentPlanId: bigint;
  readonly values: readonly {
    readonly name: string;
    readonly value: bigint;
    /** The kind of the metric: `sum`, `size` (bytes), `timing` (milliseconds), `nsTiming` (nanoseconds) … */
    readonly type: string;
  }[];
}

/** Spark's information about an execution, in addition to the rows. */
export interface ExecutionInfo {
  readonly operationId: string;
  readonly metrics: readonly OperatorMetrics[];
  /** The metrics of `observe()`, by its name. */
  readonly observations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
