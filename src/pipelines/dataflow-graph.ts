import { ProtocolError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { optionTexts } from "../plan/option-text.js";
import { createDataflowGraph, dropDataflowGraph } from "../plan/pipeline-command.js";
import type { SparkSession } from "../session/spark-session.js";
import { connectionOf } from "./build-flow.js";
import type { DefaultNamespace } from "./dataset-name.js";
import type { PipelineOptions } from "./pipeline-options.js";
import { holdNamespace, type HeldNamespace } from "./session-namespace.js";

/** The end of a run must not wait for a server that does not answer. */
const DROP_MS = 5_000;

/** Creates an empty graph on the server and returns its id. */
export async function createGraph(
  spark: SparkSession,
  { conf = {} }: PipelineOptions,
  { sent }: HeldNamespace,
  call: CallOptions,
): Promise<string> {
  const connection = connectionOf(spark);
  connection.version.require("A pipeline", 4, 1);
  const plan = createDataflowGraph({
    catalog: sent.catalog,
    database: sent.database,
    conf: optionTexts(conf),
  });
  const { resultType } = await connection.ask(plan, "pipelineCommandResult", call);
  const graphId =
    resultType.case === "createDataflowGraphResult" ? resultType.value.dataflowGraphId : undefined;
  if (graphId !== undefined) return graphId;
  throw new ProtocolError("NO_ANSWER", "The server did not answer with the id of the graph.");
}

/** Removes a graph. The session removes it in any case when it ends, so a failure only costs memory of the server. */
export async function dropGraph(spark: SparkSession, graphId: string): Promise<void> {
  const connection = connectionOf(spark);
  try {
    await connection.run(dropDataflowGraph(graphId), { signal: AbortSignal.timeout(DROP_MS) });
  } catch (error) {
    connection.logger?.warn({ err: error }, `the graph ${graphId} of a pipeline was not removed`);
  }
}

/** Does work with an empty graph, and removes it. */
export async function withGraph<T>(
  spark: SparkSession,
  options: PipelineOptions,
  call: CallOptions,
  work: (graphId: string, namespace: DefaultNamespace) => Promise<T>,
): Promise<T> {
  const namespace = await holdNamespace(spark, options, call);
  try {
    const graphId = await createGraph(spark, options, namespace, call);
    try {
      return await work(graphId, namespace);
    } finally {
      await dropGraph(spark, graphId);
    }
  } finally {
    await namespace.release();
  }
}
