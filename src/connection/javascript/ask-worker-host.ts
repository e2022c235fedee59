import { ProtocolError } from "../../errors.js";
import { LOCATE_TEXT } from "../../javascript/bridge/locate-text.js";
import { MINIMUM_NODE } from "../../javascript/node/node-spec.js";
import type { WorkerHost } from "../../javascript/node/worker-host.js";
import { queryPlan } from "../../plan/command.js";
import { EvalType, pythonFunction } from "../../plan/python-function.js";
import { mapPartitions } from "../../plan/python-map.js";
import { rangeRelation } from "../../plan/relation.js";
import { wireType } from "../../plan/wire-type.js";
import { pickledUdf } from "../../python/python-function.js";
import type { ArrayRow } from "../../types/row.js";
import { StructType } from "../../types/struct-type.js";
import type { PythonWorkerVersion } from "../python-worker-version.js";
import type { SparkConnection } from "../spark-connection.js";

/** What to ask a worker about. */
export interface HostQuestion {
  /** Executables, as in NodeSpec. */
  readonly paths: readonly string[];
  /** Names of files that the session may have. */
  readonly artifacts: readonly string[];
}

const REPORT: StructType = StructType.fromDDL("report STRING");

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
  const source = `${LOCATE_TEXT}

def report_host(batches):
    import json

    import pyarrow as pa

    for _ in batches:
        report = host_report(*json.loads(${pythonText([paths, MINIMUM_NODE, artifacts])}))
        yield pa.RecordBatch.from_pydict({"report": [json.dumps(report)]})
`;
  const func = pythonFunction({
    name: "report_host",
    evalType: EvalType.mapInArrow,
    command: pickledUdf({ source, function: "report_host" }, REPORT.json()),
    outputType: wireType(REPORT),
    pythonVersion: await pythonVersion.get(),
    columns: ["id"],
  });
  const input = connection.relation(rangeRelation(0n, 1n, 1n, 1));
  const plan = queryPlan(connection.relation(mapPartitions(input, func, false)));
  for await (const row of connection.rows(plan, { rowMode: "array" }))
    return JSON.parse(String((row as ArrayRow)[0])) as WorkerHost;
  throw new ProtocolError("NO_ANSWER", "The worker did not answer which Node.js its host has.");
}

/** Python text of a string that holds the value as JSON. JSON's strings in ASCII are also Python's. */
function pythonText(value: unknown): string {
  const json = JSON.stringify(JSON.stringify(value));
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
