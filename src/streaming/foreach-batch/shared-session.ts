import { UnsupportedOperationException, SparkException } from "../../errors.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** From Spark 4.3 on: whether a foreachBatch function gets a session of its own. Spark reads it when a query starts. */
const CLONED_SESSION_KEY = "spark.sql.connect.streaming.foreachBatch.useClonedSession";

/** Starts of queries that must wait for each other. */
class StartTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs work when the work before it is over. */
  next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * Starts a query with a function that runs in the client's own session, where both can exchange messages.
 * The setting of the session still applies to other queries.
 *
 * @throws {UnsupportedOperationException} the server does not let the session change the setting
 */
export function startInOwnSession<T>(
  connection: SparkConnection,
  start: () => Promise<T>,
): Promise<T> {
  if (!connection.version.isAtLeast(4, 3)) return start();
  return connection.part(StartTurns).next(async () => {
    const { client } = connection;
    const keys = [CLONED_SESSION_KEY];
    const all = await client.config({ case: "getAll", value: {} });
    const before = all.pairs.find(({ key }) => key === CLONED_SESSION_KEY)?.value;
    await setSharing(connection, "false");
    try {
      return await start();
    } finally {
      if (before === undefined) await client.config({ case: "unset", value: { keys } });
      else await setSharing(connection, before);
    }
  });
}

/** Starts a query with a Python foreachBatch, but not while startInOwnSession() has changed the setting. */
export function startAfterOthers<T>(
  connection: SparkConnection,
  start: () => Promise<T>,
): Promise<T> {
  return connection.version.isAtLeast(4, 3) ? connection.part(StartTurns).next(start) : start();
}

async function setSharing(connection: SparkConnection, value: string): Promise<void> {
  const pairs = [{ key: CLONED_SESSION_KEY, value }];
  try {
    await connection.client.config({ case: "set", value: { pairs } });
  } catch (error) {
    if (!(error instanceof SparkException)) throw error;
    throw new UnsupportedOperationException(
      `A TypeScript foreachBatch needs ${CLONED_SESSION_KEY}=false while its query starts, and the server does not let the session set it. Use foreachBatchPython(), or have the server's administrator allow it.`,
      { errorClass: "FOREACH_BATCH_NEEDS_OWN_SESSION", cause: error },
    );
  }
}
