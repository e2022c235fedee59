/**
 * `node scripts/check-lockfile.mjs [FOLDER]`: checks the package-lock.json in a folder, by default the
 * repository's. Every package must come from npm's registry and have a hash, the packages that a user installs
 * must have no unknown install script, and the file must match package.json. Does not use the
 * network; `npm run audit` looks for known vulnerabilities.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The registry of all packages. An entry without an address comes from the registry in npm's settings. */
const REGISTRY = "https://registry.npmjs.org/";

/** Runtime dependencies with an install script that was reviewed and is harmless. */
const KNOWN_SCRIPTS = {
  // A dependency of gRPC. Warns about a dependent's version range, writes nothing.
  "node_modules/protobufjs": "7",
};

const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "peerDependencies"];

function entryProblems([path, entry]) {
  const problems = [];
  const { resolved, integrity, version, link } = entry;
  if (link === true) problems.push("is a link to a folder");
  if (resolved !== undefined && !resolved.startsWith(REGISTRY)) {
    problems.push(`comes from ${new URL(resolved, "file:///").host || resolved}, not ${REGISTRY}`);
  }
  if (!/^sha512-[\w+/]+={0,2}$/.test(integrity ?? "")) problems.push("has no sha512 hash");
  const forUsers = entry.dev !== true;
  const known = KNOWN_SCRIPTS[path] === version?.split(".")[0];
  if (entry.hasInstallScript === true && forUsers && !known) {
    problems.push("runs a script when a user of the package installs it");
  }
  return problems.map((problem) => `${path} ${version ?? ""} ${problem}`);
}

/** A text that is equal for manifests with the same dependencies. */
function dependenciesText(manifest, field) {
  return JSON.stringify(Object.entries(manifest[field] ?? {}).sort());
}

/** The problems of a lockfile, one per line. */
function lockfileProblems(lock, manifest) {
  const { "": own = {}, ...packages } = lock.packages ?? {};
  const stale = ["version", ...DEPENDENCY_FIELDS].filter((field) =>
    field === "version"
      ? own.version !== manifest.version
      : dependenciesText(own, field) !== dependenciesText(manifest, field),
  );
  return [
    ...(lock.lockfileVersion === 3
      ? []
      : [`lockfileVersion must be 3, got ${lock.lockfileVersion}`]),
    ...(Object.keys(packages).length > 0 ? [] : ["it lists no packages"]),
    ...stale.map((field) => `${field} differs from package.json: run npm install`),
    ...Object.entries(packages).flatMap(entryProblems),
  ];
}

const folder = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const lock = read("package-lock.json");
const problems = lockfileProblems(lock, read("package.json"));
for (const problem of problems) console.error(`package-lock.json: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else
  console.log(`package-lock.json: ${Object.keys(lock.packages).length - 1} packages, all hashed`);
