import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { SparkError } from "../errors.js";
import type { LockFile } from "../files/lock-file.js";
import { lockState } from "./state-lock.js";

/** The file's first field. It distinguishes our JSON from another program's. */
const FORMAT = "sparktide-supervisor";
const FORMAT_VERSION = 1;

/** The ids with which a later process finds a running query. */
export interface SavedRun {
  readonly queryId: string;
  readonly runId: string;
  /** The query calls a function in the supervising process, so a later process must bind its own. */
  readonly hasForeachBatch: boolean;
}

interface SavedState {
  readonly sessionId: string | undefined;
  readonly streams: ReadonlyMap<string, SavedRun>;
}

const EMPTY: SavedState = { sessionId: undefined, streams: new Map() };

/** The session and the runs of a supervisor, which a later process needs to adopt them. */
export interface SupervisorState {
  readonly sessionId: string | undefined;
  run(stream: string): SavedRun | undefined;
  /** Names of the streams that have a run. */
  streams(): readonly string[];
  /** Sets the session. Removes the runs if it is another session than before. */
  setSession(sessionId: string): void;
  /** Removes the session and its runs. */
  forgetSession(): void;
  setRun(stream: string, run: SavedRun): void;
  forgetRun(stream: string): void;
}

/** The state in a small JSON file, replaced atomically after each change. Without a path only in memory. */
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
   * Locks the file for this process and reads it. A missing file counts as empty.
   *
   * @param onFailure called when the file cannot be written
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

  /** Finishes pending writes and releases the lock. Deletes the file if there are no runs. */
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

  /** Writes one version at a time. Changes during a write are part of the next write. */
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

/** Replaces the file atomically: a crash leaves the old text or the new text, never a part. */
async function replace(path: string, text: string): Promise<void> {
  // The lock makes this process the only writer, so an existing draft comes from a crash.
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
  // Windows cannot open folders, and needs no sync for a rename.
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
      `${path} is not a supervisor's state file, so it was not changed. Set "state" to another path.`,
    );
  }
  if (fields["version"] !== FORMAT_VERSION) {
    throw new SparkError(
      "STATE_FILE_FOREIGN",
      `The state file ${path} has format version ${String(fields["version"])}; this sparktide reads version ${FORMAT_VERSION}. Use the sparktide that wrote it, or stop its queries and remove the file.`,
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
    `The state file ${path} is damaged: its content does not come from a supervisor. Remove it and start again: each stream then starts from its checkpoint. If one of its queries still runs, Spark stops it when its stream starts from the same checkpoint on the same server.`,
    { cause },
  );
}
