import type { CallOptions } from "../connection/call-options.js";
import { dataSourcesOf } from "../plan/data-source-reads.js";
import type { SourceLocation } from "../call-site.js";
import type { SparkSession } from "../session/spark-session.js";
import { buildFlow } from "./build-flow.js";
import { datasetNames } from "./check-elements.js";
import { canonicalName } from "./dataset-name.js";
import type { PipelineDefinition } from "./definitions.js";
import { OwnDatasets, tablesRead } from "./own-datasets.js";
import { runNamespace } from "./run-namespace.js";
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
  const namespace = await runNamespace(spark, options, call);
  const names = datasetNames(definitions);
  const byName = new Map(names.map((name) => [canonicalName(name, namespace), name]));
  const named = (found: readonly string[]): string[] => [
    ...new Set(found.map((name) => byName.get(canonicalName(name, namespace)) ?? name)),
  ];
  const datasets: GraphDataset[] = [];
  const flows: GraphFlow[] = [];
  await withGraph(spark, options, call, async (graphId) => {
    const graph = { graphId, datasets: new OwnDatasets(definitions, namespace) };
    for (const definition of definitions) {
      const { kind, location } = definition;
      if (kind === "sql") {
        for (const element of sqlElements(definition.text)) {
          const { name, target, sources } = element;
          if (element.kind !== "flow") datasets.push({ name, kind: element.kind, location });
          if (target !== undefined)
            flows.push({
              name,
              target: named([target])[0] ?? target,
              sources: named(sources),
              formats: [],
            });
        }
        continue;
      }
      const { name } = definition;
      if (kind !== "appendFlow" && kind !== "autoCdcFlow")
        datasets.push({
          name,
          kind: kind === "createStreamingTable" ? "streamingTable" : kind,
          location,
        });
      if (kind === "createStreamingTable" || kind === "sink") continue;
      const target =
        "target" in definition ? (named([definition.target])[0] ?? definition.target) : name;
      if (kind === "autoCdcFlow") {
        flows.push({ name, target, sources: named([definition.options.source]), formats: [] });
        continue;
      }
      const relation = await buildFlow(spark, graph, definition);
      flows.push({
        ...{ name, target },
        sources: named(tablesRead(relation)),
        formats: [
          ...new Set(
            dataSourcesOf(relation).flatMap(({ format }) => (format === undefined ? [] : [format])),
          ),
        ],
      });
    }
  });
  return { datasets, flows };
}
