import { randomUUID } from "node:crypto";
import { SparkException } from "../errors.js";
import { queryPlan, registerDataSource } from "../plan/command.js";
import { dataSourceRelation } from "../plan/relation.js";
import { pickledCall } from "../python/pickle.js";
import type { SparkConnection } from "./spark-connection.js";

/**
 * Loads pickles of data sources in one worker and answers, for each, the traceback of what kept it from
 * loading, or an empty text. An error is the way back: Spark gives the client nothing else of what a
 * worker finds before a class has a schema.
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
 * Returns for each, in order, what its loading raised; undefined where it loads.
 *
 * @param pythonVersion the version of the server's workers, as `3.11`
 * @throws {SparkException} no worker could be asked
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
      error ?? new SparkException("The server's worker did not say whether it loads the source.")
    );
  }
  return (JSON.parse(answers) as string[]).map((traceback) =>
    traceback === "" ? undefined : withMessage(traceback.trimEnd(), error),
  );
}

/** What Spark says of the failure, with one source's traceback as its message. */
function withMessage(message: string, error: SparkException | undefined): SparkException {
  return new SparkException(message, {
    errorClass: error?.errorClass,
    sqlState: error?.sqlState,
    grpcStatus: error?.grpcStatus,
  });
}

/**
 * Registers a pickle as a data source and has a worker load it.
 *
 * Returns what the server made of the worker's error; undefined where the worker raised none.
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
