import { ArgumentError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { startRun as startRunPlan } from "../plan/pipeline-command.js";
import type { SparkSession } from "../session/spark-session.js";
import { connectionOf } from "./build-flow.js";
import { checkElements } from "./check-elements.js";
import { createGraph, dropGraph } from "./dataflow-graph.js";
import { defineGraph } from "./define-graph.js";
import { DefinitionPlaces } from "./definition-places.js";
import type { PipelineDefinition } from "./definitions.js";
import { FlowRows } from "./flow-rows.js";
import { pipelineEvent, type PipelineEvent } from "./pipeline-event.js";
import { PipelineRun, type RunSource } from "./pipeline-run.js";
import type { PipelineOptions } from "./pipeline-options.js";
import { OwnDatasets } from "./own-datasets.js";
import { requireFeatures } from "./required-features.js";
import { holdNamespace, type HeldNamespace } from "./session-namespace.js";
import { refuseSharedFiles } from "./shared-files.js";
import { stopRun } from "./stop-run.js";

/** What a run updates. */
export interface PipelineStartOptions extends CallOptions {
  /** The datasets to update. Default: all. */
  readonly refresh?: readonly string[] | undefined;
  /** The datasets to reset and compute again from the start. */
  readonly fullRefresh?: readonly string[] | undefined;
  /** Resets and computes all datasets again. Not together with the lists. */
  readonly fullRefreshAll?: boolean | undefined;
  /** Only checks the graph: no flow runs and no table is created. */
  readonly dryRun?: boolean | undefined;
}

function checkSelection(options: PipelineStartOptions): void {
  const { refresh, fullRefresh, fullRefreshAll = false } = options;
  for (const [name, list] of Object.entries({ refresh, fullRefresh })) {
    if (list === undefined) continue;
    // JavaScript callers may pass any type.
    if (!Array.isArray(list) || !list.every((each) => typeof each === "string"))
      throw new ArgumentError(
        name,
        `${name} must be an array of dataset names, such as ["prices"].`,
      );
    if (fullRefreshAll && list.length > 0)
      throw new ArgumentError(
        name,
        `Pass fullRefreshAll or ${name} to start(), not both: fullRefreshAll updates all datasets.`,
      );
  }
}

/** Defines the graph on the server and starts its run. */
export async function startRun(
  spark: SparkSession,
  options: PipelineOptions,
  definitions: readonly PipelineDefinition[],
  start: PipelineStartOptions,
): Promise<PipelineRun> {
  const connection = connectionOf(spark);
  const { signal } = start;
  checkSelection(start);
  requireFeatures(connection.version, definitions);
  const call = { ...(signal !== undefined && { signal }) };
  const namespace = await holdNamespace(spark, options, call);
  let graphId: string;
  try {
    graphId = await defineRun(spark, options, namespace, definitions, call);
  } catch (error) {
    await namespace.release();
    throw error;
  }
  const plan = startRunPlan(graphId, {
    storage: options.storage,
    refresh: start.refresh ?? [],
    fullRefresh: start.fullRefresh ?? [],
    fullRefreshAll: start.fullRefreshAll ?? false,
    dryRun: start.dryRun ?? false,
  });
  const places = new DefinitionPlaces(definitions, namespace);
  const isFlow = (name: string): boolean => places.flow(name) !== undefined;
  const rows = start.dryRun === true ? undefined : new FlowRows(spark, isFlow);
  await rows?.open();
  const abort = new AbortController();
  const events = async function* (): AsyncGenerator<PipelineEvent, void, undefined> {
    const answers = connection.answers(plan, "pipelineEventResult", { signal: abort.signal });
    for await (const { event } of answers)
      if (event !== undefined) yield pipelineEvent(event, (flow) => places.flow(flow)?.target);
  };
  const isStreaming = (flow: string): boolean => places.flow(flow)?.isStreaming === true;
  const tag = `sparktide-run-${graphId}`;
  const begin = (source: RunSource): PipelineRun =>
    connection.tags.with([tag], () => new PipelineRun(graphId, source, signal));
  return begin({
    events: events(),
    rowsOf: (flow) => (isStreaming(flow) ? rows?.of(flow) : undefined),
    located: (message, flow) => places.located(message, flow),
    abort: () => {
      abort.abort();
    },
    close: async (completed) => {
      await rows?.close(completed.filter(isStreaming).length);
      if (abort.signal.aborted) await stopRun(spark, tag, isFlow);
      await dropGraph(spark, graphId);
      await namespace.release();
    },
  });
}

/** Checks the definitions and sends them to a new graph. Returns the graph's id. */
async function defineRun(
  spark: SparkSession,
  options: PipelineOptions,
  namespace: HeldNamespace,
  definitions: readonly PipelineDefinition[],
  call: CallOptions,
): Promise<string> {
  checkElements(namespace, definitions);
  await refuseSharedFiles(spark, namespace, definitions, call);
  const graphId = await createGraph(spark, options, namespace, call);
  try {
    const graph = { graphId, datasets: new OwnDatasets(definitions, namespace) };
    await defineGraph(spark, graph, definitions, call);
    return graphId;
  } catch (error) {
    await dropGraph(spark, graphId);
    throw error;
  }
}
