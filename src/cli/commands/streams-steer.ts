import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { SparkError } from "../../index.js";
import type { CommandName, StreamSummary } from "../../monitor/index.js";
import type { Command, CommandContext, OptionSpecs } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { MONITOR_NOTES, MONITOR_OPTIONS, MonitorClient } from "../monitor-client.js";
import { printableCell, printableText } from "../printable.js";

const UPGRADE_POLL_MS = 1_000;

/** What the command line prints about a stream after a command. */
type Answer = Awaited<ReturnType<MonitorClient["send"]>>;

export const streamsPause: Command = steering("pause", {
  summary: "Stop a stream between two batches, until it is resumed",
  note: "The stream stays paused when the supervisor's process starts again.",
});
export const streamsResume: Command = steering("resume", {
  summary: "Start a paused or stopped stream again, from its checkpoint",
});
export const streamsRestart: Command = steering("restart", {
  summary: "Stop a stream between two batches and start it again",
});
export const streamsRun: Command = steering("run", {
  summary: "Run a scheduled stream now",
});
export const streamsRemove: Command = steering("remove", {
  summary: "Stop a stream and forget it",
  note: "The checkpoint and the data stay. A stream that the supervisor's program declares is there again when the program starts again.",
});

export const streamsAdd: Command = {
  name: "streams add",
  summary: "Add a stream to a running supervisor",
  usage: "FILE",
  maxArguments: 1,
  options: MONITOR_OPTIONS,
  notes: [
    "FILE has the declaration as JSON: name, source, options, transform, sink, checkpoint, trigger, schedule (docs/supervision.md).",
    ...MONITOR_NOTES,
  ],
  run: async (context) => {
    const client = await MonitorClient.of(context);
    const declaration = await readDeclaration(context);
    const answer = await client.send("POST", ["streams"], { declaration, by: giver(context) });
    return report(context, nameOf(declaration), answer);
  },
};

const UPGRADE_OPTIONS: OptionSpecs = {
  "watch-batches": {
    type: "string",
    value: "N",
    help: "the upgrade has succeeded after so many batches",
  },
  "watch-seconds": {
    type: "string",
    value: "N",
    help: "the upgrade has succeeded after so many seconds",
  },
};

export const streamsUpgrade: Command = {
  name: "streams upgrade",
  summary: "Replace a stream's declaration, and go back to the former one if the new one fails",
  usage: "FILE",
  maxArguments: 1,
  options: { ...UPGRADE_OPTIONS, ...MONITOR_OPTIONS },
  notes: [
    "FILE has the new declaration as JSON, with the name of the stream. The new query starts from the same checkpoint. The command waits for the end of the watch. The exit code is 1 if the former declaration runs again.",
    ...MONITOR_NOTES,
  ],
  run: runUpgrade,
};

/** A command that needs the name of a stream and nothing else. */
function steering(
  command: CommandName,
  { summary, note }: { readonly summary: string; readonly note?: string },
): Command {
  return {
    name: `streams ${command}`,
    summary,
    usage: "NAME",
    maxArguments: 1,
    options: MONITOR_OPTIONS,
    notes: [...(note === undefined ? [] : [note]), ...MONITOR_NOTES],
    run: async (context) => {
      const [name] = context.arguments;
      if (name === undefined) throw new UsageError("Name the stream.");
      const client = await MonitorClient.of(context);
      const path = ["streams", name, command];
      return report(context, name, await client.send("POST", path, { by: giver(context) }));
    },
  };
}

async function runUpgrade(context: CommandContext): Promise<number> {
  const { options, signal } = context;
  const watchBatches = options.integer("watch-batches", 1, 1_000_000);
  const watchSeconds = options.integer("watch-seconds", 1, 1_000_000);
  const client = await MonitorClient.of(context);
  const declaration = await readDeclaration(context);
  const name = nameOf(declaration);
  const body = {
    declaration,
    by: giver(context),
    ...(watchBatches !== undefined && { watchBatches }),
    ...(watchSeconds !== undefined && { watchMs: watchSeconds * 1_000 }),
  };
  let answer = await client.send("PUT", ["streams", name], body);
  while (streamOf(answer)?.upgrade?.state === "watching") {
    context.terminal.status(`watching the upgrade of ${printableCell(name)}`);
    await delay(UPGRADE_POLL_MS, undefined, { signal });
    const { status, document } = await client.send("GET", ["streams", name]);
    answer = { status, document: { ...document, stream: document["summary"] } };
  }
  const code = await report(context, name, answer);
  const upgrade = streamOf(answer)?.upgrade;
  if (upgrade?.state !== "rolledBack") return code;
  throw new SparkError(
    "UPGRADE_FAILED",
    `The new declaration of ${name} failed. The former one runs again. ${upgrade.error?.message ?? ""}`.trimEnd(),
  );
}

function streamOf({ document }: Answer): StreamSummary | undefined {
  return (document["stream"] as StreamSummary | null | undefined) ?? undefined;
}

async function report(
  { options, terminal }: CommandContext,
  name: string,
  answer: Answer,
): Promise<number> {
  const stream = streamOf(answer);
  if (options.flag("json")) {
    await terminal.print(`${JSON.stringify({ stream: stream ?? null })}\n`);
  } else {
    const state = stream === undefined ? "removed" : printableText(stream.state);
    await terminal.print(`${printableCell(name)}: ${state}\n`);
  }
  if (answer.status === 202)
    terminal.note("The command still runs, because the stream finishes its batch first.");
  return EXIT.ok;
}

/** Who gives the command, for the supervisor's log. */
function giver({ environment }: CommandContext): string {
  const user = environment["USER"] ?? environment["USERNAME"] ?? "somebody";
  return `${user.slice(0, 50)} with sparktide streams`;
}

/** @throws {UsageError} no file is named, it cannot be read, or it is not a JSON object with a name */
async function readDeclaration(context: CommandContext): Promise<Record<string, unknown>> {
  const [path] = context.arguments;
  if (path === undefined) throw new UsageError("Name the file with the declaration.");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} cannot be read (${code}).`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && "name" in value)
    if (typeof value.name === "string") return value;
  throw new UsageError(`${path} must have a JSON object with the stream's name.`);
}

function nameOf(declaration: Record<string, unknown>): string {
  return String(declaration["name"]);
}
