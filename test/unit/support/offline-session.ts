import { DataFrame } from "../../../src/dataframe/dataframe.js";
import { rangeRelation } from "../../../src/plan/relation.js";
import { PythonWorkerVersion } from "../../../src/connection/python-worker-version.js";
import type { SessionContext } from "../../../src/dataframe/session-context.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import type { LoopTurns } from "../../../src/loop-turns.js";
import type { FakeSparkServer } from "./fake-spark-server.js";

function unused(): never {
  throw new Error("An offline session does not have this part.");
}

/** The context of a session on a scripted server with this Spark version. */
export function offlineContext(
  server: FakeSparkServer,
  version: string,
  turns?: LoopTurns,
): SessionContext {
  const connection = new SparkConnection(
    server.client(),
    new SparkVersion(version),
    arrowCodec,
    undefined,
    turns,
  );
  return {
    connection,
    pythonVersion: new PythonWorkerVersion(connection),
    session: unused,
    writeStream: unused,
  };
}

/** A DataFrame of the numbers 0 to 2 as `id`, in such a session. */
export function rangeOf(context: SessionContext): DataFrame {
  return new DataFrame(context, context.connection.relation(rangeRelation(0n, 3n, 1n)));
}
