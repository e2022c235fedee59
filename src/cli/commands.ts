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
    name: "streams add",
    summary: "add a stream to a running supervisor",
    load: async () => (await import("./commands/streams-steer.js")).streamsAdd,
  },
  {
    name: "streams pause",
    summary: "stop a supervised stream until it is resumed",
    load: async () => (await import("./commands/streams-steer.js")).streamsPause,
  },
  {
    name: "streams resume",
    summary: "start a paused stream again",
    load: async () => (await import("./commands/streams-steer.js")).streamsResume,
  },
  {
    name: "streams restart",
    summary: "stop a supervised stream and start it again",
    load: async () => (await import("./commands/streams-steer.js")).streamsRestart,
  },
  {
    name: "streams run",
    summary: "run a scheduled stream now",
    load: async () => (await import("./commands/streams-steer.js")).streamsRun,
  },
  {
    name: "streams upgrade",
    summary: "replace a stream's declaration, with a way back",
    load: async () => (await import("./commands/streams-steer.js")).streamsUpgrade,
  },
  {
    name: "streams remove",
    summary: "stop a supervised stream and forget it",
    load: async () => (await import("./commands/streams-steer.js")).streamsRemove,
  },
  {
    name: "pipelines init",
    summary: "create a project with a sample pipeline",
    load: async () => (await import("./commands/pipelines-init.js")).pipelinesInit,
  },
  {
    name: "pipelines run",
    summary: "run a declarative pipeline and print its events",
    load: async () => (await import("./commands/pipelines-run.js")).pipelinesRun,
  },
  {
    name: "pipelines dry-run",
    summary: "check a pipeline without running its flows",
    load: async () => (await import("./commands/pipelines-run.js")).pipelinesDryRun,
  },
  {
    name: "pipelines graph",
    summary: "print the datasets of a pipeline and the flows between them",
    load: async () => (await import("./commands/pipelines-graph.js")).pipelinesGraph,
  },
  {
    name: "monitor",
    summary: "serve a live page of a session's streaming queries",
    load: async () => (await import("./commands/monitor.js")).monitor,
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
  pipelines: [
    "A pipeline is a file spark-pipeline.yml with the keys of PySpark's spark-pipelines, and its libraries: .sql files, and TypeScript or JavaScript modules. docs/guides/pipelines.md explains them. Spark 4.1 and newer.",
  ],
  streams: [
    "add, pause, resume, restart, run, upgrade and remove talk to the monitor of a running supervisor (--address). list, watch and stop talk to Spark.",
    "Only the session that started a streaming query can see it. Name that session with --session-id, with --state (the state file of a supervisor), or with session_id in the address.",
  ],
};
