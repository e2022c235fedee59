/**
 * Prepares a fresh clone: installs npm packages and the embedded Spark, and builds. Runs before anything is
 * installed, so it uses only Node's standard library. Skips finished steps.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Oldest Node that can `require` this package's modules; engines.node in package.json. */
const OLDEST_NODE = [20, 19];

/** The time after SIGINT or SIGTERM before a child is killed. */
const KILL_AFTER_MS = 8000;

/** The number of output lines to print if a command fails. */
const SHOWN_LINES = 25;

const NPM_MARKER = join(root, "node_modules", ".sparktide-complete");
const BUILD_MARKER = join(root, "build", ".sparktide-complete");

/** The inputs of the build. */
const BUILD_INPUTS = [
  "src",
  "proto",
  "python-udsource/src",
  "examples",
  "scripts/build.mjs",
  "tsconfig.json",
  "tsconfig.build.json",
  "buf.yaml",
  "buf.gen.yaml",
  "package.json",
  "package-lock.json",
];

/** Files in the inputs that running programs and examples create. */
const NOT_BUILT_FROM = new Set(["__pycache__", "node_modules", "build"]);

/** Python programs for the checks and tests, in addition to Spark's packages. */
const PYTHON_TOOLS = ["pytest==9.0.3", "ruff==0.17.5"];

/** A failure with a complete explanation in its message, so that no stack is printed. */
class Failure extends Error {}

const interruption = new AbortController();

/** Aborts at SIGINT or SIGTERM. Its reason has the exit code. */
const interrupted = interruption.signal;

/** Runs a script's work, ends the process with its exit code, and ends every child at SIGINT or SIGTERM. */
export async function runScript(work) {
  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ]) {
    process.on(signal, () => {
      interruption.abort(Object.assign(new Failure(`ended by ${signal}`), { signal, exitCode }));
    });
  }
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (interrupted.aborted) {
      process.exit(interrupted.reason.exitCode);
    }
    const explained = error instanceof Failure || typeof error?.code === "string";
    console.error(`\n${explained ? error.message : (error?.stack ?? error)}`);
    process.exit(1);
  }
}

/**
 * Runs a command in its own process group and returns its exit code, 128 + N after signal N. Passes
 * SIGINT and SIGTERM to the group, kills it after 8 s, and then rejects.
 */
export async function runCommand(command, args, { env = process.env, cwd = root, onLine } = {}) {
  interrupted.throwIfAborted();
  const output = onLine === undefined ? "inherit" : "pipe";
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  const signalGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group has already ended.
    }
  };
  let killTimer;
  const end = () => {
    signalGroup(interrupted.reason.signal);
    killTimer = setTimeout(() => signalGroup("SIGKILL"), KILL_AFTER_MS);
  };
  interrupted.addEventListener("abort", end);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop();
      for (const line of lines) onLine(line);
    });
  }
  try {
    const exitCode = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
      });
    });
    interrupted.throwIfAborted();
    return exitCode;
  } finally {
    clearTimeout(killTimer);
    // Kill processes that the command left behind in its group.
    signalGroup("SIGKILL");
    interrupted.removeEventListener("abort", end);
  }
}

