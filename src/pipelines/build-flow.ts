import { SparkError } from "../errors.js";
import { withOperationRules } from "../connection/operation-rules.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { DataFrame } from "../dataframe/dataframe.js";
import { analysisContext } from "../plan/pipeline-command.js";
import type { Relation } from "../plan/relation.js";
import type { SparkSession } from "../session/spark-session.js";
import { withUserContextExtension } from "../transport/user-context.js";
import { asUserCode } from "../user-calls.js";
import { shown } from "../value-kind.js";
import {
  definitionError,
  describeDefinition,
  type FlowFunction,
  type PipelineDefinition,
} from "./definitions.js";
import { eagerRead } from "./eager-reads.js";
import { FlowRules } from "./flow-rules.js";
import type { OwnDatasets } from "./own-datasets.js";

/** The graph that a flow belongs to. */
export interface FlowGraph {
  readonly graphId: string;
  readonly datasets: OwnDatasets;
}

/** The connection of a session, which is internal to this package. */
export function connectionOf(spark: SparkSession): SparkConnection {
  return spark["context"].connection;
}

/**
 * Calls the function of a flow and returns the relation of its DataFrame.
 *
 * @throws {ArgumentError} the function failed, or did not return a DataFrame of the session; the message names the line
 * @throws {UnsupportedOperationException} the function does what it must not, or Spark would not wait for a dataset
 */
export async function buildFlow(
  spark: SparkSession,
  graph: FlowGraph,
  definition: Extract<PipelineDefinition, { query: FlowFunction }>,
): Promise<Relation> {
  const extension = analysisContext(graph.graphId, definition.name);
  const rules = new FlowRules(definition, graph.datasets);
  let result: unknown;
  try {
    result = await withUserContextExtension(extension, () =>
      withOperationRules(rules, () => asUserCode(() => definition.query(spark))),
    );
  } catch (error) {
    // The refusals name the line already.
    if (error instanceof SparkError && error.code === "NOT_IN_FLOW_FUNCTION") throw error;
    const message = error instanceof Error ? error.message : shown(error);
    throw definitionError(
      "query",
      `The function of ${describeDefinition(definition)} failed: ${message}`,
      definition,
      error,
    );
  }
  if (!(result instanceof DataFrame))
    throw definitionError(
      "query",
      `The function of ${describeDefinition(definition)} must return a DataFrame, got ${shown(result)}.`,
      definition,
    );
  if (result["context"].connection !== connectionOf(spark))
    throw definitionError(
      "query",
      `The function of ${describeDefinition(definition)} returned a DataFrame of another session. Use the session that it receives as its argument.`,
      definition,
    );
  const { relation } = result;
  const eager = eagerRead(relation, graph.datasets, connectionOf(spark).version);
  if (eager !== undefined) throw rules.eagerRead(eager);
  return relation;
}
