import type { CallOptions } from "../connection/call-options.js";
import { dataSourcesOf } from "../plan/data-source-reads.js";
import type { SourceLocation } from "../call-site.js";
import type { SparkSession } from "../session/spark-session.js";
import { buildFlow } from "./build-flow.js";
import { datasetNames } from "./check-elements.js";
import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import type { PipelineDefinition } from "./definitions.js";
import { OwnDatasets, tablesRead } from "./own-datasets.js";
import { sqlElements } from "./sql-elements.js";
import { withGraph } from "./dataflow-graph.js";
import type { PipelineOptions } from "./pipeline-options.js";

/** A dataset or a sink of a graph. */
export interface GraphDataset {
  /** As the definition has it. */
  readonly name: string;
  readonly kind: "streamingTable" | "materializedView" | "temporaryView" | "sink";
  readonly location?: SourceLocation | undefined;
}

/** A flow of a graph. */
export interface GraphFlow {
  readonly name: string;
  /** The dataset or sink that it writes. */
  readonly target: string;
  /** The tables and views that it reads. A dataset of the pipeline has the name of its definition. */
  readonly sources: readonly string[];
  /** The formats of the data sources that it reads, such as `coingecko`. */
  readonly formats: readonly string[];
}

/** The datasets of a pipeline, and the flows between them. */
export interface PipelineGraph {
  readonly datasets: readonly GraphDataset[];
  readonly flows: readonly GraphFlow[];
}

/** Reads the graph from the definitions. Only the server knows exactly what SQL text reads. */
export async function pipelineGraph(
  spark: SparkSession,
  options: PipelineOptions,
  definitions: readonly PipelineDefinition[],
  call: CallOptions,
): Promise<PipelineGraph> {
  // Flow functions run in a graph, as in start().
  return withGraph(spark, options, call, (graphId, namespace) =>
    graphOf(spark, graphId, namespace, definitions),
  );
}

async function graphOf(
  spark: SparkSession,
  graphId: string,
  namespace: DefaultNamespace,
  definitions: readonly PipelineDefinition[],
): Promise<PipelineGraph> {
  const names = datasetNames(definitions);
  const byName = new Map(names.map((name) => [canonicalName(name, namespace), name]));
  const named = (found: readonly string[]): string[] => [
    ...new Set(found.map((name) => byName.get(canonicalName(name, namespace)) ?? name)),
  ];
  const graph = { graphId, datasets: new OwnDatasets(definitions, namespace) };
  const datasets: GraphDataset[] = [];
  const flows: GraphFlow[] = [];
  for (const definition of definitions) {
    if (definition.kind === "sql") {
      const ofText = textElements(definition, named);
      datasets.push(...ofText.datasets);
      flows.push(...ofText.flows);
      continue;
    }
    const { kind, name, location } = definition;
    if (kind !== "appendFlow" && kind !== "autoCdcFlow")
      datasets.push({
        ...{ name, location },
        kind: kind === "createStreamingTable" ? "streamingTable" : kind,
      });
    if (kind === "createStreamingTable" || kind === "sink") continue;
    const [target = name] = "target" in definition ? named([definition.target]) : [];
    if (kind === "autoCdcFlow") {
      flows.push({ name, target, sources: named([definition.options.source]), formats: [] });
      continue;
    }
    const relation = await buildFlow(spark, graph, definition);
    const formats = dataSourcesOf(relation).flatMap(({ format }) => format ?? []);
    flows.push({
      ...{ name, target },
      sources: named(tablesRead(relation)),
      formats: [...new Set(formats)],
    });
  }
  return { datasets, flows };
}

/** What SQL text defines. */
function textElements(
  { text, location }: Extract<PipelineDefinition, { kind: "sql" }>,
  named: (found: readonly string[]) => string[],
): PipelineGraph {
  const datasets: GraphDataset[] = [];
  const flows: GraphFlow[] = [];
  for (const { kind, name, target, sources } of sqlElements(text)) {
    if (kind !== "flow") datasets.push({ name, kind, location });
    if (target !== undefined)
      flows.push({
        ...{ name, target: named([target])[0] ?? target },
        ...{ sources: named(sources), formats: [] },
      });
  }
  return { datasets, flows };
}
