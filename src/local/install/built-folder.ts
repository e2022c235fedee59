/** Builds folders of the cache once, in one process at a time. An incomplete folder is never used. */
import { readFile, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { createPrivateFolder } from "../../files/cache-folder.js";
import { withLock } from "../../files/with-lock.js";
import type { ProgressStep } from "../progress.js";

/** The last file to be written. A folder without it is incomplete. */
const MARKER = ".complete.json";

/** A folder of the cache, and how to build it. */
export interface CachedFolder {
  readonly path: string;
  /** Describes the folder's content, e.g. the list of requirements. If it changes, the folder is rebuilt. */
  readonly content: string;
  /** The free space that a build needs, in bytes, with temporary files. */
  readonly neededBytes: number;
  /** Checks that a complete folder works. */
  readonly isUsable: () => Promise<boolean>;
  /** Fills the empty folder. `temporaryFolder` is on the same disk and is removed afterwards. */
  readonly build: (temporaryFolder: string, step: ProgressStep) => Promise<void>;
}

/** True if `folder` was completed with this content. Checks only the marker file. */
async function isComplete(folder: Pick<CachedFolder, "path" | "content">): Promise<boolean> {
  const text = await readFile(join(folder.path, MARKER), "utf8").catch(() => undefined);
  return text === JSON.stringify({ content: folder.content });
}

/**
 * Throws if the disk of `folder` has less than `neededBytes` free.
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
 * Ensures that the folder is complete and usable, and builds or rebuilds it if necessary. While
 * one process builds, others wait. If a build fails or is killed, its result is never used.
 *
 * @param startStep called before waiting or building; must return the running step
 * @throws {LocalSparkError} `NO_DISK_SPACE`, or the error of the build
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
        step.update(`waiting for process ${pid}, which is installing it`);
      },
    },
  );
}
