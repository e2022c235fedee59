import type { SparkConnection } from "../../connection/spark-connection.js";
import type { ForeachBatchBinding } from "./binding.js";

/** Ended bindings kept for a query's exception to be asked later. */
const MAX_ENDED = 50;

const bindings = new WeakMap<SparkConnection, Map<string, ForeachBatchBinding>>();

/** The callback that this process runs, or ran, for a query's run; undefined where it has none. */
export function bindingOf(
  connection: SparkConnection,
  runId: string,
): ForeachBatchBinding | undefined {
  return bindings.get(connection)?.get(runId);
}

/** Remembers a binding of a run. */
export function addBinding(
  connection: SparkConnection,
  runId: string,
  binding: ForeachBatchBinding,
): void {
  const known = bindings.get(connection) ?? new Map<string, ForeachBatchBinding>();
  bindings.set(connection, known.set(runId, binding));
  const ended = [...known].filter(([, other]) => other.hasEnded);
  for (const [endedRunId] of ended.slice(0, -MAX_ENDED)) known.delete(endedRunId);
}
