/** A lock between processes, held by a file that names its owner. */
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** How often a waiting process looks again. */
const RETRY_EVERY_MS = 200;
/** How often the owner shows that it lives, for waiters that cannot see its process. */
const HEARTBEAT_MS = 10_000;
/** An owner on another machine (a shared home folder) is given up for dead after this silence. */
const SILENT_OWNER_MS = 120_000;

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

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return owner.born === "" || owner.born === birthOf(owner.pid);
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

/** Whether the lock's owner is gone. A lock that cannot be read is judged by its age alone. */
async function isStale(path: string, text: string): Promise<boolean> {
  const owner = parseOwner(text);
  if (owner?.host === hostname()) return !isAlive(owner);
  const age = await stat(path).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
  return age > SILENT_OWNER_MS;
}

/** Removes a stale lock, unless another process has replaced it in the meantime. */
async function removeStale(path: string, staleText: string): Promise<void> {
  const aside = `${path}.${process.pid}.${Date.now()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Somebody else took the stale lock over between our look and our rename: give it back.
  if ((await readFile(aside, "utf8")) !== staleText) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Runs `work` while holding the lock file `path`, whose folder must exist.
 *
 * Waits while another living process holds it, calling `onWait` with that process' id each time it
 * looks; a lock whose owner is dead is taken over.
 *
 * @throws `signal.reason` when aborted while waiting
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onWait?: (ownerPid: number) => void;
  } = {},
): Promise<T> {
  const owner: Owner = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  // Linked into place, so that no one ever reads a lock that is only half written.
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    while (!(await tryLink(draft, path))) {
      options.signal?.throwIfAborted();
      const text = await readFile(path, "utf8").catch(() => undefined);
      if (text === undefined) continue;
      if (await isStale(path, text)) {
        await removeStale(path, text);
        continue;
      }
      options.onWait?.(parseOwner(text)?.pid ?? 0);
      await delay(RETRY_EVERY_MS, undefined, { signal: options.signal }).catch(() => undefined);
    }
  } finally {
    await rm(draft, { force: true });
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    void utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
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
