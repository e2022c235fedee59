import { isAbsolute, relative, resolve } from "node:path";
import type { GraphDataset, GraphFlow, PipelineGraph } from "../../pipelines/index.js";
import { printableCell } from "../printable.js";
import { inFillOrder } from "./graph-order.js";

/** The kinds of datasets, in Spark's words. */
export const KIND_WORDS: Readonly<Record<GraphDataset["kind"], string>> = {
  streamingTable: "streaming table",
  materializedView: "materialized view",
  temporaryView: "temporary view",
  sink: "sink",
};

/** The graph for people: each dataset with its flows, in the order in which Spark fills them. */
export function graphText(graph: PipelineGraph, folder: string): string {
  return inFillOrder(graph)
    .map((dataset) => {
      const flows = graph.flows.filter(({ target }) => target === dataset.name).map(flowLine);
      return `${printableCell(dataset.name)}: ${KIND_WORDS[dataset.kind]}${placeText(dataset, folder)}\n${flows.join("")}`;
    })
    .join("");
}

function placeText({ location }: GraphDataset, folder: string): string {
  if (location === undefined) return "";
  const { file, line } = location;
  const path = isAbsolute(file) ? relative(folder, file) : file;
  return `, ${printableCell(path.startsWith("..") ? file : path)}:${line}`;
}

function flowLine({ name, target, sources, formats }: GraphFlow): string {
  const flow = name === target ? "" : `flow ${printableCell(name)} `;
  const read = [...sources, ...formats.map((format) => `format ${format}`)].map(printableCell);
  return `  ${flow}reads ${read.length === 0 ? "no table" : read.join(", ")}\n`;
}

/** The graph for programs. */
export function graphJson({ datasets, flows }: PipelineGraph, folder: string): string {
  const json = {
    datasets: datasets.map(({ name, kind, location }) => ({
      name,
      kind,
      file: location === undefined ? null : resolve(folder, location.file),
      line: location?.line ?? null,
    })),
    flows: flows.map(({ name, target, sources, formats }) => ({ name, target, sources, formats })),
  };
  return `${JSON.stringify(json)}\n`;
}
