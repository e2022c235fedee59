import { unlessAborted } from "../../waiting.js";
import { callScopes } from "../call-scope.js";
import type { PythonWorkerVersion } from "../python-worker-version.js";
import type { SparkConnection } from "../spark-connection.js";
import type { NodeSetting } from "../../javascript/node/decide-node.js";
import type { RuntimeSpec } from "../../javascript/runtime-spec.js";

/** What a session knows when it is made. */
export interface JavaScriptSetting extends NodeSetting {
  readonly pythonVersion: PythonWorkerVersion;
}

/** The session's part of running JavaScript on workers: which Node.js they use, and what the session has sent. */
export class JavaScriptRuntime {
  readonly #connection: SparkConnection;
  #setting: JavaScriptSetting | undefined;
  #spec: Promise<RuntimeSpec> | undefined;

  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }

  /** The session calls this once, when it is made. */
  configure(setting: JavaScriptSetting): void {
    this.#setting = setting;
  }

  /**
   * Decides where the workers' Node.js comes from and sends the files that they need, at the first call. Later calls
   * return the same result without a request. After a failure, the next call tries again. An abort ends only the
   * wait: the attempt continues for the next call.
   *
   * @throws {SparkError} `NODE_UNAVAILABLE`, `NODE_DOWNLOAD_FAILED` or `NODE_DOWNLOAD_CORRUPT`
   * @throws {SparkException} the server does not run Python
   */
  async get(signal?: AbortSignal): Promise<RuntimeSpec> {
    signal?.throwIfAborted();
    this.#spec ??= this.#prepareForAll().catch((error: unknown) => {
      this.#spec = undefined;
      throw error;
    });
    return unlessAborted(this.#spec, signal);
  }

  /** All callers share one attempt, so it runs outside the scope and tags of the first caller. */
  #prepareForAll(): Promise<RuntimeSpec> {
    const { tags } = this.#connection;
    return callScopes.run(undefined, () => tags.isolated(() => this.#prepare()));
  }

  async #prepare(): Promise<RuntimeSpec> {
    if (this.#setting === undefined) throw new Error("configure() has not been called.");
    // Loaded on demand: most sessions run no JavaScript on workers.
    const { prepareRuntime } = await import("./prepare-runtime.js");
    return prepareRuntime(this.#connection, this.#setting);
  }
}
