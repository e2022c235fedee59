// The commands in words, and when they make sense.
import type { CommandName, StreamSummary } from "../documents.js";

export interface CommandText {
  readonly label: string;
  readonly question: (stream: string) => string;
  /** What will happen. */
  readonly explanation: string;
  readonly done: (stream: string) => string;
  /** The command cannot be taken back with another one. */
  readonly isDangerous?: true;
}

export const COMMANDS: Readonly<Record<CommandName, CommandText>> = {
  pause: {
    label: "Pause",
    question: (stream) => `Pause ${stream}?`,
    explanation:
      "The running batch ends first. Then the stream stays paused until somebody resumes it, " +
      "also when this service starts again. It continues where it ended, so nothing is lost.",
    done: (stream) => `${stream} pauses.`,
  },
  resume: {
    label: "Resume",
    question: (stream) => `Resume ${stream}?`,
    explanation: "The stream starts again and continues where it ended.",
    done: (stream) => `${stream} resumes.`,
  },
  run: {
    label: "Run now",
    question: (stream) => `Run ${stream} now?`,
    explanation:
      "The stream processes everything that is new, and then waits for its schedule again. The schedule does not change.",
    done: (stream) => `${stream} runs.`,
  },
  restart: {
    label: "Restart",
    question: (stream) => `Restart ${stream}?`,
    explanation:
      "The running batch ends first. Then the stream starts again from its checkpoint. A wait after a failure ends now.",
    done: (stream) => `${stream} restarts.`,
  },
  stop: {
    label: "Stop",
    question: (stream) => `Stop ${stream}?`,
    explanation:
      "The running batch ends first. The stream stays in the list, and it does not start again by itself. " +
      "Its checkpoint stays where it is.",
    done: (stream) => `${stream} stops.`,
  },
  remove: {
    label: "Remove",
    question: (stream) => `Remove ${stream}?`,
    explanation:
      "The running batch ends first. Then the stream disappears from this list. " +
      "Its checkpoint and the data that it wrote stay where they are.",
    done: (stream) => `${stream} was removed.`,
    isDangerous: true,
  },
};

/** What a command does to a pipeline, where that differs. A run has no batches in which it could wait. */
const FOR_PIPELINES: Readonly<Partial<Record<CommandName, string>>> = {
  pause:
    "A run under way is stopped on the server. The pipeline stays paused until somebody resumes it, " +
    "also when this service starts again. Then it begins with the stopped run.",
  resume: "The pipeline runs by its schedule again. A run that was stopped is repeated first.",
  run: "The pipeline runs now, and then waits for its schedule again. The schedule does not change.",
  restart:
    "A run under way is stopped on the server, and starts again. A wait after a failure ends now.",
  stop: "A run under way is stopped on the server. The pipeline stays in the list, and it does not start again by itself.",
  remove:
    "A run under way is stopped on the server. Then the pipeline disappears from this list. Its tables stay where they are.",
};

/** What a command will do. */
export function explanation(stream: StreamSummary, command: CommandName): string {
  const ofPipeline = stream.pipeline === null ? undefined : FOR_PIPELINES[command];
  return ofPipeline ?? COMMANDS[command].explanation;
}

const ENDED = ["stopped", "completed", "superseded", "fatal"];

/** The commands of `allowed` that change something in the stream's state, in the order of their buttons. */
export function usefulCommands(
  stream: StreamSummary,
  allowed: readonly CommandName[],
): readonly CommandName[] {
  const isEnded = ENDED.includes(stream.state);
  const isPaused = stream.desired === "paused" || stream.state === "paused";
  const useful: Readonly<Record<CommandName, boolean>> = {
    resume: isPaused || stream.desired === "stopped" || stream.state === "stopped",
    pause: !isPaused && !isEnded,
    run: stream.schedule !== null && stream.state === "waiting",
    restart: !isPaused && stream.state !== "waiting" && stream.desired !== "stopped",
    stop: !isEnded && stream.desired !== "stopped",
    remove: true,
  };
  return (Object.keys(useful) as CommandName[]).filter(
    (command) => useful[command] && allowed.includes(command),
  );
}
