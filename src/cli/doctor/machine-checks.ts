import { lookup } from "node:dns/promises";
import { access, constants, readdir, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { SparkError } from "../../index.js";
import { cacheFolder, type Environment } from "../../files/cache-folder.js";
import { findJava } from "../../local/install/java.js";
import { findPython } from "../../local/install/python.js";
import { sparkRelease } from "../../local/install/spark-versions.js";
import { result, splitAdvice, type CheckResult } from "./check.js";

/** The oldest Node in the engines of package.json. Older ones cannot `require` an ES module. */
const OLDEST_NODE: readonly [number, number] = [20, 19];
/** An installed Spark release takes 1.1 GB, and its class-data archive 0.3 GB more. */
const INSTALLED_BYTES = 1.5e9;
/** The memory of an embedded Spark: the default heap, Java's other memory, and the Python workers. */
const WANTED_MEMORY_BYTES = 2e9;
const SPARK_PORT = 15_002;

/** The input of the checks of this machine. */
export interface MachineQuestion {
  readonly environment: Environment;
  /** False if a server is named. Problems that only the embedded Spark has are then warnings. */
  readonly needsLocalSpark: boolean;
  readonly sparkVersion: string | undefined;
}

/** Checks this machine. */
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

/** A problem that only the embedded Spark has: a failure, or a warning if a server is named. */
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
        "The embedded Spark does not run on Windows.",
        "Run it inside WSL, or connect to a Spark server.",
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
          "No Java on PATH fits Spark. The embedded Spark installs its own Java.",
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
      `The folder ${existing} is not writable (${refused}).`,
      "Give this user the right to write there, or set XDG_CACHE_HOME to a writable folder.",
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
    `${has}. The installation needs ${gigabytes(INSTALLED_BYTES)}.`,
    "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk.",
  );
}

/** The folder itself if it exists, else its nearest existing parent. */
async function nearestFolder(path: string): Promise<string> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** Uses the available memory: on Linux, free memory excludes the caches that the system can release. */
function memoryCheck(): CheckResult {
  // Node 22 has process.availableMemory(), which also respects the limits of a container.
  const available =
    (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
  const detail = `${gigabytes(available)} of ${gigabytes(totalmem())} available`;
  return available >= WANTED_MEMORY_BYTES
    ? result("memory", "ok", detail)
    : result(
        "memory",
        "warn",
        `${detail}. An embedded Spark with its workers needs about ${gigabytes(WANTED_MEMORY_BYTES)}.`,
        "Close other programs, or give Spark a smaller heap: sparktide up --heap-mb 512.",
      );
}

async function portCheck(question: MachineQuestion): Promise<CheckResult> {
  const addresses = await lookup("localhost", { all: true }).catch(() => []);
  if (!addresses.some(({ address }) => address.startsWith("127."))) {
    return localFailure(
      question,
      "ports",
      "The name localhost does not resolve to 127.0.0.1.",
      'Add "127.0.0.1 localhost" to /etc/hosts.',
    );
  }
  const refused = await listenFailure(0);
  if (refused !== undefined) {
    return localFailure(
      question,
      "ports",
      `This user cannot listen on a port of 127.0.0.1 (${refused}).`,
      "Allow this user to open ports on the loopback interface.",
    );
  }
  const taken = (await listenFailure(SPARK_PORT)) !== undefined;
  return result(
    "ports",
    "ok",
    `Ports on 127.0.0.1 are available. Spark Connect's default port, ${SPARK_PORT}, is ${taken ? "in use" : "free"}.`,
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
