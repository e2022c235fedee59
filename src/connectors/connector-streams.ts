import { ArgumentError, SparkError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { kindOf, shown } from "../value-kind.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StreamStartOptions } from "../streaming/data-stream-writer.js";
import type { StreamingQuery } from "../streaming/streaming-query.js";
import type { SupervisedStreamOptions } from "../supervisor/supervisor-options.js";
import { BooleanType } from "../types/data-type.js";
import { structTypeFromDdl } from "../types/parse-ddl.js";
import { StructField, StructType } from "../types/struct-type.js";
import { latestByOf, typeAt } from "./check-definition.js";
import {
  keyColumns,
  type ConnectorDefinition,
  type ConnectorReadOptions,
  type ConnectorTable,
} from "./connector-definition.js";
import { sinkTable, type DeltaSink, type SinkTable } from "./delta-sink.js";
import { historySql, mergeBatch, upsertSql, type MergedTable } from "./merge-batch.js";
import { prepareTable, SCHEMA_CHANGED } from "./prepare-table.js";

/** How the streams of a connector write: see {@link Connector.streams}. */
export type ConnectorMode = "append" | "upsert" | "scd2";

/** The options of {@link Connector.streams}. */
export interface ConnectorStreamsOptions<
  Table extends string = string,
  Parameter extends string = string,
> {
  /** Where the tables are: `delta("/lake/github")`. */
  readonly sink: DeltaSink;
  /** Default: all tables. */
  readonly tables?: readonly Table[] | undefined;
  /** How records are written. */
  readonly mode: ConnectorMode;
  /** Options of the reads: parameters, credentials, and options of `rest`. */
  readonly options?: ConnectorReadOptions<Parameter> | undefined;
  /** When a batch starts. Default: `{ processingTime: "10 seconds" }`. */
  readonly trigger?:
    { readonly processingTime: string } | { readonly availableNow: true } | undefined;
}

const MODES: readonly ConnectorMode[] = ["append", "upsert", "scd2"];
const OPTIONS: readonly (keyof ConnectorStreamsOptions)[] = [
  ...(["sink", "tables", "mode", "options", "trigger"] as const),
];
const HISTORY_COLUMNS: readonly string[] = ["valid_from", "valid_to", "is_current"];

/** A stream of a table, checked. */
interface TableStream {
  readonly connector: string;
  readonly read: Readonly<Record<string, string>>;
  readonly sink: SinkTable;
  readonly mode: ConnectorMode;
  readonly columns: StructType;
  readonly merged: MergedTable;
  readonly trigger: NonNullable<ConnectorStreamsOptions["trigger"]>;
}

/** The declarations of the streams of a connector. */
export function connectorStreams(
  definition: ConnectorDefinition,
  readOptions: (table: string, read: object) => Readonly<Record<string, string>>,
  options: ConnectorStreamsOptions,
): readonly SupervisedStreamOptions[] {
  const { name } = definition;
  checkOptions(`${name}.streams()`, options, OPTIONS);
  const { sink, mode, tables = Object.keys(definition.tables) } = options;
  // JavaScript callers may pass any type.
  if (!MODES.includes(mode))
    throw new ArgumentError("mode", `mode must be ${MODES.join(", ")}, got ${shown(mode)}.`);
  if (typeof (sink as unknown) !== "object" || typeof sink.location !== "string")
    throw new ArgumentError(
      "sink",
      `${name}.streams() needs a sink, such as delta("/lake/${name}"), got ${kindOf(sink)}.`,
    );
  const { trigger = { processingTime: "10 seconds" } } = options;
  return tables.map((table) => {
    const declared = definition.tables[table];
    if (declared === undefined) throw new ArgumentError("tables", `${name} has no table ${table}.`);
    const stream = tableStream(definition, table, declared, {
      mode,
      trigger,
      sink: sinkTable(sink, table),
      read: readOptions(table, options.options ?? {}),
    });
    return {
      name: `${name}_${table}`,
      ends: "availableNow" in trigger,
      // A person must decide what happens to the table.
      isFatal: (error) =>
        error instanceof SparkError && error.code === SCHEMA_CHANGED ? true : undefined,
      start: (spark, startOptions) => start(spark, stream, startOptions),
    };
  });
}

function tableStream(
  { name, defaults }: ConnectorDefinition,
  table: string,
  declared: ConnectorTable,
  parts: Pick<TableStream, "mode" | "trigger" | "sink" | "read">,
): TableStream {
  const schema = structTypeFromDdl(declared.schema);
  const latestBy = latestByOf(declared, defaults);
  if (parts.mode === "scd2") {
    if (latestBy === undefined)
      throw new ArgumentError(
        "latestBy",
        `mode scd2 needs the column that grows with each version of a record: set latestBy of the table ${table}.`,
      );
    const taken = schema.fields.find((field) => HISTORY_COLUMNS.includes(field.name.toLowerCase()));
    if (taken !== undefined)
      throw new ArgumentError(
        "mode",
        `mode scd2 adds the column ${taken.name}, which the table ${table} already has.`,
      );
  }
  return {
    ...parts,
    connector: name,
    columns: parts.mode === "scd2" ? withHistory(schema, latestBy ?? "") : schema,
    merged: {
      name: `${table} of ${name}`,
      sql: parts.sink.identifier.sql,
      columns: schema.fields.map((field) => field.name),
      keys: keyColumns(declared),
      latestBy,
      deletes: declared.deletes,
    },
  };
}

/** The columns of a table that keeps all versions. */
function withHistory(schema: StructType, latestBy: string): StructType {
  const type = typeAt(schema, latestBy);
  if (type === undefined) return schema;
  return new StructType([
    ...schema.fields,
    StructField("valid_from", type),
    StructField("valid_to", type),
    StructField("is_current", BooleanType()),
  ]);
}

async function start(
  spark: SparkSession,
  stream: TableStream,
  options: StreamStartOptions,
): Promise<StreamingQuery> {
  const { connector, read, sink, mode, columns, merged, trigger } = stream;
  const { signal } = options;
  if (options.adopt === undefined) await prepareTable(spark, sink, columns, { signal });
  const writer = spark.readStream
    .format(connector)
    .options(read)
    .load()
    .writeStream.option("checkpointLocation", sink.checkpoint)
    .trigger(trigger);
  if (mode === "append") {
    const { path } = sink.identifier;
    const toDelta = writer.format("delta");
    return path === undefined
      ? toDelta.toTable(sink.location, { signal })
      : toDelta.start(path, options);
  }
  const { latestBy } = merged;
  const mergeSql = (view: string): string =>
    mode === "scd2" && latestBy !== undefined
      ? historySql(view, merged, latestBy)
      : upsertSql(view, merged);
  return writer
    .foreachBatch((batch, _id, context) => mergeBatch(batch, mergeSql, { signal: context.signal }))
    .start(undefined, options);
}
