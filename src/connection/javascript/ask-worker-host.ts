import { LOCATE_TEXT } from "../../javascript/bridge/locate-text.js";
import { MINIMUM_NODE } from "../../javascript/node/node-spec.js";
import type { WorkerHost } from "../../javascript/node/worker-host.js";
import type { PythonWorkerVersion } from "../python-worker-version.js";
import type { SparkConnection } from "../spark-connection.js";
import { askWorker } from "./ask-worker.js";

/** What to ask a worker about. */
export interface HostQuestion {
  /** Executables, as in NodeSpec. */
  readonly paths: readonly string[];
  /** Names of files that the session may have. */
  readonly artifacts: readonly string[];
}

/**
 * Asks one worker what its host has, with a job of one row.
 *
 * @throws {SparkException} the server does not run Python
 */
export async function askWorkerHost(
  connection: SparkConnection,
  pythonVersion: PythonWorkerVersion,
  { paths, artifacts }: HostQuestion,
): Promise<WorkerHost> {
  const question = {
    source: LOCATE_TEXT,
    expression: `host_report(*json.loads(${pythonText([paths, MINIMUM_NODE, artifacts])}))`,
  };
  return (await askWorker(connection, await pythonVersion.get(), question)) as WorkerHost;
}

/** Python text of a string that holds the value as JSON. JSON's strings in ASCII are also Python's. */
function pythonText(value: unknown): string {
  const json = JSON.stringify(JSON.stringify(value));
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
