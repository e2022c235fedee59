import { join } from "node:path";
import type { Command, CommandContext } from "../command.js";
import { EXIT, UsageError } from "../exit-code.js";
import { printableCell } from "../printable.js";
import { createProject } from "../pipelines/sample-project.js";

export const pipelinesInit: Command = {
  name: "pipelines init",
  summary: "Create a project with a sample pipeline",
  usage: "NAME",
  maxArguments: 1,
  options: {},
  notes: [
    "The command creates the folder NAME with spark-pipeline.yml, a library in TypeScript and a library in SQL. It does not call a server.",
  ],
  run: runInit,
};

async function runInit({ options, terminal, arguments: given }: CommandContext): Promise<number> {
  const [name] = given;
  if (name === undefined) throw new UsageError("Give the name of the project.");
  const folder = await createProject(name);
  const spec = join(folder, "spark-pipeline.yml");
  if (options.flag("json")) {
    await terminal.print(`${JSON.stringify({ folder, spec })}\n`);
    return EXIT.ok;
  }
  await terminal.print(`created ${printableCell(folder)}
Next steps:
  cd ${shellWord(name)}
  npm install --save-dev rolldown   # reads TypeScript; a project in a folder above may have it already
  npx sparktide pipelines run --remote-file FILE
`);
  return EXIT.ok;
}

/** A word for a shell. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text)
    ? text
    : `'${printableCell(text).replaceAll("'", String.raw`'\''`)}'`;
}
