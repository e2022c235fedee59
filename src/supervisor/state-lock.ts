import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { SparkError } from "../errors.js";

/** How often the owner shows that it lives, for those who cannot see its process. */
const HEARTBEAT_MS = 10_000;
/** An owner on another machine, or in another container, is taken for dead after this silence. */
const SILENT_OWNER_MS = 60_000;

interface Owner {
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

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    if (typeof owner?.pid !== "number" || typeof owner.host !== "string") return undefined;
    return { pid: owner.pid, host: owner.host, born: owner.born ?? "" };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, born }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return born === "" || born === birthOf(pid);
}

/** The lock's text, and whether whoever holds it still works on the state file; undefined without one. */
async function holder(
  path: string,
): Promise<{ text: string; owner: Owner | undefined; lives: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const owner = parseOwner(text);
    const lives =
      owner?.host === hostname() ? isAlive(owner) : Date.now() - mtimeMs < SILENT_OWNER_MS;
    return { text, owner, lives };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Keeps a second process off a state file: two supervisors would take each other's queries. */
export class StateLock {
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
   * Takes the lock beside the state file; one whose owner is dead is taken over.
   *
   * @throws {SparkError} code STATE_FILE_IN_USE or STATE_FILE_NOT_WRITABLE
   */
  static async take(statePath: string): Promise<StateLock> {
    const path = `${statePath}.lock`;
    const owner: Owner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
    const draft = `${path}.${randomUUID()}`;
    // Linked into place, so that no one ever reads a lock that is only half written.
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 }).catch((error: unknown) => {
      throw notWritable(statePath, error);
    });
    try {
      while (!(await tryLink(draft, path))) {
        const held = await holder(path);
        if (held?.lives === true) throw inUse(statePath, held.owner);
        if (held !== undefined) await removeDead(path, held.text);
      }
    } finally {
      await rm(draft, { force: true });
    }
    return new StateLock(path);
  }

  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await rm(this.#path, { force: true });
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
  if ((await readFile(aside, "utf8")) !== deadText) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function inUse(statePath: string, owner: Owner | undefined): SparkError {
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host}`;
  return new SparkError(
    "STATE_FILE_IN_USE",
    `The state file ${statePath} is in use by ${who}. One supervisor runs on a state file at a time: stop that process, or give this one a file of its own.`,
  );
}

function notWritable(statePath: string, cause: unknown): SparkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SparkError(
    "STATE_FILE_NOT_WRITABLE",
    `Nothing can be written beside the state file ${statePath}: ${reason}. Its folder must exist, and this process must be allowed to write there.`,
    { cause },
  );
}
