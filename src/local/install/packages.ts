/** Resolves Maven packages once, with Spark's own resolver, and caches the list of jars. */
import { createHash } from "node:crypto";
import { open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalSparkError } from "../../errors.js";
import { cacheFolder, createPrivateFolder } from "../../files/cache-folder.js";
import { withLock } from "../../files/with-lock.js";
import { ProgressStep } from "../progress.js";
import type { PythonEnvironment, SetupContext } from "./python-environment.js";
import { runWatched } from "../watched-process.js";

/** Spark settings that decide where packages come from. The resolver receives them. */
export const RESOLUTION_KEYS: readonly string[] = [
  "spark.jars.ivySettings",
  "spark.jars.repositories",
  "spark.jars.excludes",
];

/** The packages to resolve, and the Java to use. */
export interface PackageRequest {
  /** `group:artifact:version`, in class path order. */
  readonly coordinates: readonly string[];
  readonly javaPath: string;
  /** Options for that Java, e.g. its trust store. */
  readonly javaOptions: readonly string[];
  /** The caller's settings of {@link RESOLUTION_KEYS}. */
  readonly settings: Readonly<Record<string, string>>;
}

interface ResolvedJar {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The folder in which Spark stores downloaded packages (`spark.jars.ivy`). */
export function ivyFolder(context: SetupContext): string {
  return join(cacheFolder(context.environment), "ivy");
}

async function readResolved(file: string): Promise<string[] | undefined> {
  try {
    const jars = JSON.parse(await readFile(file, "utf8")) as ResolvedJar[];
    for (const jar of jars) if ((await stat(jar.path)).size !== jar.sizeBytes) return undefined;
    return jars.map((jar) => jar.path);
  } catch {
    return undefined;
  }
}

async function writeResolved(file: string, jars: readonly string[]): Promise<void> {
  const resolved: ResolvedJar[] = [];
  for (const path of jars) resolved.push({ path, sizeBytes: (await stat(path)).size });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(resolved, null, 2));
  await rename(draft, file);
}

/** The signature of the last record of every zip file, and so of every jar. */
const ZIP_END = Buffer.from("PK\u0005\u0006", "latin1");
/** The maximum length of that record and its comment. */
const ZIP_END_BYTES = 65_557;

/** Removes incomplete jars. Returns true if there were any. */
async function removeBrokenJars(jars: readonly string[]): Promise<boolean> {
  let found = false;
  for (const jar of jars) {
    await using file = await open(jar, "r");
    const { size } = await file.stat();
    const end = Buffer.alloc(Math.min(size, ZIP_END_BYTES));
    await file.read(end, 0, end.length, size - end.length);
    if (end.includes(ZIP_END)) continue;
    found = true;
    await rm(jar);
  }
  return found;
}

/**
 * Exclusions for all libraries that Spark contains, in any group: Spark's copy is first on the
 * class path anyway, and Delta alone would download 80 MB of older copies. Names without a dash
 * (`json`, `core`) are too general to identify a library.
 */
async function shippedBySpark(sparkHome: string): Promise<string[]> {
  const names = (await readdir(join(sparkHome, "jars")))
    .map((file) => /^(.+?)-\d[^/]*\.jar$/.exec(file)?.[1])
    .filter((name) => name?.includes("-") === true);
  return [...new Set(names)].sort().map((name) => `*:${name ?? ""}`);
}

