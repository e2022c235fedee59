import type { Command } from "./command.js";

/** A command that is loaded when it is called: help needs no client. */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, in the order the help lists them. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: "up",
    summary: "start an embedded Spark here and print its address",
    load: async () => (await import("./commands/up.js")).up,
  },
  {
    name: "sql",
    summary: "run one SQL statement and print its rows",
    load: async () => (await import("./commands/sql.js")).sql,
  },
  {
    name: "sources",
    summary: "list the data sources in this package, and their options",
    load: async () => (await import("./commands/sources.js")).sources,
  },
  {
    name: "streams list",
    summary: "list the streaming queries of a session",
    load: async () => (await import("./commands/streams-list.js")).streamsList,
  },
  {
    name: "streams watch",
    summary: "print the reports of streaming queries as they come",
    load: async () => (await import("./commands/streams-watch.js")).streamsWatch,
  },
  {
    name: "streams stop",
    summary: "stop streaming queries",
    load: async () => (await import("./commands/streams-stop.js")).streamsStop,
  },
  {
    name: "doctor",
    summary: "check this machine and the server, and say what to fix",
    load: async () => (await import("./doctor/doctor.js")).doctor,
  },
];

export const GROUP_NOTES: Readonly<Record<string, readonly string[]>> = {
  "": [
    "Commands that need a server take it from --remote, --remote-file or the variable SPARK_REMOTE. Prefer the last two for an address with a token: every user of a machine can read its command lines.",
    "Exit codes: 0 done, 1 failed, 2 not understood, 130 ended by Ctrl-C, 143 by SIGTERM.",
  ],
  streams: [
    "A streaming query belongs to the session that started it, and only that session sees it: name the session with --session-id, with --state (a supervisor's state file), or with session_id in the address.",
  ],
};
