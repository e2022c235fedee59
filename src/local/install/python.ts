/** Finds a Python that can run Spark's workers. */
import { ArgumentError, LocalSparkError } from "../../errors.js";
import type { Environment } from "../../files/cache-folder.js";
import { readOutput } from "../watched-process.js";

/** Tried in this order after `SPARKTIDE_PYTHON`. */
const CANDIDATES: readonly string[] = [
  "python3",
  ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`),
  "python",
];

/** The oldest Python that Spark 4.0 to 4.2 accept here. Spark 4.3 needs a newer one. */
const OLDEST_PYTHON: readonly [number, number] = [3, 10];

/** A script that prints the properties of {@link Python} as one JSON line. It must run on any Python version. */
const PROBE = [
  "import sys, json",
  "try:",
  "    import ensurepip, venv",
  "    pip = True",
  "except ImportError:",
  "    pip = False",
  'print(json.dumps([sys.executable, list(sys.version_info[:3]), pip, getattr(sys, "base_prefix", "")]))',
].join("\n");

/** A Python interpreter. */
export interface Python {
  /** Absolute path of the interpreter. */
  readonly path: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** The folder of the installation that a virtual environment is based on. */
  readonly basePrefix: string;
  /** True if it can create virtual environments that contain pip. */
  readonly canCreateEnvironments: boolean;
}

/** A Python that is too old. */
interface Rejected {
  readonly name: string;
  readonly version: string;
}

/** Runs an interpreter and reads its properties. Undefined if it cannot run or is not Python. */
async function inspectPython(
  command: string,
  environment: Environment,
): Promise<Python | undefined> {
  const { exitCode, output } = await readOutput(command, ["-c", PROBE], { environment });
  if (exitCode !== 0) return undefined;
  try {
    const line = output.trim().split("\n").at(-1) ?? "";
    const [path, version, canCreateEnvironments, basePrefix] = JSON.parse(line) as [
      string,
      [number, number, number],
      boolean,
      string,
    ];
    return { path, version, canCreateEnvironments, basePrefix };
  } catch {
    return undefined;
  }
}

function isAtLeast(python: Python, [major, minor]: readonly [number, number]): boolean {
  return python.version[0] > major || (python.version[0] === major && python.version[1] >= minor);
}

/**
 * The first usable Python: `SPARKTIDE_PYTHON` if it is set, else `python3`, `python3.14` … `python3.10`
 * or `python` from PATH. Skips those that cannot create virtual environments.
 *
 * @param oldest the oldest version accepted, by default 3.10
 * @throws {ArgumentError} SPARKTIDE_PYTHON names something that is not a usable Python
 * @throws {LocalSparkError} `PYTHON_NOT_FOUND`, `PYTHON_TOO_OLD` or `PYTHON_WITHOUT_VENV`
 */
export async function findPython(
  environment: Environment = process.env,
  oldest: readonly [number, number] = OLDEST_PYTHON,
): Promise<Python> {
  const wanted = oldest.join(".");
  const chosen = environment["SPARKTIDE_PYTHON"];
  const tooOld: Rejected[] = [];
  let incomplete: Python | undefined;
  for (const name of chosen === undefined || chosen === "" ? CANDIDATES : [chosen]) {
    const python = await inspectPython(name, environment);
    if (python === undefined) continue;
    if (!isAtLeast(python, oldest)) tooOld.push({ name, version: python.version.join(".") });
    else if (python.canCreateEnvironments) return python;
    else incomplete ??= python;
  }
  if (incomplete !== undefined) throw withoutVenv(incomplete);
  const found = tooOld.map(({ name, version }) => `${name} is ${version}`).join(", ");
  if (chosen !== undefined && chosen !== "") {
    const problem = found === "" ? "cannot be run as Python" : `is too old (${found})`;
    throw new ArgumentError(
      "SPARKTIDE_PYTHON",
      `SPARKTIDE_PYTHON=${chosen} ${problem}. Set it to a Python ${wanted} or newer, or unset it.`,
    );
  }
  if (found !== "") {
    throw new LocalSparkError(
      "PYTHON_TOO_OLD",
      `The embedded Spark needs Python ${wanted} or newer, but PATH has only older versions: ${found}. ` +
        "Install a newer Python, or set SPARKTIDE_PYTHON to one that is not on PATH.",
    );
  }
  throw new LocalSparkError(
    "PYTHON_NOT_FOUND",
    `The embedded Spark needs Python ${wanted} or newer, and none was found on PATH. Install one ` +
      "(Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python), " +
      "or set SPARKTIDE_PYTHON to its path.",
  );
}

function withoutVenv(python: Python): LocalSparkError {
  const [major, minor] = python.version;
  return new LocalSparkError(
    "PYTHON_WITHOUT_VENV",
    `${python.path} (Python ${python.version.join(".")}) cannot make virtual environments: its venv or ` +
      `ensurepip module is missing. On Debian and Ubuntu install the package python${major}.${minor}-venv; ` +
      "elsewhere install a complete Python, or set SPARKTIDE_PYTHON to one.",
  );
}
