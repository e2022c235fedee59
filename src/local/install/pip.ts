/** Installs Python packages with pip, with progress reports and the user's own pip settings. */
import { LocalSparkError } from "../../errors.js";
import type { Environment } from "../../files/cache-folder.js";
import type { ProgressStep } from "../progress.js";
import { type WatchedCommand, readOutput, runWatched } from "../watched-process.js";

/** The first pip that resumes interrupted downloads. It also prints machine-readable progress. */
const WANTED_PIP: readonly [number, number] = [25, 1];

/** The parameters of a run of pip. */
export interface PipRun {
  /** An interpreter with pip. */
  readonly python: string;
  readonly environment: Environment;
  /** The folder in which pip unpacks and builds. */
  readonly temporaryFolder: string;
  readonly step: ProgressStep;
  readonly signal?: AbortSignal | undefined;
}

/** The environment of pip, without variables of the caller's own Python. */
function pipEnvironment(run: PipRun): Environment {
  const foreign = ["PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"];
  const kept = Object.entries(run.environment).filter(([name]) => !foreign.includes(name));
  return {
    ...Object.fromEntries(kept),
    TMPDIR: run.temporaryFolder,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  };
}

/** True if the pip of `python` supports `--progress-bar raw` and `--resume-retries`. */
async function isModernPip(python: string, environment: Environment): Promise<boolean> {
  const { output } = await readOutput(python, ["-I", "-c", "import pip; print(pip.__version__)"], {
    environment,
  });
  const [major = 0, minor = 0] = output.trim().split(".").map(Number);
  return major > WANTED_PIP[0] || (major === WANTED_PIP[0] && minor >= WANTED_PIP[1]);
}

/**
 * Upgrades the environment's pip if it is too old for progress and resumed downloads. If that fails, the
 * older pip remains, and the following installation reports the problem.
 */
export async function upgradePip(run: PipRun): Promise<void> {
  if (await isModernPip(run.python, run.environment)) return;
  run.step.update("upgrading pip");
  await runWatched(installCommand(run, ["--upgrade", `pip>=${WANTED_PIP.join(".")}`]), {
    signal: run.signal,
  });
}

/** `pip install` in isolated mode, with unbuffered output. */
function installCommand(run: PipRun, args: readonly string[]): Omit<WatchedCommand, "output"> {
  return {
    python: run.python,
    command: run.python,
    args: ["-I", "-u", "-m", "pip", "install", "--no-user", ...args],
    environment: pipEnvironment(run),
  };
}

/**
 * Runs `pip install` with `args`.
 *
 * @throws {LocalSparkError} `PIP_FAILED`, with pip's last lines and advice
 */
export async function pipInstall(run: PipRun, args: readonly string[]): Promise<void> {
  const modern = await isModernPip(run.python, run.environment);
  const progress = modern
    ? ["--progress-bar", "raw", "--resume-retries", "10"]
    : ["--progress-bar", "off"];
  const onLine = pipProgress(run.step);
  const { exitCode, tail } = await runWatched(
    // --compile: the user's pip settings may leave compiling to the first import.
    installCommand(run, ["--no-input", "--compile", ...progress, ...args]),
    { signal: run.signal, onLine },
  );
  if (exitCode === 0) return;
  throw new LocalSparkError(
    "PIP_FAILED",
    `pip install ${args.join(" ")} failed with exit code ${exitCode}. ${adviceFor(tail)}\n` +
      `pip's last lines:\n${lastLines(tail, 12)}`,
    { exitCode, logTail: tail },
  );
}

/**
 * Converts pip's output to progress reports. The returned function returns false for lines that contain
 * only progress, which would displace useful lines from a quoted tail.
 */
export function pipProgress(step: Pick<ProgressStep, "update">): (line: string) => boolean {
  let detail = "starting pip";
  return (line) => {
    const bytes = /^Progress (\d+) of (\d+)$/.exec(line.trim());
    if (bytes !== null) {
      step.update(detail, { done: Number(bytes[1]), total: Number(bytes[2]) });
      return false;
    }
    const action =
      /^\s*(Collecting|Downloading|Using cached|Building wheel for|Installing)\s+(.*)$/.exec(line);
    if (action !== null) {
      const subject = (action[2] ?? "").replace(/ \(from .*$/, "");
      const packages = /^collected packages: (.*)$/.exec(subject)?.[1]?.split(",").length;
      const file = subject.split("/").at(-1) ?? subject;
      detail =
        packages === undefined
          ? `${(action[1] ?? "").toLowerCase()} ${file.replace(/ \([^)]*\)( [^ ]+)?$/, "")}`
          : `installing ${packages} packages`;
      step.update(detail);
    }
    return true;
  };
}

function lastLines(text: string, count: number): string {
  return text.split("\n").slice(-count).join("\n");
}

/** The advice for an error of pip, from its output. */
function adviceFor(tail: string): string {
  if (/No space left on device/i.test(tail)) {
    return "The disk is full: free some space, or set XDG_CACHE_HOME to a folder on a larger disk.";
  }
  if (/CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed/i.test(tail)) {
    return (
      "The package index presented a certificate that pip does not trust: " +
      "give pip your CA bundle (pip config set global.cert FILE, or PIP_CERT)."
    );
  }
  if (/connection|timed? ?out|Name or service|resolution|proxy|incomplete/i.test(tail)) {
    return (
      "pip could not reach the package index, or the download was interrupted: check the network and pip's " +
      "settings (pip config list), then run the same command again."
    );
  }
  if (/No matching distribution|Could not find a version/i.test(tail)) {
    return (
      "pip could not reach the package index, or the index has no such release for this Python: check the " +
      "network and pip's settings (pip config list), or use another Python (SPARKTIDE_PYTHON)."
    );
  }
  return "The incomplete installation was removed. Fix the problem that pip reports, and run the same command again.";
}
