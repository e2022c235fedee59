import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import type { Schedule } from "../supervisor/dynamic-stream.js";
import type { RestartPolicy } from "../supervisor/restart-policy.js";
import type { SupervisedPipelineOptions } from "../supervisor/supervised-pipeline-options.js";
import { shown } from "../value-kind.js";
import { Pipeline } from "./pipeline.js";
import type { PipelineStartOptions } from "./start-run.js";
import { stopFormerRun } from "./stop-run.js";

/** When and how a supervisor runs a pipeline. */
export interface PipelineRunOptions extends Omit<PipelineStartOptions, "signal" | "dryRun"> {
  /** When the pipeline runs: `{ every: "15 minutes" }`, `{ cron: "0 6 * * *" }`. Default: once, when the supervisor starts. */
  readonly schedule?: Schedule | undefined;
  /** How often a failed run starts again. */
  readonly restart?: RestartPolicy | undefined;
  /** Classifies a failure instead of the supervisor: true is fatal, false is retryable. */
  readonly isFatal?: ((error: unknown) => boolean | undefined) | undefined;
}

/**
 * Declares a pipeline for a `StreamSupervisor`, which starts its runs by the schedule, one at a time, repeats failed runs, and
 * shows the flows in its status, metrics and events.
 *
 * @param name unique among the supervisor's streams
 * @throws {ArgumentError} the pipeline was not made by pipeline(), or an option is unknown
 */
export function pipelineRun(
  name: string,
  pipeline: Pipeline,
  options: PipelineRunOptions = {},
): SupervisedPipelineOptions {
  checkOptions("pipelineRun()", options, [
    ...["schedule", "restart", "isFatal", "refresh", "fullRefresh", "fullRefreshAll"],
  ]);
  if (!(pipeline instanceof Pipeline))
    throw new ArgumentError(
      "pipeline",
      `pipelineRun() takes a pipeline made by pipeline(), got ${shown(pipeline)}.`,
    );
  const { schedule, restart, isFatal, ...start } = options;
  return {
    kind: "pipeline",
    name,
    startRun: (spark, signal) => pipeline.start(spark, { ...start, signal }),
    stopFormerRun: (spark, tag) =>
      stopFormerRun(spark, tag, pipeline.options, pipeline.definitions),
    ...{ schedule, restart, isFatal },
  };
}
