import type { PythonWorkerVersion } from "../connection/python-worker-version.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import type { Relation } from "../plan/relation.js";
import type { SparkSession } from "../session/spark-session.js";
import type { DataStreamWriter } from "../streaming/data-stream-writer.js";

export type { DataStreamWriter, SparkSession };

/** What a session shares with its DataFrames. The session creates it. */
export interface SessionContext {
  readonly connection: SparkConnection;
  /** Methods that send Python code to the server need this version. */
  readonly pythonVersion: PythonWorkerVersion;
  /** For `df.sparkSession`: SparkSession is in a layer above. */
  readonly session: () => SparkSession;
  /** For `df.writeStream`: DataStreamWriter is in a layer above. */
  readonly writeStream: (relation: Relation) => DataStreamWriter;
}
