import type { Command, CommandContext } from "../command.js";
import { EXIT } from "../exit-code.js";
import { printableText } from "../printable.js";
import { findRemote, REMOTE_OPTIONS, requireRemote } from "../remote.js";
import type { Colour, Terminal } from "../terminal.js";
import type { CheckResult, CheckStatus } from "./check.js";
import { machineChecks } from "./machine-checks.js";
import { serverChecks } from "./server-checks.js";

const COLOURS: Readonly<Record<CheckStatus, Colour | undefined>> = {
  ok: "green",
  warn: "yellow",
  fail: "red",
  skip: undefined,
};

export const doctor: Command = {
  name: "doctor",
  summary: "Check this machine and, where one is named, the server; say what to fix",
  usage: "",
  maxArguments: 0,
  options: {
    "spark-version": {
      type: "string",
      value: "VERSION",
      help: "the Spark that this machine should be able to start. Default: the newest one with Delta Lake",
    },
    ...REMOTE_OPTIONS,
  },
  notes: [
    "Without a server, what the embedded Spark needs is checked, and nothing is installed or started. With one, what only the embedded Spark needs is at most a warning; a session is made on the server, a row is read through one of its Python workers, and the session is ended.",
    "The exit code is 1 if a check failed; warnings leave it at 0.",
  ],
  run: runDoctor,
};

async function runDoctor(context: CommandContext): Promise<number> {
  const { options, environment, terminal } = context;
  const named = await findRemote(options, environment);
  terminal.status("looking at this machine");
  const machine = await machineChecks({
    environment,
    needsLocalSpark: named === undefined,
    sparkVersion: options.text("spark-version"),
  });
  terminal.status("asking the server");
  const server =
    named === undefined ? [] : await serverChecks(context, await requireRemote(context));
  const checks = [...machine, ...server];
  const ok = !checks.some(({ status }) => status === "fail");
  await terminal.print(
    options.flag("json")
      ? `${JSON.stringify({ ok, checks })}\n`
      : checks.map((check) => checkText(check, terminal)).join(""),
  );
  if (named === undefined) {
    terminal.note(
      "No server is named, so none was checked: set SPARK_REMOTE, or give --remote-file or --remote.",
    );
  }
  return ok ? EXIT.ok : EXIT.failed;
}

function checkText({ name, status, detail, fix }: CheckResult, terminal: Terminal): string {
  const colour = COLOURS[status];
  const label = status.padEnd(4);
  const shown = colour === undefined ? label : terminal.coloured(colour, label);
  const advice = fix === null ? "" : `               ${printableText(fix)}\n`;
  return `${shown}  ${name.padEnd(9)}${printableText(detail)}\n${advice}`;
}
