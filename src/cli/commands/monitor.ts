import { serveMonitor, watchSession } from "../../monitor/index.js";
import type { StreamingQuery } from "../../index.js";
import type { Command, CommandContext } from "../command.js";
import { EXIT, OutputClosed } from "../exit-code.js";
import { readToken } from "../monitor-client.js";
import { REMOTE_OPTIONS } from "../remote.js";
import { joinSession, savedRuns, SESSION_NOTES, SESSION_OPTIONS } from "../session-of.js";

export const monitor: Command = {
  name: "monitor",
  summary: "Serve a live page of a session's streaming queries, until Ctrl-C",
  usage: "",
  maxArguments: 0,
  options: {
    port: { type: "string", value: "N", help: "default: 4040. 0 takes a free port" },
    host: {
      type: "string",
      value: "HOST",
      help: "the address to listen on. Default: 127.0.0.1. Any other needs --token-file",
    },
    "token-file": {
      type: "string",
      value: "FILE",
      help: "a file with the secret that the page asks for, at least 16 characters",
    },
    ...SESSION_OPTIONS,
    ...REMOTE_OPTIONS,
  },
  notes: [
    "The command prints the address of the page. With --state, the streams have the supervisor's names. The page shows the streams and gives no commands: for these, serve the monitor in the supervisor's process (docs/guides/monitor.md).",
    "The command polls the server. It adds no listener, so the process that owns the queries still receives all events. The exit code is 0 if Ctrl-C or SIGTERM ends it.",
    ...SESSION_NOTES,
  ],
  run: runMonitor,
};

async function runMonitor(context: CommandContext): Promise<number> {
  const { options, terminal, signal } = context;
  const port = options.integer("port", 0, 65_535);
  const host = options.text("host");
  const tokenFile = options.text("token-file");
  const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
  await using joined = await joinSession(context);
  const nameOf = options.text("state") === undefined ? undefined : supervisedName(context);
  await using session = watchSession(joined.spark, { nameOf });
  await using served = await serveMonitor({ supervisor: session, port, host, token });
  const { url } = served;
  await terminal.print(options.flag("json") ? `${JSON.stringify({ url })}\n` : `${url}\n`);
  terminal.note("The monitor runs until Ctrl-C.");
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
    if (signal.aborted) resolve();
  });
  if (signal.reason instanceof OutputClosed) throw signal.reason;
  return EXIT.ok;
}

/** The supervisor's name of a query. The file is read again for each new query, because a restart changes the run's id. */
function supervisedName({
  options,
}: CommandContext): (query: StreamingQuery) => Promise<string | undefined> {
  return async (query) => {
    const runs = await savedRuns(options.text("state") ?? "").catch(() => []);
    return runs.find(({ queryId }) => queryId === query.id)?.stream;
  };
}
