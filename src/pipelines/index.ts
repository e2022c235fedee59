/** Declarative pipelines: datasets and flows that Spark orders, runs and refreshes. Spark 4.1 and newer. */
export { Pipeline, pipeline } from "./pipeline.js";
export { pipelineRun, type PipelineRunOptions } from "./supervised-run.js";
export { PipelineFailedError, PipelineRun } from "./pipeline-run.js";
export type { SourceLocation } from "../call-site.js";
export type {
  AutoCdcOptions,
  DatasetOptions,
  FlowFunction,
  FlowOptions,
  PipelineDefinition,
  SinkOptions,
  TableOptions,
  ViewOptions,
} from "./definitions.js";
export type { FlowError, FlowState, PipelineEvent, RunState } from "./pipeline-event.js";
export type { GraphDataset, GraphFlow, PipelineGraph } from "./pipeline-graph.js";
export type { PipelineOptions } from "./pipeline-options.js";
export type { FlowResult, PipelineResult } from "./pipeline-run.js";
export type { PipelineStartOptions } from "./start-run.js";
