import { SparkError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";
import { deltaTable } from "../delta/delta-table.js";
import { explainFailure } from "../delta/require-delta.js";
import type { SparkSession } from "../session/spark-session.js";
import { quoteIdentifier, simpleString, sqlString } from "../types/ddl.js";
import type { StructType } from "../types/struct-type.js";
import type { SinkTable } from "./delta-sink.js";

/** The code of the error for a table whose columns do not fit the connector. It needs a person. */
export const SCHEMA_CHANGED = "CONNECTOR_SCHEMA_CHANGED";

/**
 * Creates the table if it does not exist, and adds columns that it does not have yet.
 *
 * @throws {SparkError} code CONNECTOR_SCHEMA_CHANGED: a column has another type in the table
 */
export async function prepareTable(
  spark: SparkSession,
  { location, identifier }: SinkTable,
  schema: StructType,
  options: CallOptions,
): Promise<void> {
  const definition = (field: StructType["fields"][number]): string =>
    `${quoteIdentifier(field.name)} ${sqlString(field.dataType)}`;
  const columns = schema.fields.map(definition).join(", ");
  const run = async (sql: string): Promise<void> => {
    try {
      await spark.sql(sql, [], options);
    } catch (error) {
      throw await explainFailure(spark, error);
    }
  };
  await run(`CREATE TABLE IF NOT EXISTS ${identifier.sql} (${columns}) USING delta`);
  const stored = await deltaTable(spark, location).toDF().schema(options);
  const has = (name: string): StructType["fields"][number] | undefined =>
    stored.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  const changed = schema.fields.find((field) => {
    const own = has(field.name);
    return own !== undefined && simpleString(own.dataType) !== simpleString(field.dataType);
  });
  if (changed !== undefined) {
    const was = has(changed.name)?.dataType;
    throw new SparkError(
      SCHEMA_CHANGED,
      `The column ${changed.name} of ${location} has the type ${was === undefined ? "" : simpleString(was)}, but the connector defines ${simpleString(changed.dataType)}. Change the type in the connector back, change the column in the table, or write to another table with a new checkpoint.`,
    );
  }
  const missing = schema.fields.filter(({ name }) => has(name) === undefined);
  if (missing.length > 0)
    await run(`ALTER TABLE ${identifier.sql} ADD COLUMNS (${missing.map(definition).join(", ")})`);
}
