import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

/** How often the owner updates the file, for others that cannot see its process. */
const HEARTBEAT_MS = 10_000;
/** An owner on another machine or in another container counts as dead after this time without an update. */
const SILENT_OWNER_MS = 120_000;

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
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string) {
    this.#path = path;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      // If the update fails, the next one tries again. At worst another process takes the lock.
      utimes(path, now, now).catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /**
   * Takes the lock, or returns the living process that holds it (undefined if the file does not name one).
   * The file's folder must exist.
   */
  static async tryTake(
    path: string,
  ): Promise<{ readonly lock: LockFile } | { readonly heldBy: LockOwner | undefined }> {
    const owner: LockOwner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
    const draft = `${path}.${randomUUID()}`;
    // A link creates the complete file at once, so that nobody reads a partial lock.
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
    try {
      while (!(await tryLink(draft, path))) {
        const held = await holderOf(path);
        if (held?.lives === true) return { heldBy: held.owner };
        if (held !== undefined) await removeDead(path, held.text);
      }
    } finally {
      await rm(draft, { force: true });
    }
    return { lock: new LockFile(path) };
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await rm(this.#path, { force: true });
  }
}

/** The lock's text, and whether its owner lives. For an unknown owner, only the file's age decides. */
async function holderOf(
  path: string,
): Promise<{ text: string; owner: LockOwner | undefined; lives: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const owner = parseOwner(text);
    const lives =
      owner?.host === hostname() ? isAlive(owner) : Date.now() - mtimeMs < SILENT_OWNER_MS;
    return { text, owner, lives };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a dead owner's lock, unless another process has replaced it meanwhile. */
async function removeDead(path: string, deadText: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Another process took the dead lock between our read and our rename: give it back.
  if ((await readFile(aside, "utf8")) !== deadText) await link(aside, path).catch(() => undefined);
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
