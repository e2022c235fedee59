import { randomUUID } from "node:crypto";
import { SparkException } from "../errors.js";
import { pickledCall } from "../python/pickle.js";
import { callScopes } from "./call-scope.js";
import { loadFailure } from "./source-check.js";
import type { SparkConnection } from "./spark-connection.js";

/** Read before Spark is asked, for workers that hide their Python version; never sent to Spark. */
export const PYTHON_VERSION_KEY: string = "sparktide.pythonVersion";
/** No Python has this version, so every worker answers with its own. */
const IMPOSSIBLE_PYTHON_VERSION = "0.0";
/**
 * Spark reports a worker's refusal as the text of a Python traceback inside its own error: text is
 * all there is to tell it by.
 */
const VERSION_MISMATCH = /worker has different version: (\d+\.\d+)/;
/** Never runs: the worker refuses the version first. */
const PROBE = `
def probe():
    from pyspark.sql.datasource import DataSource

    return DataSource
`;

/**
 * The Python version of the server's workers, which every payload of Python code must name. No RPC
 * tells it: it is learnt from the refusal of a version that cannot be, and asked once.
 */
export class PythonWorkerVersion {
  readonly #connection: SparkConnection;
  #version: Promise<string> | undefined;

  /** @param known the version where the user has told it: `3.11` */
  constructor(connection: SparkConnection, known?: string) {
    this.#connection = connection;
    if (known !== undefined) this.#version = Promise.resolve(known);
  }

  /**
   * The version, as `3.11`.
   *
   * @throws {SparkException} the server runs no Python, or hides its version
   */
  get(): Promise<string> {
    this.#version ??= this.#askForAll().catch((error: unknown) => {
      this.#version = undefined;
      throw error;
    });
    return this.#version;
  }

  /** All who need the version wait for one question: it must not end with whoever happened to ask first. */
  #askForAll(): Promise<string> {
    const { tags } = this.#connection;
    return callScopes.run(undefined, () => tags.isolated(() => this.#ask()));
  }

  async #ask(): Promise<string> {
    const name = `sparktide_probe_${randomUUID().replaceAll("-", "")}`;
    const command = pickledCall(PROBE, "probe", []);
    const error = await loadFailure(this.#connection, name, command, IMPOSSIBLE_PYTHON_VERSION);
    const version = VERSION_MISMATCH.exec(error?.message ?? "")?.[1];
    if (version !== undefined) return version;
    if (error !== undefined) throw error;
    throw new SparkException(
      'The server did not tell its workers\' Python version; set it with config("sparktide.pythonVersion", "3.11").',
      { errorClass: "PYTHON_VERSION_UNKNOWN" },
    );
  }
}
