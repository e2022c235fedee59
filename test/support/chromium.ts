import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What to do if no browser is found. */
export const NO_CHROMIUM =
  "No Chromium was found, so the tests in a browser are skipped. Install it (apt-get install chromium), or set CHROMIUM_PATH.";

/** The Chromium or Chrome for tests: CHROMIUM_PATH, or the first on PATH. Undefined if there is none. */
export function chromiumPath(): string | undefined {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen))
      throw new Error(`CHROMIUM_PATH is ${chosen}, but this file does not exist.`);
    return chosen;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) => PROGRAMS.map((program) => join(folder, program)))
    .find((path) => existsSync(path));
}
