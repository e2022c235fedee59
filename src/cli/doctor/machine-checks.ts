import { lookup } from "node:dns/promises";
import { access, constants, readdir, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { SparkError } from "../../index.js";
import { cacheFolder, type Environment } from "../../local/install/cache-folder.js";
import { findJava } from "../../local/install/java.js";
import { findPython } from "../../local/install/python.js";
import { sparkRelease } from "../../local/install/spark-versions.js";
import { result, splitAdvice, type CheckResult } from "./check.js";

/** The engines of package.json: `require` of an ES module needs it. */
const OLDEST_NODE: readonly [number, number] = [20, 19];
/** An environment of one Spark release takes 1.1 GB, its class-data archive 0.3 GB more. */
const INSTALLED_BYTES = 1.5e9;
/** What Spark's own default heap, Python workers and Java beside its heap take. */
const WANTED_MEMORY_BYTES = 2e9;
const SPARK_PORT = 15_002;

/** What the checks of this machine are told. */
export interface MachineQuestion {
  readonly environment: Environment;
  /** False where a server elsewhere is used: what only the embedded Spark needs is then no failure. */
  readonly needsLocalSpark: boolean;
  readonly sparkVersion: string | undefined;
}

/** Checks what this machine has. */
export async function machineChecks(question: MachineQuestion): Promise<CheckResult[]> {
  return [
    nodeCheck(),
    platformCheck(question),
    memoryCheck(),
    ...(await Promise.all([
      pythonCheck(question),
      javaCheck(question),
      cacheCheck(question),
      portCheck(question),
    ])),
  ];
}

export function nodeCheck(version: string = process.versions.node): CheckResult {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNew = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return isNew
    ? result("node", "ok", `Node ${version}`)
    : result(
        "node",
        "fail",
        `Node ${version} is too old.`,
        `Install Node ${OLDEST_NODE.join(".")} or newer.`,
      );
}

/** A failure of what only the embedded Spark needs. */
function localFailure(
  question: MachineQuestion,
  name: string,
  problem: string,
  fix: string,
): CheckResult {
  return question.needsLocalSpark
    ? result(name, "fail", problem, fix)
    : result(name, "warn", `${problem} Only the embedded Spark needs it.`, fix);
}

function platformCheck(question: MachineQuestion): CheckResult {
  const { platform, arch } = process;
  return platform === "win32"
    ? localFailure(
        question,
        "platform",
        "The embedded Spark does not run on Windows itself.",
        "Use it inside WSL, or connect to a Spark server.",
      )
    : result("platform", "ok", `${platform} ${arch}`);
}

async function pythonCheck(question: MachineQuestion): Promise<CheckResult> {
  const { environment, sparkVersion } = question;
  try {
    const python = await findPython(environment, sparkRelease(sparkVersion).oldestPython);
    return result("python", "ok", `Python ${python.version.join(".")} at ${python.path}`);
  } catch (error) {
    return fromLocalError(question, "python", error);
  }
}

async function javaCheck(question: MachineQuestion): Promise<CheckResult> {
  const { environment, sparkVersion } = question;
  try {
    const java = await findJava(environment, sparkRelease(sparkVersion));
    return java === undefined
      ? result(
          "java",
          "ok",
          "None that Spark accepts is on PATH; the embedded Spark installs its own.",
        )
      : result("java", "ok", `${java.fullVersion} at ${java.path} (${java.origin})`);
  } catch (error) {
    return fromLocalError(question, "java", error);
  }
}

function fromLocalError(question: MachineQuestion, name: string, error: unknown): CheckResult {
  if (!(error instanceof SparkError)) throw error;
  const { problem, advice } = splitAdvice(error);
  return localFailure(question, name, problem, advice);
}

async function cacheCheck(question: MachineQuestion): Promise<CheckResult> {
  const { environment, sparkVersion } = question;
  const folder = cacheFolder(environment);
  const existing = await nearestFolder(folder);
  const refused = await access(existing, constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );
  if (refused !== undefined) {
    return localFailure(
      question,
      "cache",
      `Nothing can be written to ${existing} (${refused}).`,
      "Give this user the right to write there, or set XDG_CACHE_HOME to a folder that can be written.",
    );
  }
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const { version } = sparkRelease(sparkVersion);
  const installed = await readdir(join(folder, "environments")).then(
    (names) => names.some((name) => name.includes(version)),
    () => false,
  );
  const has = `${folder}: ${gigabytes(free)} free, Spark ${version} is ${installed ? "" : "not "}installed`;
  if (installed || free >= INSTALLED_BYTES) return result("cache", "ok", has);
  return localFailure(
    question,
    "cache",
    `${has}, and needs ${gigabytes(INSTALLED_BYTES)}.`,
    "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.",
  );
}

/** The folder, or the first above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** Linux counts as free only what holds no cache; what it can give is in MemAvailable. */
function memoryCheck(): CheckResult {
  // Node 22 has os.availableMemory for processes in a container, too.
  const available =
    (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
  const detail = `${gigabytes(available)} of ${gigabytes(totalmem())} available`;
  return available >= WANTED_MEMORY_BYTES
    ? result("memory", "ok", detail)
    : result(
        "memory",
        "warn",
        `${detail}; an embedded Spark with its workers takes about ${gigabytes(WANTED_MEMORY_BYTES)}.`,
        "End other programs, or give Spark a smaller heap: sparktide up --heap-mb 512.",
      );
}

async function portCheck(question: MachineQuestion): Promise<CheckResult> {
  const addresses = await lookup("localhost", { all: true }).catch(() => []);
  if (!addresses.some(({ address }) => address.startsWith("127."))) {
    return localFailure(
      question,
      "ports",
      "The name localhost does not lead to 127.0.0.1.",
      'Add "127.0.0.1 localhost" to /etc/hosts.',
    );
  }
  const refused = await listenFailure(0);
  if (refused !== undefined) {
    return localFailure(
      question,
      "ports",
      `No port of 127.0.0.1 can be listened on (${refused}).`,
      "Allow this user to open ports on the loopback interface.",
    );
  }
  const taken = (await listenFailure(SPARK_PORT)) !== undefined;
  return result(
    "ports",
    "ok",
    `Free ports on 127.0.0.1 can be used; ${SPARK_PORT}, Spark Connect's own, is ${taken ? "in use" : "free"}.`,
  );
}

function listenFailure(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
