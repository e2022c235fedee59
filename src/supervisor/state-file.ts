import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { SparkError } from "../errors.js";
import type { LockFile } from "../files/lock-file.js";
import { lockState } from "./state-lock.js";

/** The file's first field, so that another program's JSON is told from ours. */
const FORMAT = "sparktide-supervisor";
const FORMAT_VERSION = 1;

/** A running query, as a later process finds it again. */
export interface SavedRun {
  readonly queryId: string;
  readonly runId: string;
  /** Its callback runs in the process that supervises it, and must be bound again. */
  readonly hasForeachBatch: boolean;
}

interface SavedState {
  readonly sessionId: string | undefined;
  readonly streams: ReadonlyMap<string, SavedRun>;
}

const EMPTY: SavedState = { sessionId: undefined, streams: new Map() };

/** Which session and which runs a supervisor has: what a next process needs to go on with them. */
export interface SupervisorState {
  readonly sessionId: string | undefined;
  run(stream: string): SavedRun | undefined;
  /** Names of the streams that have a run. */
  streams(): readonly string[];
  /** A session, with no runs yet unless it is the one the runs are in. */
  setSession(sessionId: string): void;
  /** The session is gone, its runs with it. */
  forgetSession(): void;
  setRun(stream: string, run: SavedRun): void;
  forgetRun(stream: string): void;
}

/** The state in a small JSON file, written whole after each change; without a path in memory alone. */
export class StateFile implements SupervisorState {
  readonly #path: string | undefined;
  readonly #lock: LockFile | undefined;
  readonly #onFailure: (path: string, error: unknown) => void;
  #state: SavedState;
  #writing: Promise<void> | undefined;
  #isDirty = false;

  private constructor(
    path: string | undefined,
    lock: LockFile | undefined,
    state: SavedState,
    onFailure: (path: string, error: unknown) => void,
  ) {
    this.#path = path;
    this.#lock = lock;
    this.#state = state;
    this.#onFailure = onFailure;
  }

  /**
   * Takes the file for this process and reads it; one that is not there yet is empty.
   *
   * @param onFailure told when the file cannot be written
   * @throws {SparkError} code STATE_FILE_IN_USE, STATE_FILE_NOT_WRITABLE, STATE_FILE_CORRUPT or
   *   STATE_FILE_FOREIGN
   */
  static async open(
    path: string | undefined,
    onFailure: (path: string, error: unknown) => void,
  ): Promise<StateFile> {
    if (path === undefined) return new StateFile(undefined, undefined, EMPTY, onFailure);
    const lock = await lockState(path);
    try {
      return new StateFile(path, lock, await read(path), onFailure);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  get sessionId(): string | undefined {
    return this.#state.sessionId;
  }

  run(stream: string): SavedRun | undefined {
    return this.#state.streams.get(stream);
  }

  streams(): readonly string[] {
    return [...this.#state.streams.keys()];
  }

  setSession(sessionId: string): void {
    if (this.#state.sessionId === sessionId) return;
    this.#change({ sessionId, streams: new Map() });
  }

  forgetSession(): void {
    this.#change(EMPTY);
  }

  setRun(stream: string, run: SavedRun): void {
    const streams = new Map(this.#state.streams).set(stream, run);
    this.#change({ ...this.#state, streams });
  }

  forgetRun(stream: string): void {
    const streams = new Map(this.#state.streams);
    if (streams.delete(stream)) this.#change({ ...this.#state, streams });
  }

  /** Writes what is still unwritten and gives the file free; without runs nothing of it is left. */
  async close(): Promise<void> {
    if (this.#path === undefined) return;
    await this.#writing;
    if (this.#state.streams.size === 0) await rm(this.#path, { force: true });
    await this.#lock?.release();
  }

  #change(state: SavedState): void {
    this.#state = state;
    if (this.#path === undefined) return;
    this.#isDirty = true;
    this.#writing ??= this.#write(this.#path);
  }

  /** One write at a time; changes made during one are in the next. */
  async #write(path: string): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      try {
        await replace(path, serialized(this.#state));
      } catch (error) {
        this.#onFailure(path, error);
      }
    }
    this.#writing = undefined;
  }
}

function serialized({ sessionId, streams }: SavedState): string {
  const state = {
    format: FORMAT,
    version: FORMAT_VERSION,
    sessionId: sessionId ?? null,
    streams: Object.fromEntries(streams),
  };
  return `${JSON.stringify(state, undefined, 2)}\n`;
}

/** Puts the text in the file's place at once: a crash leaves the old text or the new one, never a part. */
async function replace(path: string, text: string): Promise<void> {
  // The lock makes us the only writer, so a draft that is there is what a crash has left.
  const draft = `${path}.draft`;
  await rm(draft, { force: true });
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // Windows opens no folders, and keeps a rename without being asked.
  if (process.platform === "win32") return;
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function read(path: string): Promise<SavedState> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return EMPTY;
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(path, error);
  }
  const fields = record(value);
  if (fields?.["format"] !== FORMAT) {
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `${path} is not a supervisor's state file and is left as it is. Give "state" a path of its own.`,
    );
  }
  if (fields["version"] !== FORMAT_VERSION) {
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `The state file ${path} has format version ${String(fields["version"])}; this sparktide reads ${FORMAT_VERSION}. Go on with the version that wrote it, or stop its queries and remove the file.`,
    );
  }
  const sessionId = fields["sessionId"];
  const streams = savedRuns(fields["streams"]);
  if ((typeof sessionId !== "string" && sessionId !== null) || streams === undefined) {
    throw corrupt(path);
  }
  return { sessionId: sessionId ?? undefined, streams };
}

function savedRuns(value: unknown): ReadonlyMap<string, SavedRun> | undefined {
  const entries = record(value);
  if (entries === undefined) return undefined;
  const runs = new Map<string, SavedRun>();
  for (const [stream, entry] of Object.entries(entries)) {
    const { queryId, runId, hasForeachBatch } = record(entry) ?? {};
    if (typeof queryId !== "string" || typeof runId !== "string") return undefined;
    if (typeof hasForeachBatch !== "boolean") return undefined;
    runs.set(stream, { queryId, runId, hasForeachBatch });
  }
  return runs;
}

function record(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}

function corrupt(path: string, cause?: unknown): SparkError {
  return new SparkError(
    "STATE_FILE_CORRUPT",
    `The state file ${path} cannot be read: it is not what a supervisor wrote there. If no query of it still runs, remove it and start again: each stream then starts from its checkpoint. A query that does still run ends when its stream starts from the same checkpoint on the same server.`,
    { cause },
  );
}
