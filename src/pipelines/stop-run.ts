import type { SparkSession } from "../session/spark-session.js";
import { waitMs } from "../waiting.js";
import { connectionOf } from "./build-flow.js";
import { DefinitionPlaces } from "./definition-places.js";
import type { PipelineDefinition } from "./definitions.js";
import type { PipelineOptions } from "./pipeline-options.js";

/** The longest wait for the end of a run that was stopped. */
const STOP_MS = 15_000;
const POLL_MS = 50;

/**
 * Ends the run with a tag on the server, and waits for its end. A session that ends before would leave flows running.
 *
 * @param isFlow whether a query's name is a flow of the run
 */
export async function stopRun(
  spark: SparkSession,
  tag: string,
  isFlow: (name: string) => boolean,
): Promise<void> {
  const call = { signal: AbortSignal.timeout(STOP_MS) };
  try {
    // The first interrupt may overtake the run.
    while ((await spark.interruptTag(tag, call)).length > 0) await waitMs(POLL_MS, call.signal);
    // An interrupt cancels jobs. It misses a streaming flow that is between two of its jobs.
    for (;;) {
      const running = (await spark.streams.active(call)).filter(({ name = "" }) => isFlow(name));
      if (running.length === 0) return;
      for (const query of running) await query.stop(call);
    }
  } catch (error) {
    connectionOf(spark).logger?.warn(
      { err: error },
      "the server did not end a pipeline's run in time",
    );
  }
}

/** Ends a run that another process, or a lost connection, left in the session. */
export async function stopFormerRun(
  spark: SparkSession,
  tag: string,
  options: PipelineOptions,
  definitions: readonly PipelineDefinition[],
): Promise<void> {
  const places = new DefinitionPlaces(definitions, {
    catalog: options.catalog ?? (await spark.catalog.currentCatalog()),
    database: options.database ?? (await spark.catalog.currentDatabase()),
  });
  await stopRun(spark, tag, (name) => places.flow(name) !== undefined);
}
