import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";

/** How often the owner updates the file, for others that cannot see its process. */
const HEARTBEAT_MS = 10_000;
/** An owner on another machine or in another container counts as dead after this time without an update. */
const SILENT_OWNER_MS = 120_000;

/** Options of LockFile.tryTake(). */
export interface LockOptions {
  /**
   * An owner that did not update the file for so many milliseconds loses the lock, also if its process exists: it
   * hangs or is suspended. Default: a living process of this machine keeps its lock.
   */
  readonly leaseMs?: number | undefined;
}

/** The process that holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** Start time, which distinguishes a process from a later one with the same pid; empty if unknown. */
  readonly born: string;
}

/** Start time of a process, from field 22 of /proc/PID/stat; empty without /proc. */
function birthOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive({ pid, born }: LockOwner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  return born === "" || born === birthOf(pid);
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner> | null;
    if (typeof owner?.pid !== "number" || typeof owner.host !== "string") return undefined;
    return { pid: owner.pid, host: owner.host, born: owner.born ?? "" };
  } catch {
    return undefined;
  }
}

/** A lock between processes: a file that names its owner. When the owner is dead, the lock is free. */
export class LockFile {
  readonly #path: string;
  /** The file that this process created. Another process' lock at the same path is another file. */
  readonly #file: FileHandle;
  readonly #heartbeat: NodeJS.Timeout | undefined;
  #isReleased = false;

  private constructor(path: string, file: FileHandle, { leaseMs }: LockOptions) {
    this.#path = path;
    this.#file = file;
    // The owner of a lease renews it itself, because it must know whether it still holds it.
    if (leaseMs !== undefined) return;
    this.#heartbeat = setInterval(() => {
      // If the update fails, the next one tries again. At worst another process takes the lock.
      this.renew().catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /**
   * Takes the lock, or returns the living process that holds it (undefined if the file does not name one).
   * The file's folder must exist.
   */
  static async tryTake(
    path: string,
    options: LockOptions = {},
  ): Promise<{ readonly lock: LockFile } | { readonly heldBy: LockOwner | undefined }> {
    const owner: LockOwner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
    const draft = `${path}.${randomUUID()}`;
    // A link creates the complete file at once, so that nobody reads a partial lock.
    const file = await open(draft, "wx", 0o600);
    let isTaken = false;
    try {
      await file.writeFile(JSON.stringify(owner));
      while (!(await tryLink(draft, path))) {
        const held = await holderOf(path, options);
        if (held?.lives === true) return { heldBy: held.owner };
        if (held !== undefined) await removeDead(path, held.text, options);
      }
      isTaken = true;
    } finally {
      await rm(draft, { force: true });
      if (!isTaken) await file.close();
    }
    return { lock: new LockFile(path, file, options) };
  }

  /** Tells other processes that the owner lives. Returns false if another process has taken the lock meanwhile. */
  async renew(): Promise<boolean> {
    if (this.#isReleased) return false;
    const now = new Date();
    // First the time, then the check: a process that takes the lock moves the file away before it reads the time.
    await this.#file.utimes(now, now);
    return this.#isHeld();
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearInterval(this.#heartbeat);
    if (await this.#isHeld()) await rm(this.#path, { force: true });
    await this.#file.close();
  }

  async #isHeld(): Promise<boolean> {
    try {
      const [own, current] = await Promise.all([
        this.#file.stat({ bigint: true }),
        stat(this.#path, { bigint: true }),
      ]);
      return own.ino === current.ino && own.dev === current.dev;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    }
  }
}

/** The lock's text, and whether its owner lives. For an unknown owner, only the file's age decides. */
async function holderOf(
  path: string,
  { leaseMs }: LockOptions,
): Promise<{ text: string; owner: LockOwner | undefined; lives: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const owner = parseOwner(text);
    const silentMs = Date.now() - mtimeMs;
    const lives =
      owner?.host === hostname()
        ? isAlive(owner) && silentMs < (leaseMs ?? Infinity)
        : silentMs < Math.max(SILENT_OWNER_MS, leaseMs ?? 0);
    return { text, owner, lives };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a dead owner's lock, unless it was renewed or another process has replaced it meanwhile. */
async function removeDead(path: string, deadText: string, options: LockOptions): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const held = await holderOf(aside, options);
  if (held?.text !== deadText || held.lives) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
