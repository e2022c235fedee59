/** The folder for all files that this client keeps between runs. */
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The cache folder: `$XDG_CACHE_HOME/sparktide`, or `~/.cache/sparktide`. It need not exist yet.
 *
 * Ignores a relative `XDG_CACHE_HOME`, as the XDG base directory specification requires.
 */
export function cacheFolder(environment: Environment = process.env): string {
  const configured = environment["XDG_CACHE_HOME"];
  const base =
    configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".cache");
  return join(base, "sparktide");
}

/** Creates `path` and its parents if they are missing, accessible only to the owner. Returns `path`. */
export async function createPrivateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
