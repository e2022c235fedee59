/**
 * Class-data archives store Java's parsed classes in a file, which makes Spark start several times
 * faster. There is one for each combination of Spark version, Java build and class path.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, createPrivateFolder, type Environment } from "../../files/cache-folder.js";
import type { Java } from "./java.js";

/** The age after which a draft is removed. Servers that were killed while writing leave drafts behind. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/** The number of archives to keep. An upgrade of Java or Spark leaves an old one of about 150 MB behind. */
const KEPT_ARCHIVES = 6;

/** The exit codes of a Java that ended by itself or by SIGTERM. Only then is its archive complete. */
const CLEAN_EXITS: readonly number[] = [0, 143];

/** The archive for one start of Spark. */
export class ClassDataArchive {
  /** The path of the archive, which may not exist yet. */
  readonly path: string;
  /** True if the file existed at the start. */
  readonly exists: boolean;
  /** The path to which Java writes a new archive. */
  readonly draft: string;

  private constructor(path: string, exists: boolean) {
    this.path = path;
    this.exists = exists;
    this.draft = `${path}.${process.pid}.${Date.now()}.draft`;
  }

  /** Finds the archive of this combination. `classPath` must have its final order. */
  static async open(
    java: Java,
    sparkVersion: string,
    classPath: readonly string[],
    environment: Environment,
  ): Promise<ClassDataArchive> {
    const folder = await createPrivateFolder(join(cacheFolder(environment), "class-data"));
    const hash = createHash("sha256").update(
      `${sparkVersion}\n${java.path}\n${java.fullVersion}\n`,
    );
    for (const jar of classPath) {
      const { size, mtimeMs } = await stat(jar);
      hash.update(`${jar}\n${size}\n${Math.floor(mtimeMs)}\n`);
    }
    const name = `spark-${sparkVersion}-java${java.major}-${hash.digest("hex").slice(0, 12)}.jsa`;
    const path = join(folder, name);
    const exists = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    await prune(folder, name);
    return new ClassDataArchive(path, exists);
  }

  /**
   * Java options that use the archive, or write it at the end of Java. Java writes to a draft, so that an
   * incomplete file never has the final name. Java ignores an archive that does not fit. The log options
   * hide its messages about that and about classes that it cannot store.
   */
  get javaOptions(): readonly string[] {
    return [
      "-Xshare:auto",
      "-Xlog:disable",
      "-Xlog:all=error:stderr",
      this.exists ? `-XX:SharedArchiveFile=${this.path}` : `-XX:ArchiveClassesAtExit=${this.draft}`,
    ];
  }

  /**
   * Removes the archive if the running server does not use it, so that a later start writes a new one.
   * Works only on Linux, which lists the mapped files of a process.
   */
  async discardIfUnused(serverPid: number): Promise<void> {
    if (!this.exists) return;
    const maps = await readFile(`/proc/${serverPid}/maps`, "utf8").catch(() => "");
    if (maps !== "" && !maps.includes(this.path)) await rm(this.path, { force: true });
  }

  /** Renames the draft to its final name if Java completed it, else removes it. */
  async commit(exitCode: number): Promise<void> {
    if (this.exists) return;
    const written = CLEAN_EXITS.includes(exitCode)
      ? await rename(this.draft, this.path).then(
          () => true,
          () => false,
        )
      : false;
    if (!written) await rm(this.draft, { force: true });
  }
}

async function prune(folder: string, current: string): Promise<void> {
  const archives: { readonly path: string; readonly usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const entry = await stat(path).catch(() => undefined);
    if (entry === undefined || name === current) continue;
    if (name.endsWith(".jsa"))
      archives.push({ path, usedMs: Math.max(entry.atimeMs, entry.mtimeMs) });
    else if (Date.now() - entry.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
  }
  archives.sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of archives.slice(KEPT_ARCHIVES - 1)) await rm(path, { force: true });
}
