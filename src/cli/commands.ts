import type { Command } from "./command.js";

/** A command whose module loads when the command runs: the list of commands needs no Spark client. */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, in the order of the help. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: "up",
    summary: "start an embedded Spark on this machine and print its address",
    load: async () => (await import("./commands/up.js")).up,
  },
  {
    name: "sql",
    summary: "run one SQL statement and print its rows, or open a prompt",
    load: async () => (await import("./commands/sql.js")).sql,
  },
  {
    name: "sources",
    summary: "list the data sources of this package and their options",
    load: async () => (await import("./commands/sources.js")).sources,
  },
  {
    name: "types",
    summary: "write TypeScript types for tables, views and data sources",
    load: async () => (await import("./commands/types.js")).types,
  },
  {
    name: "streams list",
    summary: "list the streaming queries of a session",
    load: async () => (await import("./commands/streams-list.js")).streamsList,
  },
  {
    name: "streams watch",
    summary: "print the progress reports of streaming queries",
    load: async () => (await import("./commands/streams-watch.js")).streamsWatch,
  },
  {
    name: "streams stop",
    summary: "stop streaming queries",
    load: async () => (await import("./commands/streams-stop.js")).streamsStop,
  },
  {
    name: "doctor",
    summary: "check this machine and the server, and say how to fix problems",
    load: async () => (await import("./doctor/doctor.js")).doctor,
  },
  {
    name: "completion",
    summary: "print a script that completes commands and options in your shell",
    load: async () => (await import("./commands/completion.js")).completion,
  },
];

export const GROUP_NOTES: Readonly<Record<string, readonly string[]>> = {
  "": [
    "Commands that need a server read its address from --remote, --remote-file or the environment variable SPARK_REMOTE. If the address contains a token, use one of the last two: every user of a machine can read its command lines.",
    "Exit codes: 0 success, 1 failure, 2 wrong usage, 130 ended by Ctrl-C, 143 ended by SIGTERM.",
  ],
  streams: [
    "Only the session that started a streaming query can see it. Name that session with --session-id, with --state (the state file of a supervisor), or with session_id in the address.",
  ],
};