/** Runs a long step, and shows its name, its progress and its duration. */
async function runStep(label, command, args, amount = () => "") {
  const startedAt = performance.now();
  const terminal = process.stderr.isTTY === true;
  let lastWrittenAt = -Infinity;
  const show = (ending) => {
    const now = performance.now();
    // Without a terminal a line every few seconds is enough.
    if (!terminal && ending === "" && now - lastWrittenAt < 5000) return;
    lastWrittenAt = now;
    const text = `${label}${amount()}, ${((now - startedAt) / 1000).toFixed(1)} s${ending}`;
    process.stderr.write(terminal ? `\r\u001b[K${text}${ending === "" ? "" : "\n"}` : `${text}\n`);
  };
  show("");
  const timer = setInterval(() => show(""), terminal ? 200 : 1000);
  const lines = [];
  try {
    const exitCode = await runCommand(command, args, { onLine: (line) => lines.push(line) });
    show(exitCode === 0 ? ", done" : `, failed with exit code ${exitCode}`);
    return { exitCode, lines };
  } finally {
    clearInterval(timer);
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = OLDEST_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Failure(
    `This needs Node ${OLDEST_NODE.join(".")} or newer; this is Node ${process.versions.node} (${process.execPath}). ` +
      "Install a newer one, then run the same command again.",
  );
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function complete(marker, content) {
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, content);
}

/** The number of top-level packages, including each `@scope/name`. */
function countPackages(folder) {
  if (!existsSync(folder)) return 0;
  let count = 0;
  for (const name of readdirSync(folder)) {
    if (name.startsWith(".")) continue;
    count += name.startsWith("@") ? readdirSync(join(folder, name)).length : 1;
  }
  return count;
}

async function installPackages() {
  const lock = read(join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (read(NPM_MARKER) === wanted) return;
  rmSync(NPM_MARKER, { force: true });
  const total = Object.entries(JSON.parse(lock).packages ?? {}).filter(
    // Packages for other systems are listed too, but never installed.
    ([path, entry]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && entry.optional !== true,
  ).length;
  // Under `npm run`, use the npm that runs this script, else the one on PATH.
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith("js") ? [process.execPath, [script]] : ["npm", []];
  const { exitCode, lines } = await runStep(
    "npm packages: installing",
    command,
    // Not `npm ci`: it rejects a lockfile without other systems' optional packages, which some registries
    // lack. `npm install` installs the locked versions too.
    [...first, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
    () => ` (${Math.min(countPackages(join(root, "node_modules")), total)} of ${total})`,
  ).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw new Failure("npm was not found on PATH. It comes with Node: install Node with npm.");
  });
  if (exitCode !== 0) {
    // npm prints the error first and its usage last.
    const tail = lines.slice(0, SHOWN_LINES).join("\n");
    const offline = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i.test(tail);
    const full = /ENOSPC/.test(tail);
    const advice = full
      ? "The disk is full: free some space and run the same command again."
      : offline
        ? "npm could not reach the registry: check the network and npm's settings (npm config list), then run the same command again."
        : "Fix the problem that npm reports, then run the same command again.";
    throw new Failure(`npm install failed with exit code ${exitCode}. ${advice}\n${tail}`);
  }
  complete(NPM_MARKER, wanted);
}

/** A hash of the names and contents of the build's inputs. */
function buildInputs() {
  const hash = createHash("sha256");
  const add = (path) => {
    if (!existsSync(path) || path === join(root, "src", "gen")) return;
    let names;
    try {
      names = readdirSync(path);
    } catch {
      hash
        .update(`${relative(root, path)}\n`)
        .update(readFileSync(path))
        .update("\n");
      return;
    }
    for (const name of names.sort()) if (!NOT_BUILT_FROM.has(name)) add(join(path, name));
  };
  for (const input of BUILD_INPUTS) add(join(root, input));
  return hash.digest("hex");
}

async function build() {
  const wanted = buildInputs();
  const outputs = ["dist", "build/modules", "src/gen"].every((folder) =>
    existsSync(join(root, folder)),
  );
  if (outputs && read(BUILD_MARKER) === wanted) return;
  rmSync(BUILD_MARKER, { force: true });
  const script = join(root, "scripts", "build.mjs");
  const { exitCode, lines } = await runStep("build", process.execPath, [script]);
  if (exitCode !== 0) {
    const tail = lines.slice(-SHOWN_LINES).join("\n");
    throw new Failure(`The build failed with exit code ${exitCode}:\n${tail}`);
  }
  complete(BUILD_MARKER, wanted);
}

/** Imports a compiled module of `src/` from build/modules/. */
export function built(path) {
  return import(pathToFileURL(join(root, "build", "modules", path)).href);
}

/**
 * Installs and builds missing parts. With `python` it also installs the embedded Spark (Python
 * environment, Java, jars) and returns the result of `prepareLocalSpark`.
 */
export async function bootstrap({ python }) {
  requireNode();
  await installPackages();
  await build();
  if (!python) return undefined;
  const { prepareLocalSpark, progressLine } = await built("local/index.js");
  return prepareLocalSpark({ onProgress: progressLine(), signal: interrupted });
}

/** Installs pytest and ruff into the cache for the Python of `prepared`. Returns the folder. */
export async function pythonTools(prepared) {
  const { progressLine } = await built("local/index.js");
  const { ensurePythonPackages } = await built("local/install/python-environment.js");
  return ensurePythonPackages(
    "python-tools",
    PYTHON_TOOLS,
    { ...prepared, python: prepared.pythonPath },
    { environment: process.env, onProgress: progressLine(), signal: interrupted },
  );
}
