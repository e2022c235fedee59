import { PipelineFailedError, type PipelineRun } from "../../pipelines/index.js";
import type { Command, CommandContext, OptionSpecs } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import type { OptionValues } from "../option-values.js";
import { eventJson, eventText, resultJson, resultText } from "../pipelines/event-text.js";
import { openProject, PROJECT_OPTIONS } from "../pipelines/project.js";

const REFRESH_OPTIONS: OptionSpecs = {
  refresh: {
    type: "string",
    multiple: true,
    value: "NAMES",
    help: "update only these datasets, separated by commas; repeatable. Default: all",
  },
  "full-refresh": {
    type: "string",
    multiple: true,
    value: "NAMES",
    help: "reset these datasets and compute them again from the start, separated by commas; repeatable",
  },
  "full-refresh-all": {
    type: "boolean",
    help: "reset all datasets and compute them again from the start",
  },
};

const NOTES: readonly string[] = [
  "The command calls the default export of each TypeScript or JavaScript library with the pipeline and the session. TypeScript libraries need rolldown or esbuild in your project, or a Node that strips types.",
];

export const pipelinesRun: Command = {
  name: "pipelines run",
  summary: "Run a declarative pipeline and print its events",
  usage: "",
  maxArguments: 0,
  options: { ...REFRESH_OPTIONS, ...PROJECT_OPTIONS },
  notes: [
    "The command ends when all flows have ended: with exit code 1 if a flow failed. Ctrl-C stops the run on the server.",
    ...NOTES,
  ],
  run: (context) => run(context, false),
};

export const pipelinesDryRun: Command = {
  name: "pipelines dry-run",
  summary: "Check a pipeline on the server without running its flows",
  usage: "",
  maxArguments: 0,
  options: PROJECT_OPTIONS,
  notes: [
    "The server resolves the queries of all flows: it finds missing tables, wrong columns and types, and cycles. It creates no table.",
    ...NOTES,
  ],
  run: (context) => run(context, true),
};

async function run(context: CommandContext, dryRun: boolean): Promise<number> {
  const { options, signal } = context;
  const selection = refreshSelection(options);
  await using project = await openProject(context);
  const started = await project.pipeline.start(project.spark, { ...selection, dryRun, signal });
  try {
    return await printRun(context, started);
  } finally {
    // Also if standard output is closed.
    await started.stop();
  }
}

interface Selection {
  readonly refresh: readonly string[];
  readonly fullRefresh: readonly string[];
  readonly fullRefreshAll: boolean;
}

function refreshSelection(options: OptionValues): Selection {
  const names = (option: string): string[] =>
    options
      .texts(option)
      .flatMap((list) => list.split(","))
      .map((name) => name.trim())
      .filter((name) => name !== "");
  const [refresh, fullRefresh] = [names("refresh"), names("full-refresh")];
  const fullRefreshAll = options.flag("full-refresh-all");
  for (const [option, list] of Object.entries({ refresh, "full-refresh": fullRefresh })) {
    if (options.texts(option).length > 0 && list.length === 0)
      throw new UsageError(`--${option} names no dataset.`);
    if (fullRefreshAll && list.length > 0)
      throw new UsageError(
        `--full-refresh-all updates all datasets, so it excludes --${option}. Give one of them.`,
      );
  }
  return { refresh, fullRefresh, fullRefreshAll };
}

async function printRun(
  { options, terminal, signal }: CommandContext,
  started: PipelineRun,
): Promise<number> {
  const isJson = options.flag("json");
  for await (const event of started)
    await terminal.print(isJson ? eventJson(event) : eventText(event));
  try {
    const result = await started.result();
    await terminal.print(isJson ? resultJson(result) : resultText(result));
    return EXIT.ok;
  } catch (error) {
    if (error instanceof PipelineFailedError && isJson) await terminal.print(resultJson(error));
    if (signal.aborted && !isJson) terminal.note("The run was stopped.");
    throw error;
  }
}
