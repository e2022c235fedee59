import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import type { OptionValues } from "../option-values.js";
import { graphMermaid } from "../pipelines/graph-mermaid.js";
import { graphJson, graphText } from "../pipelines/graph-text.js";
import { openProject, PROJECT_OPTIONS } from "../pipelines/project.js";

const FORMATS = ["text", "json", "mermaid"] as const;
type Format = (typeof FORMATS)[number];

export const pipelinesGraph: Command = {
  name: "pipelines graph",
  summary: "Print the datasets of a pipeline and the flows between them",
  usage: "",
  maxArguments: 0,
  options: {
    format: {
      type: "string",
      value: "FORMAT",
      help: `${FORMATS.join(", ")}. Default: text. --json means --format json`,
    },
    ...PROJECT_OPTIONS,
  },
  notes: [
    "The command calls the functions of all flows and runs nothing. For SQL it reads the names of tables from the text; only dry-run resolves them.",
    "Mermaid is text that GitHub and many editors draw as a diagram.",
  ],
  run: runGraph,
};

async function runGraph(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  const format = chosenFormat(options);
  await using project = await openProject(context);
  const graph = await project.pipeline.graph(project.spark, { signal });
  const text: Record<Format, () => string> = {
    text: () => graphText(graph, project.spec.folder),
    json: () => graphJson(graph, project.spec.folder),
    mermaid: () => graphMermaid(graph),
  };
  await terminal.print(text[format]());
  return EXIT.ok;
}

function chosenFormat(options: OptionValues): Format {
  const chosen = options.choice("format", FORMATS);
  if (options.flag("json") && chosen !== undefined && chosen !== "json")
    throw new UsageError(
      `--json means --format json and excludes --format ${chosen}. Give one of them.`,
    );
  return chosen ?? (options.flag("json") ? "json" : "text");
}
