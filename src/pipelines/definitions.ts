import { ArgumentError } from "../errors.js";
import type { SourceLocation } from "../call-site.js";
import type { DataFrame } from "../dataframe/dataframe.js";
import type { ColumnOrName, Column } from "../dataframe/column.js";
import type { SparkSession } from "../session/spark-session.js";
import type { StructType } from "../types/struct-type.js";

/**
 * Builds the DataFrame of a flow. Spark runs it later, so the function only declares: it must not write, start a
 * stream, change the session, or ask for rows or columns of the pipeline's own datasets.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- A DataFrame of any rows.
export type FlowFunction = (spark: SparkSession) => DataFrame<any> | Promise<DataFrame<any>>;

/** Settings of a view. */
export interface ViewOptions {
  /** A description. */
  readonly comment?: string | undefined;
  /** Spark configuration of the flow. It takes precedence over the pipeline's. */
  readonly sparkConf?: Readonly<Record<string, string>> | undefined;
}

/** Settings of a table without a flow of its own. */
export interface TableOptions {
  /** A description, kept with the table. */
  readonly comment?: string | undefined;
  /**
   * The table's format, such as `parquet`. Default: `spark.sql.sources.default` of the session. Delta Lake refuses the
   * second run of a table with `format: "delta"` (DELTA_CANNOT_CHANGE_PROVIDER). Set the default to `delta` instead:
   * `await spark.conf.set("spark.sql.sources.default", "delta")` before `start()`.
   */
  readonly format?: string | undefined;
  /** The columns, as DDL text or a StructType. Default: the columns of the flow. */
  readonly schema?: string | StructType | undefined;
  /** Properties of the table. */
  readonly tableProperties?: Readonly<Record<string, string>> | undefined;
  /** Names of the columns that the table is partitioned by. */
  readonly partitionCols?: readonly string[] | undefined;
  /** Names of the columns that the table is clustered by. */
  readonly clusterBy?: readonly string[] | undefined;
}

/** Settings of a table or materialized view with its flow. */
export interface DatasetOptions extends TableOptions, ViewOptions {}

/** Settings of a flow. */
export interface FlowOptions {
  /** Default: the name of the function; without one, the target's name. */
  readonly name?: string | undefined;
  /** Spark configuration of the flow. It takes precedence over the pipeline's. */
  readonly sparkConf?: Readonly<Record<string, string>> | undefined;
  /** Runs the flow only once, until a full refresh. Spark 4.1 to 4.3 refuse it, so `start()` refuses it for them. */
  readonly once?: boolean | undefined;
}

/** Settings of a sink. */
export interface SinkOptions {
  /** The format of a streaming sink: `kafka`, `delta`, `console` … */
  readonly format: string;
  /** Options of the format. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** A flow that applies changes of records to a streaming table. Spark 4.2 and newer. */
export interface AutoCdcOptions {
  /** The streaming table; `createStreamingTable()` creates it. Its format must support row-level operations. */
  readonly target: string;
  /** The table or view with the changes. It is read as a stream. */
  readonly source: string;
  /** The columns that identify a record. */
  readonly keys: readonly ColumnOrName[];
  /** A Column or SQL text that orders the changes of a record. */
  readonly sequenceBy: string | Column;
  /** A Column or SQL text that is true for a change that deletes the record. Default: no change deletes. */
  readonly applyAsDeletes?: string | Column | undefined;
  /** The columns of the target. Not together with `exceptColumnList`. Default: all columns. */
  readonly columnList?: readonly ColumnOrName[] | undefined;
  /** The columns of the source that the target does not have. */
  readonly exceptColumnList?: readonly ColumnOrName[] | undefined;
  /** 1 keeps the newest version of a record, 2 keeps all versions (Spark 4.3). Default: 1. */
  readonly storedAsScdType?: 1 | 2 | undefined;
  /** The columns whose change starts a new version. Only for type 2. Default: all columns. */
  readonly trackHistoryColumnList?: readonly ColumnOrName[] | undefined;
  /** The columns whose change does not start a new version. Only for type 2. */
  readonly trackHistoryExceptColumnList?: readonly ColumnOrName[] | undefined;
  /** Default: the target's name. */
  readonly name?: string | undefined;
  /** Spark configuration of the flow. Spark 4.3 and newer. */
  readonly sparkConf?: Readonly<Record<string, string>> | undefined;
}

/** A dataset, sink, flow or SQL text of a pipeline. */
export type PipelineDefinition =
  | {
      readonly kind: "streamingTable" | "materializedView";
      readonly name: string;
      readonly query: FlowFunction;
      readonly options: DatasetOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "temporaryView";
      readonly name: string;
      readonly query: FlowFunction;
      readonly options: ViewOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "createStreamingTable";
      readonly name: string;
      readonly options: TableOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "appendFlow";
      readonly name: string;
      readonly target: string;
      readonly query: FlowFunction;
      readonly options: FlowOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "sink";
      readonly name: string;
      readonly options: SinkOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "autoCdcFlow";
      readonly name: string;
      readonly target: string;
      readonly options: AutoCdcOptions;
      readonly location: SourceLocation | undefined;
    }
  | {
      readonly kind: "sql";
      readonly text: string;
      /** The path that messages of the server show. */
      readonly file: string;
      readonly location: SourceLocation | undefined;
    };

/** The definitions that add a dataset or a sink, in the words of a message. */
const WORDS: Readonly<Record<PipelineDefinition["kind"], string>> = {
  streamingTable: "the streaming table",
  materializedView: "the materialized view",
  temporaryView: "the temporary view",
  createStreamingTable: "the streaming table",
  appendFlow: "the flow",
  sink: "the sink",
  autoCdcFlow: "the AUTO CDC flow",
  sql: "the SQL file",
};

/** `the streaming table prices`, for a message. */
export function describeDefinition(definition: PipelineDefinition): string {
  const name = definition.kind === "sql" ? definition.file : definition.name;
  return `${WORDS[definition.kind]} ${name}`;
}

/** `Defined at /app/markets.ts:12.`, for the end of a message. Empty if the program switched stack traces off. */
export function definedAt(definition: PipelineDefinition): string {
  const { location } = definition;
  return location === undefined ? "" : `Defined at ${location.file}:${location.line}.`;
}

/** An error about a definition. It names its line. */
export function definitionError(
  argument: string,
  message: string,
  definition: PipelineDefinition,
  cause?: unknown,
): ArgumentError {
  const where = definedAt(definition);
  return new ArgumentError(
    argument,
    where === "" ? message : `${message}\n${where}`,
    cause === undefined ? undefined : { cause },
  );
}
