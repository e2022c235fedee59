// provisional
import { addArtifacts } from "../artifacts/send-artifacts.js";
import type { SparkConnection } from "../spark-connection.js";
import type { RuntimeSpec } from "../../javascript/bridge-text.js";
import { workerProgram } from "../../javascript/worker-program.js";

export class JavaScriptRuntime {
  readonly #connection: SparkConnection;
  #spec: Promise<RuntimeSpec> | undefined;
  constructor(connection: SparkConnection) {
    this.#connection = connection;
  }
  get(): Promise<RuntimeSpec> {
    return (this.#spec ??= this.#make());
  }
  async #make(): Promise<RuntimeSpec> {
    const { sha256, gzip } = workerProgram();
    await addArtifacts(this.#connection, [{ name: `files/sparktide-${sha256}-worker.mjs.gz`, content: gzip }]);
    return { worker: sha256, node: { paths: [process.execPath] } };
  }
}
