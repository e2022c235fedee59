import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { SparkError } from "../../errors.js";
import { LockFile, type LockOwner } from "../../files/lock-file.js";
import { waitMs } from "../../waiting.js";
import type { LeaseHolder, StateLease, StateStore } from "./state-store.js";

/** A writer holds its lock for milliseconds. After this time it counts as suspended. */
const WRITER_LEASE_MS = 2_000;
/** The wait for another writer. */
const WRITER_WAIT_MS = 5;

/**
 * A state in a file, with a lock file beside it. Each change replaces the file in one step: a crash leaves the old text or the
 * new text, never a part. Only the owner can read it.
 */
export class FileStateStore implements StateStore {
  readonly location: string;

  constructor(path: string) {
    this.location = path;
  }

  async read(): Promise<string | undefined> {
    try {
      return await readFile(this.location, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async compareAndSet(expected: string | undefined, next: string | undefined): Promise<boolean> {
    for (;;) {
      const writer = await this.#writerLock();
      try {
        if ((await this.read()) !== expected) return false;
        if (await replace(this.location, next, () => writer.renew())) return true;
        // This process was suspended, and another one may have written meanwhile.
      } finally {
        await writer.release();
      }
    }
  }

  async tryLease(leaseMs: number): Promise<StateLease | LeaseHolder> {
    const taken = await this.#tryLock("lock", leaseMs);
    return "lock" in taken ? taken.lock : { heldBy: ownerText(taken.heldBy) };
  }

  async #writerLock(): Promise<LockFile> {
    for (;;) {
      const taken = await this.#tryLock("writing", WRITER_LEASE_MS);
      if ("lock" in taken) return taken.lock;
      await waitMs(WRITER_WAIT_MS);
    }
  }

  async #tryLock(suffix: string, leaseMs: number): ReturnType<typeof LockFile.tryTake> {
    try {
      return await LockFile.tryTake(`${this.location}.${suffix}`, { leaseMs });
    } catch (error) {
      throw this.#notWritable(error);
    }
  }

  #notWritable(cause: unknown): SparkError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SparkError(
      "STATE_FILE_NOT_WRITABLE",
      `The folder of the state file ${this.location} is not writable: ${reason}. Create the folder, and allow this process to write there.`,
      { cause },
    );
  }
}

function ownerText(owner: LockOwner | undefined): string {
  return owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
}

/**
 * Replaces or removes the file. The new text is complete on the disk before `mayReplace` is called, so that hardly any time
 * passes between its answer and the change. Returns false, without a change, if the answer is false.
 */
async function replace(
  path: string,
  text: string | undefined,
  mayReplace: () => Promise<boolean>,
): Promise<boolean> {
  const draft = `${path}.draft`;
  // The lock makes this process the only writer, so an existing draft comes from a crash or a failed write.
  await rm(draft, { force: true });
  if (text !== undefined) await writeDurably(draft, text);
  if (!(await mayReplace())) return false;
  if (text === undefined) await rm(path, { force: true });
  else await rename(draft, path);
  await syncFolder(dirname(path));
  return true;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders, and needs no sync for a rename.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
