/** The requirements of each Spark release. This is the only list of versions for the embedded Spark. */
import { ArgumentError } from "../../errors.js";

/** The default version: the newest release for which Delta Lake has a release. */
const DEFAULT_SPARK_VERSION = "4.2.1";

/** A line of Spark releases, e.g. 4.2. */
interface SparkLine {
  /** Newest release of the line, used for a version such as `4.2`. */
  readonly newest: string;
  readonly oldestPython: readonly [number, number];
  /** Newest Java release that it starts on. Undefined: no known upper limit. */
  readonly newestJava: number | undefined;
  /** Maven coordinate of Delta Lake. Undefined: Delta has no release for this line. */
  readonly delta: string | undefined;
  /** More requirements than pyspark, in pip's format. */
  readonly requirements: readonly string[];
}

/** PySpark's conversions do not support the new string type of pandas 3 yet. */
const PANDAS = "pandas<3";

/**
 * Java: Hadoop before 3.5 calls Subject.getSubject, which Java 24 removed. protobuf: a worker writes a warning
 * to standard error if the library is one major version newer than PySpark's generated code.
 */
const LINES: Readonly<Record<string, SparkLine>> = {
  "4.0": {
    newest: "4.0.5",
    oldestPython: [3, 10],
    newestJava: 23,
    delta: "io.delta:delta-spark_4.0_2.13:4.4.0",
    requirements: [PANDAS, "protobuf<6"],
  },
  "4.1": {
    newest: "4.1.4",
    oldestPython: [3, 10],
    newestJava: 23,
    delta: "io.delta:delta-spark_4.1_2.13:4.4.0",
    requirements: [PANDAS, "protobuf<7"],
  },
  "4.2": {
    newest: "4.2.1",
    oldestPython: [3, 10],
    newestJava: undefined,
    delta: "io.delta:delta-spark_4.2_2.13:4.4.0",
    requirements: [PANDAS, "protobuf<7"],
  },
  "4.3": {
    newest: "4.3.0",
    oldestPython: [3, 11],
    newestJava: undefined,
    delta: undefined,
    requirements: [PANDAS, "protobuf<7"],
  },
};

/** A Spark release and its requirements. */
export interface SparkRelease extends Omit<SparkLine, "newest"> {
  /** Full version: `4.2.1`. */
  readonly version: string;
}

/**
 * The release for `version`: a full version such as `4.2.1`, or a line such as `4.2`.
 *
 * @throws {ArgumentError} not a version, or a line this client does not know
 */
export function sparkRelease(version: string = DEFAULT_SPARK_VERSION): SparkRelease {
  const parts = /^(\d+\.\d+)(\.\d+)?$/.exec(version);
  const line = LINES[parts?.[1] ?? ""];
  if (parts === null || line === undefined) {
    throw new ArgumentError(
      "sparkVersion",
      `sparkVersion ${JSON.stringify(version)} is not one of the Spark lines that this package supports ` +
        `(${Object.keys(LINES).join(", ")}). Use one of them, or a release such as ${DEFAULT_SPARK_VERSION}.`,
    );
  }
  const { newest, ...needs } = line;
  return { ...needs, version: parts[2] === undefined ? newest : version };
}

/** The newest release of each line, oldest first. */
export function newestReleases(): SparkRelease[] {
  return Object.keys(LINES).map((line) => sparkRelease(line));
}
