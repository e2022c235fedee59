import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

/** How often the owner shows that it lives, for those who cannot see its process. */
const HEARTBEAT_MS = 10_000;
/** An owner on another machine, or in another container, is given up for dead after this silence. */
const SILENT_OWNER_MS = 120_000;

/** The process that holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same pid; empty where the system does not say. */
  readonly born: string;
}

/** Start time of a process, field 22 of /proc/PID/stat; empty where there is no /proc. */
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

/** A lock between processes, held by a file that names its owner; one whose owner is dead is free. */
export class LockFile {
  readonly #path: string;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(path: string) {
    this.#path = path;
    this.#heartbeat = setInterval(() => {
      const now = new Date();
      // A lock that cannot be touched is at worst taken over; the next beat tries again.
      utimes(path, now, now).catch(() => undefined);
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /**
   * Takes the lock, or says who has it: a living process, or one that cannot be told (undefined).
   * The file's folder must exist.
   */
  static async tryTake(
    path: string,
  ): Promise<{ readonly lock: LockFile } | { readonly heldBy: LockOwner | undefined }> {
    const owner: LockOwner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
    const draft = `${path}.${randomUUID()}`;
    // Linked into place, so that no one ever reads a lock that is only half written.
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

/** The lock's text, and whether its owner lives; one that cannot be read is judged by its age alone. */
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

/** Removes a dead owner's lock, unless another process has replaced it in the meantime. */
async function removeDead(path: string, deadText: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Somebody else took the dead lock over between our look and our rename: give it back.
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
