import { existsSync } from "node:fs";
import type { Connector } from "../connectors/connector.js";
import { keyColumns } from "../connectors/connector-definition.js";
import type { SparkSession } from "../session/spark-session.js";
import { checkOptions } from "../option-check.js";
import { thrownMessage } from "../thrown-value.js";
import { quotedName } from "../types/sql-name.js";
import { SparkAssertionError } from "./spark-assertion-error.js";
import { temporaryFolder } from "./temporary.js";

/** Options of {@link checkConnector}. */
export interface CheckConnectorOptions {
  /** The tables to check. Default: all. */
  readonly tables?: readonly string[] | undefined;
  /** Options of the reads, such as `baseUrl` of a server of replayApi() and the connector's parameters. */
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Longest time for one read, in milliseconds. Default: 60 000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Checks tables of a connector against its API, or a recording of it:
 *
 * - A read of the whole table ends, and each record fits `schema`.
 * - No two records have the same `key`, unless they are versions that `latestBy` orders; no key is null.
 * - A stream that reads what is there ends, and after a restart from its checkpoint it adds no record again. This needs Spark 4.2,
 *   and is not checked on older servers.
 *
 * It reads from `spark`, in which the connector must be registered, and writes to a temporary folder that Spark must see.
 *
 * @throws {SparkAssertionError} code CONNECTOR_BROKEN: the message names the table and what is wrong
 */
export async function checkConnector(
  spark: SparkSession,
  connector: Connector,
  options: CheckConnectorOptions = {},
): Promise<void> {
  checkOptions("checkConnector()", options, ["tables", "options", "timeoutMs"]);
  const { tables = Object.keys(connector.definition.tables), timeoutMs = 60_000 } = options;
  for (const table of tables) {
    const read = connector.options({ ...options.options, table }) as Record<string, string>;
    const check = async (promise: string, work: (signal: AbortSignal) => Promise<void>) => {
      try {
        await work(AbortSignal.timeout(timeoutMs));
      } catch (error) {
        throw new SparkAssertionError(
          "CONNECTOR_BROKEN",
          `The table ${table} of ${connector.name} breaks a promise: ${promise}. ${thrownMessage(error)}`,
          { cause: error },
        );
      }
    };
    await check(
      `a read ends within ${timeoutMs} ms, and its records fit schema and key`,
      (signal) => checkRows(spark, connector, table, read, signal),
    );
    const [major = 0, minor = 0] = (await spark.version()).split(".").map(Number);
    if (major > 4 || (major === 4 && minor >= 2))
      await check("a stream ends, and adds nothing again after a restart", (signal) =>
        checkRestart(spark, connector.name, read, signal),
      );
  }
}

async function checkRows(
  spark: SparkSession,
  connector: Connector,
  table: string,
  read: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const declared = connector.definition.tables[table];
  if (declared === undefined) return;
  const keys = keyColumns(declared).map((key) => quotedName("key", key));
  const latestBy = connector.latestBy(table);
  const identity = latestBy === undefined ? keys : [...keys, quotedName("latestBy", latestBy)];
  const rows = spark.read.format(connector.name).options(read).load();
  const checked = rows.selectExpr(
    `to_json(struct(${identity.map((column, at) => `${column} AS k${at}`).join(", ")})) AS id`,
    `${keys.map((key) => `${key} IS NULL`).join(" OR ")} AS lacks`,
  );
  const counts = checked.groupBy("id", "lacks").count().where("lacks OR count > 1").limit(1);
  const [wrong] = await counts.collect({ signal, rowMode: "array" });
  if (wrong === undefined) return;
  const [id, lacks, count] = wrong;
  throw new Error(
    lacks === true
      ? `A record has no value in its key: ${String(id)}.`
      : `${String(count)} records have the key ${String(id)}.`,
  );
}

async function checkRestart(
  spark: SparkSession,
  name: string,
  read: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  await using folder = await temporaryFolder();
  const drain = async (): Promise<number> => {
    const query = await spark.readStream
      .format(name)
      .options({ ...read, streamingInterval: "0" })
      .load()
      .writeStream.format("parquet")
      .option("checkpointLocation", `${folder.path}/checkpoint`)
      .trigger({ availableNow: true })
      .start(`${folder.path}/rows`, { signal });
    try {
      await query.awaitTermination({ signal });
    } finally {
      await query.stop();
    }
    // Without a record the query writes nothing.
    if (!existsSync(`${folder.path}/rows`)) return 0;
    const rows = spark.read.schema("sparktide_none string").parquet(`${folder.path}/rows`);
    return rows.count({ signal });
  };
  const first = await drain();
  const again = await drain();
  if (first !== again)
    throw new Error(`The first run has ${first} rows, and after the restart there are ${again}.`);
}
