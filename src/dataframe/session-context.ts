import type { PythonWorkerVersion } from "../connection/python-worker-version.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import type { Relation } from "../plan/relation.js";
import type { SparkSession } from "../session/spark-session.js";
import type { DataStreamWriter } from "../streaming/data-stream-writer.js";

export type { DataStreamWriter, SparkSession };

/** What a session and its DataFrames share. The session makes it. */
export interface SessionContext {
  readonly connection: SparkConnection;
  /** Needed by whatever sends Python code to the server. */
  readonly pythonVersion: PythonWorkerVersion;
  /** For `df.sparkSession`, which lies in a layer above. */
  readonly session: () => SparkSession;
  /** For `df.writeStream`, which lies in a layer above. */
  readonly writeStream: (relation: Relation) => DataStreamWriter;
}
