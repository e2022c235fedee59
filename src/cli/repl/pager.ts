// Shows long results in a pager, as psql and git do.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * The command of the pager: `PAGER`, by default `less` if this machine has it. Undefined without a pager, also with an empty
 * `PAGER` or `PAGER=cat`.
 */
export function pagerCommand(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { PAGER: pager, PATH: path = "" } = environment;
  if (pager !== undefined) return /^\s*(cat)?\s*$/.test(pager) ? undefined : pager;
  return path.split(delimiter).some((folder) => existsSync(join(folder, "less")))
    ? "less"
    : undefined;
}

/**
 * Pipes text into the pager and waits for the user to leave it.
 *
 * @throws {unknown} the error of `text`. That the user leaves the pager before the end of the text is no error.
 */
export async function page(command: string, text: AsyncIterable<string>): Promise<void> {
  const child = spawn(command, {
    shell: true,
    stdio: ["pipe", "inherit", "inherit"],
    // Long lines are cut at the edge of the screen, and the arrow keys move sideways.
    env: { LESS: "-RS", ...process.env },
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => {
      resolve();
    });
    child.once("close", () => {
      resolve();
    });
  });
  try {
    await pipeline(Readable.from(text), child.stdin);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPIPE" && code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  } finally {
    await ended;
  }
}
