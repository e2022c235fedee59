// The lines of earlier prompts, in a file that only the user can read.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The number of lines that the file keeps. */
export const HISTORY_LINES = 1000;

/** The path of the history: `sparktide/sql-history` in `XDG_STATE_HOME`, by default `~/.local/state`. */
export function historyPath(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME: state = "" } = environment;
  return join(
    state === "" ? join(homedir(), ".local", "state") : state,
    "sparktide",
    "sql-history",
  );
}

/** The lines of the file, the newest first. An unreadable file has no lines. */
export async function readHistory(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .reverse();
}

/** Writes the lines, the newest first. Lines that begin with a space are left out, so that a user can hide them. */
export async function writeHistory(path: string, lines: readonly string[]): Promise<void> {
  const kept = lines.filter((line) => line !== "" && !line.startsWith(" "));
  const text = kept.slice(0, HISTORY_LINES).reverse().join("\n");
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text === "" ? "" : `${text}\n`, { mode: 0o600 });
}
