import type { GraphDataset, PipelineGraph } from "../../pipelines/index.js";
import { inFillOrder } from "./graph-order.js";
import { KIND_WORDS } from "./graph-text.js";

/** The shape of each kind of node: what stands before and after its label. */
const SHAPES: Readonly<
  Record<GraphDataset["kind"] | "table" | "format", readonly [string, string]>
> = {
  streamingTable: ["[", "]"],
  materializedView: ["[[", "]]"],
  temporaryView: ["(", ")"],
  sink: ["[/", "/]"],
  table: ["[(", ")]"],
  format: ["([", "])"],
};

/** Text for a label in quotes. Mermaid reads `#60;` as the character with this number. */
function label(text: string): string {
  return text.replace(
    /[^\p{L}\p{N} .,:_\-/()]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  );
}

/** The graph as a flowchart of Mermaid, which GitHub and many editors draw. */
export function graphMermaid(graph: PipelineGraph): string {
  const lines: string[] = [];
  const ids = new Map<string, string>();
  const node = (key: string, shape: keyof typeof SHAPES, text: string): string => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `n${ids.size}`;
    const [before, after] = SHAPES[shape];
    ids.set(key, id);
    lines.push(`  ${id}${before}"${text}"${after}`);
    return id;
  };
  for (const { name, kind } of inFillOrder(graph))
    node(`dataset ${name}`, kind, `${label(name)}<br/>${KIND_WORDS[kind]}`);
  for (const { name, target, sources, formats } of graph.flows) {
    const read = [
      ...sources.map(
        (source) => ids.get(`dataset ${source}`) ?? node(`table ${source}`, "table", label(source)),
      ),
      ...formats.map((format) => node(`format ${format}`, "format", label(format))),
    ];
    const to = node(`dataset ${target}`, "table", label(target));
    const text = name === target ? "" : `|"${label(name)}"|`;
    for (const from of read) lines.push(`  ${from} -->${text} ${to}`);
  }
  return `flowchart LR\n${lines.join("\n")}\n`;
}
