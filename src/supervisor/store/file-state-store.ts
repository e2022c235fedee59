import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SparkError } from "../../errors.js";
import { LockFile, type LockOwner } from "../../files/lock-file.js";
import { waitMs } from "../../waiting.js";
import type { LeaseHolder, StateLease, StateStore } from "./state-store.js";

/** A writer holds its lock for milliseconds. After this time it counts as suspended. */
const WRITER_LEASE_MS = 2_000;
/** Follows the file's name in the name of a draft. */
const DRAFT = ".draft-";
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
        await removeDrafts(this.location);
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
 * Removes the drafts of writers that crashed or were suspended while they held the lock. A suspended writer then cannot replace
 * the file when it continues, because its draft is gone. So call this before the file is read.
 */
async function removeDrafts(path: string): Promise<void> {
  const prefix = `${basename(path)}${DRAFT}`;
  const names = await readdir(dirname(path));
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    await rm(join(dirname(path), name), { force: true });
  }
}

/**
 * Replaces or removes the file. Returns false, without a change, if another process has taken the lock.
 *
 * @param holdsLock called when the draft is complete: a process that takes the lock later removes the draft
 */
async function replace(
  path: string,
  text: string | undefined,
  holdsLock: () => Promise<boolean>,
): Promise<boolean> {
  const draft = `${path}${DRAFT}${randomUUID()}`;
  try {
    if (text !== undefined) await writeDurably(draft, text);
    if (!(await holdsLock())) return false;
    if (text === undefined) await rm(path, { force: true });
    else if (!(await renamed(draft, path))) return false;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** False if the file is gone. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
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
