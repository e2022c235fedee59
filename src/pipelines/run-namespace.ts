import type { CallOptions } from "../connection/call-options.js";
import type { SparkSession } from "../session/spark-session.js";
import type { DefaultNamespace } from "./dataset-name.js";
import type { PipelineOptions } from "./pipeline-options.js";

/** The catalog and the database of a run: the pipeline's, otherwise the current ones of the session. */
export interface RunNamespace extends DefaultNamespace {
  readonly catalog: string;
  readonly database: string;
}

export async function runNamespace(
  spark: SparkSession,
  { catalog, database }: PipelineOptions,
  call: CallOptions,
): Promise<RunNamespace> {
  return {
    catalog: catalog ?? (await spark.catalog.currentCatalog(call)),
    database: database ?? (await spark.catalog.currentDatabase(call)),
  };
}
