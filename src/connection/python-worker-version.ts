import { randomUUID } from "node:crypto";
import { SparkException } from "../errors.js";
import { pickledCall } from "../python/pickle.js";
import { callScopes } from "./call-scope.js";
import { withOperationRules } from "./operation-rules.js";
import { loadFailure } from "./source-check.js";
import type { SparkConnection } from "./spark-connection.js";

/** A key of this client for the workers' Python version, if they hide it. It is never sent to Spark. */
export const PYTHON_VERSION_KEY: string = "sparktide.pythonVersion";
/** A version that does not exist, so every worker reports its own version. */
const IMPOSSIBLE_PYTHON_VERSION = "0.0";
/**
 * Spark reports a worker's refusal only as the text of a Python traceback in its error, so the text must be
 * parsed.
 */
const VERSION_MISMATCH = /worker has different version: (\d+\.\d+)/;
/** This code never runs, because the worker refuses the version first. */
const PROBE = `
def probe():
    from pyspark.sql.datasource import DataSource

    return DataSource
`;

/**
 * The Python version of the server's workers, which all Python code must declare. No RPC returns it, so the
 * client sends code with an impossible version once and reads the real version from the error.
 */
export class PythonWorkerVersion {
  readonly #connection: SparkConnection;
  #version: Promise<string> | undefined;

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** Uses a version, such as `3.11`, that the user has set. */
  assume(version: string): void {
    this.#version = Promise.resolve(version);
  }

  /**
   * The version, such as `3.11`.
   *
   * @throws {SparkException} the server does not run Python, or hides its version
   */
  get(): Promise<string> {
    this.#version ??= this.#askForAll().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return this.#version;
  }

  /** All callers share one request, so it runs outside the scope, rules and tags of the first caller. */
  #askForAll(): Promise<string> {
    const { tags } = this.#connection;
    return callScopes.run(undefined, () =>
      withOperationRules(undefined, () => tags.isolated(() => this.#ask())),
    );
  }

  async #ask(): Promise<string> {
    const name = `sparktide_probe_${randomUUID().replaceAll("-", "")}`;
    const command = pickledCall(PROBE, "probe", []);
    const error = await loadFailure(this.#connection, name, command, IMPOSSIBLE_PYTHON_VERSION);
    const version = VERSION_MISMATCH.exec(error?.message ?? "")?.[1];
    if (version !== undefined) return version;
    if (error !== undefined) throw error;
    throw new SparkException(
      'The server did not report the Python version of its workers. Set it with config("sparktide.pythonVersion", "3.11").',
      { errorClass: "PYTHON_VERSION_UNKNOWN" },
    );
  }
}
