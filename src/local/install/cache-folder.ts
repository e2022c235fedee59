/** Where everything this client keeps between runs lives. */
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Environment variables by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The cache folder: `$XDG_CACHE_HOME/sparktide`, or `~/.cache/sparktide`. It need not exist yet.
 *
 * A relative `XDG_CACHE_HOME` is ignored, as the XDG base directory specification asks.
 */
export function cacheFolder(environment: Environment = process.env): string {
  const configured = environment["XDG_CACHE_HOME"];
  const base =
    configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".cache");
  return join(base, "sparktide");
}

/** Creates `path` and its parents if missing; new folders are open to the owner only. Returns `path`. */
export async function createPrivateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
