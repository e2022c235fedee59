import { appendFileSync } from "node:fs";
import { ArgumentError, SessionError, SparkConnectionError, SparkError } from "../errors.js";
import { SparkSession, type SparkSessionBuilder } from "../index.js";
import { temporaryDatabase, type TemporaryDatabase } from "./temporary.js";

/** The file to which each session adds a line with the milliseconds that it took. `startTestSpark()` sets it. */
export const SESSION_TIMES_VARIABLE = "SPARKTIDE_SESSION_TIMES";

/**
 * Creates a session of its own, with a database of its own as the current one, on the Spark that the global setup started
 * or `SPARK_REMOTE` names. So tests that run at the same time share no views, settings and tables. stop(), and the end of
 * `await using`, also drop the database with its tables.
 *
 * @param configure changes the builder first: `(builder) => builder.dataSources(weather)`
 * @throws {SparkError} code `NO_TEST_SPARK`: the global setup is missing
 *
 * @example
 * ```ts
 * test("counts", async () => {
 *   await using spark = await testSession();
 *   await assertDataFrameEqual(spark.range(2), [{ id: 0 }, { id: 1 }]);
 * });
 * ```
 */
export async function testSession(
  configure: (builder: SparkSessionBuilder) => SparkSessionBuilder = (builder) => builder,
): Promise<SparkSession> {
  const startedAt = performance.now();
  const spark = await configure(SparkSession.builder()).create().catch(explainMissingServer);
  try {
    const database = await temporaryDatabase(spark);
    await spark.catalog.setCurrentDatabase(database.name);
    dropAtStop(spark, database);
  } catch (error) {
    await spark.stop();
    throw error;
  }
  const file = process.env[SESSION_TIMES_VARIABLE] ?? "";
  if (file !== "") appendFileSync(file, `${(performance.now() - startedAt).toFixed(1)}\n`);
  return spark;
}

function explainMissingServer(error: unknown): never {
  if (!(error instanceof ArgumentError && error.argument === "remote")) throw error;
  throw new SparkError(
    "NO_TEST_SPARK",
    'testSession() found no Spark. Add "sparktide/testing/vitest" to globalSetup in vitest.config.ts, or "sparktide/testing/jest" in Jest\'s configuration, or set SPARK_REMOTE.',
    { cause: error },
  );
}

/** Makes stop() drop the database before it ends the session. */
function dropAtStop(spark: SparkSession, database: TemporaryDatabase): void {
  const stop = spark.stop.bind(spark);
  const dropAndStop = async (): Promise<void> => {
    try {
      if (!spark.isStopped) await database[Symbol.asyncDispose]();
    } catch (error) {
      // If the server or the session is gone, stop() has nothing to release either.
      if (!(error instanceof SparkConnectionError || error instanceof SessionError)) throw error;
    } finally {
      await stop();
    }
  };
  let stopping: Promise<void> | undefined;
  Object.defineProperty(spark, "stop", { value: () => (stopping ??= dropAndStop()) });
}
