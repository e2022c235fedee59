import { randomUUID } from "node:crypto";
import { SparkException } from "../errors.js";
import { queryPlan, registerDataSource } from "../plan/command.js";
import { dataSourceRelation } from "../plan/relation.js";
import { pickledCall } from "../python/pickle.js";
import type { SparkConnection } from "./spark-connection.js";

/**
 * Loads pickles of data sources in one worker. Returns for each the traceback of the failure, or an empty text.
 * It returns them in an error, because Spark passes nothing else from a worker to the client before a class has
 * a schema.
 */
const CHECK = `
def check(*pickles):
    import base64
    import json
    import pickle
    import traceback

    answers = []
    for text in pickles:
        try:
            pickle.loads(base64.b64decode(text))
            answers.append("")
        except BaseException:
            answers.append(traceback.format_exc())
    raise ImportError("[SPARKTIDE_CHECKED] " + json.dumps(answers))
`;

const CHECKED = /\[SPARKTIDE_CHECKED\] (.*)/;

/**
 * Makes one worker load all these pickles of data source classes.
 *
 * Returns for each, in order, the error of loading it, or undefined if it loads.
 *
 * @param pythonVersion the version of the server's workers, such as `3.11`
 * @throws {SparkException} no worker could run the check
 */
export async function loadFailures(
  connection: SparkConnection,
  pickles: readonly Uint8Array[],
  pythonVersion: string,
): Promise<(SparkException | undefined)[]> {
  const name = `sparktide_check_${randomUUID().replaceAll("-", "")}`;
  const texts = pickles.map((pickle) => Buffer.from(pickle).toString("base64"));
  const command = pickledCall(CHECK, "check", texts);
  const error = await loadFailure(connection, name, command, pythonVersion);
  const answers = CHECKED.exec(error?.message ?? "")?.[1];
  if (answers === undefined) {
    throw (
      error ??
      new SparkException(
        "The server's Python worker did not report whether it can load the data source.",
      )
    );
  }
  return (JSON.parse(answers) as string[]).map((traceback) =>
    traceback === "" ? undefined : withMessage(traceback.trimEnd(), error),
  );
}

/** Spark's error, with the traceback of one source as its message. */
function withMessage(message: string, error: SparkException | undefined): SparkException {
  return new SparkException(message, {
    errorClass: error?.errorClass,
    sqlState: error?.sqlState,
    grpcStatus: error?.grpcStatus,
  });
}

/**
 * Registers a pickle as a data source and makes a worker load it.
 *
 * Returns the server's error for the worker's failure, or undefined if the worker succeeded.
 */
export async function loadFailure(
  connection: SparkConnection,
  name: string,
  command: Uint8Array,
  pythonVersion: string,
): Promise<SparkException | undefined> {
  await connection.run(registerDataSource(name, command, pythonVersion));
  const read = { format: name, options: {}, paths: [], isStreaming: false };
  const plan = queryPlan(connection.relation(dataSourceRelation(read)));
  try {
    await connection.client.analyze({ case: "schema", value: { plan } });
    return undefined;
  } catch (error) {
    if (error instanceof SparkException) return error;
    throw error;
  }
}
