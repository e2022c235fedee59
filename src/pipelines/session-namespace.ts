import type { CallOptions } from "../connection/call-options.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import type { SparkSession } from "../session/spark-session.js";
import { unlessAborted } from "../waiting.js";
import { connectionOf } from "./build-flow.js";
import { canonicalName, type DefaultNamespace } from "./dataset-name.js";
import type { PipelineOptions } from "./pipeline-options.js";

/** The catalog and the database of a run: the pipeline's, otherwise the current ones of the session. */
export interface RunNamespace extends DefaultNamespace {
  readonly catalog: string;
  readonly database: string;
}

/** The namespace of a run, and how its request names it. */
export interface HeldNamespace extends RunNamespace {
  /**
   * What the request names: only the pipeline's options, as PySpark does. Beside another run, which has changed what is
   * current in the session, it names all of it.
   */
  readonly sent: Pick<PipelineOptions, "catalog" | "database">;
  /** Restores what was current in the session before its first run. Call it once, at the end. */
  release(): Promise<void>;
}

/** The runs of a session at a time. */
interface Runs {
  count: number;
  /** What was current before the first of them. */
  readonly before: Promise<RunNamespace>;
  /** What they have made current. */
  readonly own: RunNamespace[];
}

const RESTORE_MS = 5_000;
const runsOf = new WeakMap<SparkConnection, Runs>();

async function currentNamespace(
  spark: SparkSession,
  call: CallOptions = {},
): Promise<RunNamespace> {
  return {
    catalog: await spark.catalog.currentCatalog(call),
    database: await spark.catalog.currentDatabase(call),
  };
}

function areEqual(one: RunNamespace, other: RunNamespace): boolean {
  return canonicalName("table", one) === canonicalName("table", other);
}

/**
 * Finds the namespace of a run. Spark makes it the current one of the session (PipelinesHandler.scala), so it is
 * restored after the last run of the session, unless the program has changed it since.
 */
export async function holdNamespace(
  spark: SparkSession,
  options: PipelineOptions,
  call: CallOptions,
): Promise<HeldNamespace> {
  const connection = connectionOf(spark);
  const others = runsOf.get(connection);
  const runs = others ?? { count: 0, before: currentNamespace(spark), own: [] };
  runsOf.set(connection, runs);
  runs.count += 1;
  const release = async (): Promise<void> => {
    runs.count -= 1;
    if (runs.count > 0) return;
    runsOf.delete(connection);
    await restore(spark, runs);
  };
  try {
    const before = await unlessAborted(runs.before, call.signal);
    const { catalog = before.catalog, database = before.database } = options;
    runs.own.push({ catalog, database });
    const sent = others === undefined ? options : { catalog, database };
    return { catalog, database, sent, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function restore(spark: SparkSession, { before, own }: Runs): Promise<void> {
  const call = { signal: AbortSignal.timeout(RESTORE_MS) };
  try {
    const wanted = await before;
    if (own.every((each) => areEqual(each, wanted))) return;
    const current = await currentNamespace(spark, call);
    if (!own.some((each) => areEqual(each, current))) return;
    await spark.catalog.setCurrentCatalog(wanted.catalog, call);
    await spark.catalog.setCurrentDatabase(wanted.database, call);
  } catch (error) {
    connectionOf(spark).logger?.warn(
      { err: error },
      "the session's current database was not restored after a pipeline",
    );
  }
}
