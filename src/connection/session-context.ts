import type { DataFrame } from "../dataframe/dataframe.js";
import type { DataFrameReader } from "../dataframe/read-write/dataframe-reader.js";
import type { TableValuedFunctions } from "../dataframe/table-valued-functions.js";
import type { Relation } from "../plan/relation.js";
import type { DataStreamReader } from "../streaming/data-stream-reader.js";
import type { DataStreamWriter } from "../streaming/data-stream-writer.js";
import type { StreamingQueryManager } from "../streaming/streaming-query-manager.js";
import type { ObjectRow } from "../types/row.js";
import type { PythonWorkerVersion } from "./python-worker-version.js";
import type { SparkConnection } from "./spark-connection.js";
import type { SparkSession } from "../session/spark-session.js";

/** Makes what lives in layers to the right of the session; filled in connect.ts. */
export interface SessionFactories {
  /** The caller knows the rows' type; nothing here checks it. */
  dataFrame<R extends ObjectRow = ObjectRow>(
    context: SessionContext,
    relation: Relation,
  ): DataFrame<R>;
  dataFrameReader(context: SessionContext): DataFrameReader;
  dataStreamReader(context: SessionContext): DataStreamReader;
  dataStreamWriter(context: SessionContext, relation: Relation): DataStreamWriter;
  streamingQueryManager(context: SessionContext): StreamingQueryManager;
  tableValuedFunctions(context: SessionContext): TableValuedFunctions;
}

/** What a session's objects share. */
export interface SessionContext {
  readonly connection: SparkConnection;
  readonly create: SessionFactories;
  /** For whatever carries Python code to the server. */
  readonly pythonVersion: PythonWorkerVersion;
  /** The session itself, for `df.sparkSession`. */
  readonly session: () => SparkSession;
}
