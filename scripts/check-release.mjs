/**
 * `node scripts/check-release.mjs vX.Y.Z`: whether the repository is ready for the release with this tag:
 * the versions agree, and CHANGELOG.md has a dated section for it.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path), "utf8");

const tag = process.argv[2] ?? "";
const version = /^v(\d+\.\d+\.\d+)$/.exec(tag)?.[1];
if (version === undefined) {
  console.error(`The tag of a release is vX.Y.Z, such as v0.1.0, got ${JSON.stringify(tag)}.`);
  process.exit(1);
}

const found = {
  "package.json": JSON.parse(read("package.json")).version,
  "package-lock.json": JSON.parse(read("package-lock.json")).version,
  "python-udsource/pyproject.toml": /^version = "(.*)"$/m.exec(
    read("python-udsource/pyproject.toml"),
  )?.[1],
  "python-udsource/src/sparktide_sources/__init__.py": /^__version__ = "(.*)"$/m.exec(
    read("python-udsource/src/sparktide_sources/__init__.py"),
  )?.[1],
};
const problems = Object.entries(found)
  .filter(([, other]) => other !== version)
  .map(([path, other]) => `${path} has version ${other}, the tag says ${version}`);
const heading = new RegExp(
  `^## ${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d{2}-\\d{2}\\)$`,
  "m",
);
if (!heading.test(read("CHANGELOG.md")))
  problems.push(
    `CHANGELOG.md has no line "## ${version} (YYYY-MM-DD)" with the day of the release`,
  );
for (const problem of problems) console.error(`${problem}.`);
process.exitCode = problems.length === 0 ? 0 : 1;