/** The jar files in the list that SparkSubmit prints with `--verbose`. */
export function parseClassPathElements(output: readonly string[]): string[] {
  const start = output.findIndex((line) => line.trim() === "Classpath elements:");
  if (start === -1) return [];
  const jars: string[] = [];
  for (const line of output.slice(start + 1)) {
    if (!line.startsWith("file:") || !line.endsWith(".jar")) break;
    jars.push(fileURLToPath(line.replace(/^file:\/*/, "file:///")));
  }
  return jars;
}

/**
 * The jars of `request.coordinates` and their dependencies, without those that Spark contains. The first
 * call downloads them into Spark's package cache; later calls only check that the files exist.
 *
 * @throws {LocalSparkError} `PACKAGES_UNRESOLVED`, with the resolver's messages
 */
export async function resolvePackages(
  request: PackageRequest,
  environment: PythonEnvironment,
  context: SetupContext,
): Promise<string[]> {
  if (request.coordinates.length === 0) return [];
  const ivy = ivyFolder(context);
  const folder = join(ivy, "resolved");
  const key = JSON.stringify([
    request.coordinates,
    request.settings,
    environment.sparkVersion,
    ivy,
  ]);
  const file = join(folder, `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
  const known = await readResolved(file);
  if (known !== undefined) return known;
  await createPrivateFolder(folder);
  using step = new ProgressStep(
    "packages",
    `resolving ${request.coordinates.join(", ")}`,
    context.onProgress,
  );
  // Two processes at the same time would break Ivy's cache.
  return await withLock(
    `${ivy}.lock`,
    async () => {
      const done = await readResolved(file);
      if (done !== undefined) return done;
      const resolve = (): Promise<string[]> =>
        runResolution(request, ivy, environment, context, step);
      let jars = await resolve();
      // Ivy accepts a jar whose copy was interrupted. Remove such jars and resolve again.
      if (await removeBrokenJars(jars)) jars = await resolve();
      await writeResolved(file, jars);
      step.finish(`${jars.length} jars for ${request.coordinates.join(", ")}`);
      return jars;
    },
    {
      signal: context.signal,
      onWait: (pid) => {
        step.update(`waiting for process ${pid}, which is resolving packages`);
      },
    },
  );
}

async function runResolution(
  request: PackageRequest,
  ivy: string,
  environment: PythonEnvironment,
  context: SetupContext,
  step: ProgressStep,
): Promise<string[]> {
  const { "spark.jars.excludes": excludes, ...settings } = request.settings;
  const shipped = await shippedBySpark(environment.sparkHome);
  const confs = Object.entries({
    ...settings,
    "spark.jars.ivy": ivy,
    "spark.jars.excludes": [...(excludes === undefined ? [] : [excludes]), ...shipped].join(","),
  });
  const output: string[] = [];
  let downloads = 0;
  const { exitCode, tail } = await runWatched(
    {
      python: environment.python,
      command: request.javaPath,
      args: [
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        ...request.javaOptions,
        "-cp",
        join(environment.sparkHome, "jars", "*"),
        "org.apache.spark.deploy.SparkSubmit",
        "--verbose",
        ...["--master", "local[1]", "--packages", request.coordinates.join(",")],
        ...confs.flatMap(([name, value]) => ["--conf", `${name}=${value}`]),
        // A program on Spark's class path that ends at once.
        ...["--class", "org.apache.hadoop.util.VersionInfo", "spark-internal"],
      ],
      environment: {
        ...context.environment,
        SPARK_HOME: environment.sparkHome,
        SPARK_LOCAL_IP: "127.0.0.1",
        // A spark-defaults.conf of another Spark must not add packages of its own.
        SPARK_CONF_DIR: join(ivy, "no-conf"),
      },
    },
    {
      signal: context.signal,
      onLine: (line) => {
        output.push(line);
        const url = /^downloading (\S+)/.exec(line)?.[1];
        if (url !== undefined) {
          downloads++;
          step.update(`downloading ${basename(url)} (${downloads})`);
        }
        return !line.includes("is not well configured");
      },
    },
  );
  const jars = exitCode === 0 ? parseClassPathElements(output) : [];
  if (jars.length > 0) return jars;
  const reasons = output.filter((line) =>
    /access error|not found|unresolved|FAILED|Exception in thread/i.test(line),
  );
  throw new LocalSparkError(
    "PACKAGES_UNRESOLVED",
    `Spark could not resolve ${request.coordinates.join(", ")}. ${adviceFor(reasons)}\n` +
      `The resolver's messages:\n${[...new Set(reasons.map((line) => line.trim()))].slice(0, 8).join("\n")}`,
    { exitCode, logTail: tail },
  );
}

function adviceFor(reasons: readonly string[]): string {
  if (reasons.some((line) => /PKIX|certificat|SSLHandshake/i.test(line))) {
    return (
      "Java does not trust the repository's certificate: import your CA into the Java in use " +
      "(keytool -importcert -cacerts), or set SSL_CERT_FILE for the bundled Java."
    );
  }
  return (
    "Check the coordinates, and that this machine can reach the Maven repository. Set a mirror with the conf " +
    "spark.jars.ivySettings or spark.jars.repositories, and a proxy with JAVA_TOOL_OPTIONS."
  );
}
