import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Adds figures to the summary of the run. Test files run side by side, so the file is read and written without a pause. */
export function addFigures(figures: Readonly<Record<string, number | string>>): void {
  const path = process.env["SPARKTIDE_FAULTS_FIGURES"];
  if (path === undefined) return;
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as object) : {};
  writeFileSync(path, JSON.stringify({ ...before, ...figures }));
}
