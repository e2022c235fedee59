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
  summary: "Check this machine, and the server if you name one, and say how to fix problems",
  usage: "",
  maxArguments: 0,
  options: {
    "spark-version": {
      type: "string",
      value: "VERSION",
      help: "check for this version of the embedded Spark. Default: the newest with Delta Lake",
    },
    ...REMOTE_OPTIONS,
  },
  notes: [
    "Without a server, the command checks what the embedded Spark needs. It installs and starts nothing. With a server, it creates a session there, reads one row through a Python worker, and closes the session; problems that only the embedded Spark has are then warnings.",
    "The exit code is 1 if a check fails, and 0 if there are only warnings.",
  ],
  run: runDoctor,
};

async function runDoctor(context: CommandContext): Promise<number> {
  const { options, environment, terminal } = context;
  const named = await findRemote(options, environment);
  terminal.status("checking this machine");
  const machine = await machineChecks({
    environment,
    needsLocalSpark: named === undefined,
    sparkVersion: options.text("spark-version"),
  });
  terminal.status("checking the server");
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
      "No server was checked. To check one, set SPARK_REMOTE, or give --remote-file or --remote.",
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
