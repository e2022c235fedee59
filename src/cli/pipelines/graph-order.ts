import type { GraphDataset, PipelineGraph } from "../../pipelines/index.js";

/** The datasets, each after those that its flows read, as Spark fills them. In a cycle, the order of the definitions. */
export function inFillOrder({ datasets, flows }: PipelineGraph): GraphDataset[] {
  const ordered = new Set<GraphDataset>();
  const entered = new Set<GraphDataset>();
  const add = (dataset: GraphDataset): void => {
    if (entered.has(dataset)) return;
    entered.add(dataset);
    const read = flows
      .filter(({ target }) => target === dataset.name)
      .flatMap(({ sources }) => sources);
    for (const source of datasets) if (read.includes(source.name)) add(source);
    ordered.add(dataset);
  };
  for (const dataset of datasets) add(dataset);
  return [...ordered];
}
