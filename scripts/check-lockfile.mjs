/**
 * `node scripts/check-lockfile.mjs [FOLDER]`: whether the package-lock.json in a folder (the
 * repository's) can be trusted as it stands: every package from npm's registry and with its hash, no
 * install script that is not known among the packages a user gets, and in step with package.json. Asks
 * no network; for known vulnerabilities `npm run audit` does.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where packages come from. An entry without an address comes from the registry npm is set to. */
const REGISTRY = "https://registry.npmjs.org/";

/** Install scripts of runtime dependencies that were read and found harmless. */
const KNOWN_SCRIPTS = {
  // Comes with gRPC. Warns of a dependent's version range, writes nothing.
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

/** Text that two manifests with the same dependencies share. */
function dependenciesText(manifest, field) {
  return JSON.stringify(Object.entries(manifest[field] ?? {}).sort());
}

/** What is wrong with a lockfile, a line each. */
function lockfileProblems(lock, manifest) {
  const { "": own = {}, ...packages } = lock.packages ?? {};
  const stale = ["version", ...DEPENDENCY_FIELDS].filter((field) =>
    field === "version"
      ? own.version !== manifest.version
      : dependenciesText(own, field) !== dependenciesText(manifest, field),
  );
  return [
    ...(lock.lockfileVersion === 3 ? [] : [`lockfileVersion is ${lock.lockfileVersion}, not 3`]),
    ...(Object.keys(packages).length > 0 ? [] : ["it lists no package"]),
    ...stale.map((field) => `${field} is not what package.json says: run npm install`),
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
