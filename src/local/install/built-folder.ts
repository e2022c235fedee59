/** Folders of the cache that are built once, by one process at a time, and trusted only when complete. */
import { readFile, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { createPrivateFolder } from "./cache-folder.js";
import { withLock } from "./with-lock.js";
import type { ProgressStep } from "../progress.js";

/** Written last, so that a folder without it is known to be half-made. */
const MARKER = ".complete.json";

/** How to make one folder of the cache. */
export interface CachedFolder {
  readonly path: string;
  /** What the folder must hold, e.g. the list of requirements; another content means a rebuild. */
  readonly content: string;
  /** Free space a build needs, in bytes, temporary files included. */
  readonly neededBytes: number;
  /** Whether a complete-looking folder really works. */
  readonly isUsable: () => Promise<boolean>;
  /** Fills the empty folder. `temporaryFolder` is on the same disk and is removed afterwards. */
  readonly build: (temporaryFolder: string, step: ProgressStep) => Promise<void>;
}

/** Whether `folder` was completed with this content. Does not look at what is inside. */
async function isComplete(folder: Pick<CachedFolder, "path" | "content">): Promise<boolean> {
  const text = await readFile(join(folder.path, MARKER), "utf8").catch(() => undefined);
  return text === JSON.stringify({ content: folder.content });
}

/**
 * Fails unless the disk of `folder` has `neededBytes` free.
 *
 * @throws {LocalSparkError} `NO_DISK_SPACE`
 */
async function requireFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new LocalSparkError(
    "NO_DISK_SPACE",
    `Setting up the embedded Spark needs ${gigabytes(neededBytes)} GB of free disk in ${folder}, ` +
      `which has ${gigabytes(freeBytes)} GB. Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.`,
  );
}

/**
 * Makes sure the folder is there, complete and usable, building or rebuilding it where needed. While
 * one process builds, others wait. A build that fails or is killed leaves nothing that is trusted later.
 *
 * @param startStep called when there is something to wait for or to build; must return the running step
 * @throws {LocalSparkError} `NO_DISK_SPACE`, or whatever the build throws
 */
export async function ensureCachedFolder(
  folder: CachedFolder,
  startStep: () => ProgressStep,
  signal?: AbortSignal,
): Promise<void> {
  if ((await isComplete(folder)) && (await folder.isUsable())) return;
  const parent = await createPrivateFolder(dirname(folder.path));
  using step = startStep();
  await withLock(
    `${folder.path}.lock`,
    async () => {
      if ((await isComplete(folder)) && (await folder.isUsable())) return;
      const temporaryFolder = join(parent, `${basename(folder.path)}.tmp`);
      await rm(folder.path, { recursive: true, force: true });
      await rm(temporaryFolder, { recursive: true, force: true });
      await requireFreeSpace(parent, folder.neededBytes);
      try {
        await createPrivateFolder(folder.path);
        await createPrivateFolder(temporaryFolder);
        await folder.build(temporaryFolder, step);
        await writeFile(join(folder.path, MARKER), JSON.stringify({ content: folder.content }));
      } catch (error) {
        await rm(folder.path, { recursive: true, force: true });
        throw error;
      } finally {
        await rm(temporaryFolder, { recursive: true, force: true });
      }
    },
    {
      signal,
      onWait: (pid) => {
        step.update(`waiting for process ${pid}, which is setting it up`);
      },
    },
  );
}
