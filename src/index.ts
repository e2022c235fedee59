/** The Apache Spark client for TypeScript that brings its own data sources. */
import "./connect.js";
import "./kept-call-sites.js";

export { SparkSession } from "./session/spark-session.js";
export { SparkSessionBuilder } from "./session/builder.js";
export type { JavaScriptOptions } from "./session/builder.js";
export type { NodeChoice } from "./javascript/node/node-choice.js";
export { Catalog } from "./session/catalog/catalog.js";
export { identifier, SqlIdentifier } from "./session/sql/sql-template.js";
export { RuntimeConf } from "./session/runtime-conf.js";
export { DataSourceRegistration } from "./session/registration/data-source-registration.js";
export { UDFRegistration } from "./session/registration/udf-registration.js";
export { UDTFRegistration } from "./session/registration/udtf-registration.js";
export { DataFrame } from "./dataframe/dataframe.js";
export { Dataset } from "./dataframe/dataset.js";
export { Column } from "./dataframe/column.js";
export { toJsonLines } from "./dataframe/to-json-lines.js";
export { DataFrameNaFunctions } from "./dataframe/dataframe-na-functions.js";
export { DataFrameStatFunctions } from "./dataframe/dataframe-stat-functions.js";
export { Observation } from "./dataframe/actions/observation.js";
export { TableArg } from "./dataframe/table-arg.js";
export { TableValuedFunctions } from "./dataframe/table-valued-functions.js";
export { GroupedData } from "./dataframe/grouped-data.js";
export { PandasCogroupedOps } from "./dataframe/python/pandas-cogrouped-ops.js";
export { DataFrameReader } from "./dataframe/read-write/dataframe-reader.js";
export { DataFrameWriter } from "./dataframe/read-write/dataframe-writer.js";
export { DataFrameWriterV2 } from "./dataframe/read-write/dataframe-writer-v2.js";
export { MergeIntoWriter } from "./dataframe/read-write/merge-into-writer.js";
export { Window, WindowSpec } from "./dataframe/window.js";
export { StorageLevel } from "./dataframe/storage-level.js";
export { DeltaMergeBuilder } from "./delta/delta-merge-builder.js";
export { DeltaTable, deltaTable } from "./delta/delta-table.js";
export { DataStreamReader } from "./streaming/data-stream-reader.js";
export { DataStreamWriter } from "./streaming/data-stream-writer.js";
export { StreamingQuery } from "./streaming/streaming-query.js";
export { StreamingQueryManager } from "./streaming/streaming-query-manager.js";
export { txnOptions } from "./streaming/foreach-batch/callback.js";
export { DYNAMIC_STREAM_SCHEMA } from "./supervisor/dynamic-stream-schema.js";
export { StreamSupervisor } from "./supervisor/stream-supervisor.js";
export { StreamsFailedError } from "./supervisor/streams-failed-error.js";
export { Timestamp } from "./types/timestamp.js";
export { CalendarInterval } from "./types/calendar-interval.js";
export { Geography, Geometry } from "./types/geometry.js";
export { DayTimeInterval } from "./types/day-time-interval.js";
export { YearMonthInterval } from "./types/year-month-interval.js";
export { StructField, StructType } from "./types/struct-type.js";
export {
  ArrayType,
  BinaryType,
  BooleanType,
  ByteType,
  CalendarIntervalType,
  CharType,
  DateType,
  DayTimeIntervalType,
  DecimalType,
  DoubleType,
  FloatType,
  GeographyType,
  GeometryType,
  IntegerType,
  LongType,
  MapType,
  NullType,
  ShortType,
  StringType,
  TimeType,
  TimestampLTZNanosType,
  TimestampNTZNanosType,
  TimestampNTZType,
  TimestampType,
  UserDefinedType,
  VarcharType,
  VariantType,
  YearMonthIntervalType,
} from "./types/data-type.js";
export { DataType } from "./types/type-parsing.js";
export { jsonReplacer, rowsToJson } from "./types/json/rows-to-json.js";
export { registerTable } from "./types/table-schemas.js";
export {
  AnalysisException,
  ArgumentError,
  CaptureError,
  DecodeError,
  LocalSparkError,
  ParseException,
  ProtocolError,
  JavaScriptFunctionError,
  PythonException,
  ResultTooLargeError,
  RetriesExceededError,
  SessionError,
  SparkConnectionError,
  SparkError,
  SparkException,
  StreamingQueryException,
  UnsupportedOperationException,
} from "./errors.js";
export { DEFAULT_RETRY_POLICY } from "./transport/retry.js";
export { VERSION } from "./version.js";

// A wildcard, because `declare module "sparktide" { interface Tables { … } }` cannot extend a named re-export.
export type * from "./types/tables.js";

export type {
  DecimalMode,
  DecodeOptions,
  Int64Mode,
  RowMode,
  TemporalModes,
} from "./arrow/decode/decode-options.js";
export type { AliasNames, CaseColumn, ColumnOrName, NamedColumn } from "./dataframe/column.js";
export type { ColumnItems, ColumnList, NameList } from "./dataframe/column-list.js";
export type {
  JoinCallback,
  JoinedDataFrame,
  JoinResult,
  JoinSides,
} from "./dataframe/joined-dataframe.js";
export type {
  ColumnCallback,
  ColumnItem,
  ColumnName,
  ColumnPath,
  ColumnsIn,
  KeyItem,
  Selection,
  WrittenName,
} from "./dataframe/typing/row-names.js";
export type {
  CollectOptions,
  ColumnOptions,
  ColumnsOf,
  RowOf,
  RowOptions,
} from "./dataframe/actions/dataframe-actions.js";
export type {
  DropNaOptions,
  FillValue,
  Replacements,
  ReplaceValue,
} from "./dataframe/dataframe-na-functions.js";
export type { Fractions } from "./dataframe/dataframe-stat-functions.js";
export type { AggregateItems } from "./dataframe/grouped-data.js";
export type { HintParameter } from "./dataframe/hint-parameters.js";
export type { JoinAsOfOptions, JoinOn, JoinType, NearestByOptions } from "./dataframe/joins.js";
export type { SampleOptions } from "./dataframe/sampling.js";
export type { ResultLimits } from "./dataframe/actions/result-limit.js";
export type { JsonLinesOptions } from "./dataframe/actions/row-stream.js";
export type { RowsToJsonOptions } from "./types/json/rows-to-json.js";
export type { ShowOptions } from "./dataframe/actions/single-value.js";
export type { SortKeys, SortOptions } from "./dataframe/sort-keys.js";
export type { SaveOptions } from "./dataframe/read-write/dataframe-writer.js";
export type {
  CsvReadOptions,
  CsvWriteOptions,
  JsonReadOptions,
  JsonWriteOptions,
  OrcReadOptions,
  ParquetReadOptions,
  TextReadOptions,
  TextWriteOptions,
  XmlReadOptions,
  XmlWriteOptions,
} from "./dataframe/read-write/file-options.js";
export type { JdbcReadOptions } from "./dataframe/read-write/jdbc-options.js";
export type {
  MergeAssignments,
  WhenMatched,
  WhenNotMatched,
} from "./dataframe/read-write/merge-clauses.js";
export type { OptionValue } from "./plan/option-text.js";
export type {
  ApplyInPythonOptions,
  MapInPythonOptions,
  PythonMapOptions,
} from "./dataframe/python/python-maps.js";
export type {
  ApplyInPandasWithStateOptions,
  GroupStateTimeout,
  TimeMode,
  ProcessorOptions,
  TransformWithProcessorOptions,
  TransformWithStateOptions,
} from "./dataframe/python/stateful-operators.js";
export type { DeltaChangeResult } from "./delta/delta-change-result.js";
export type {
  DeltaMergeResult,
  DeltaTransaction,
  MergeCondition,
} from "./delta/delta-merge-builder.js";
export type { OptimizeOptions, RestorePoint, VacuumOptions } from "./delta/delta-table.js";
export type { Assignments, SqlValue } from "./delta/sql-value.js";
export type { QueryContext, SparkExceptionDetails } from "./errors.js";
export type { OperationState } from "./plan/operation-state.js";
export type { ExplainMode } from "./plan/explain.js";
export type { SaveMode } from "./plan/command.js";
export type { Trigger } from "./plan/streaming-command.js";
export type {
  ArtifactData,
  ArtifactItem,
  ArtifactOptions,
} from "./connection/artifacts/artifact-items.js";
export type { CallOptions } from "./connection/call-options.js";
export type { DeployableDataSource } from "./connection/deployable-data-source.js";
export type { Logger } from "./connection/logger.js";
export type { CreateTableOptions, DropOptions } from "./session/catalog/catalog.js";
export type {
  CatalogColumn,
  CatalogDatabase,
  CatalogFunction,
  CatalogMetadata,
  CatalogPartition,
  CatalogTable,
} from "./session/catalog/catalog-entries.js";
export type {
  ExecutionProgress,
  ProgressHandler,
  StageProgress,
} from "./connection/execution-progress.js";
export type { ExecutionInfo, OperatorMetrics } from "./plan/execution-info.js";
export type { UdfEvalType, UdtfEvalType } from "./session/registration/python-eval-types.js";
export type { LocalColumns, LocalInput, SchemaInput } from "./connection/local-data/local-input.js";
export type { Verify } from "./session/verified-table.js";
export type { ConfValue } from "./session/runtime-conf.js";
export type { PythonUdf } from "./session/registration/udf-registration.js";
export type { PythonUdtf } from "./session/registration/udtf-registration.js";
export type { AwaitOptions } from "./streaming/await-slices.js";
export type {
  ForeachBatchCallback,
  ForeachBatchContext,
} from "./streaming/foreach-batch/callback.js";
export type { QueryRun } from "./plan/streaming-command.js";
export type { OutputMode, StreamStartOptions } from "./streaming/data-stream-writer.js";
export type {
  MissedBatches,
  SinkProgress,
  SourceProgress,
  StateOperatorProgress,
  StreamingQueryProgress,
} from "./streaming/progress.js";
export type { ProgressOptions } from "./streaming/progress-feed.js";
export type {
  QueryGap,
  QueryGapEvent,
  QueryIdleEvent,
  QueryProgressEvent,
  QueryStartedEvent,
  QueryTerminatedEvent,
  StreamingQueryListener,
} from "./streaming/listeners/streaming-query-listener.js";
export type { StreamingQueryStatus } from "./streaming/streaming-query.js";
export type { RestartPolicy } from "./supervisor/restart-policy.js";
export type {
  DynamicSink,
  DynamicStream,
  DynamicTrigger,
  Schedule,
} from "./supervisor/dynamic-stream.js";
export type { LeaseHolder, StateLease, StateStore } from "./supervisor/store/state-store.js";
export type { CommandOptions, UpgradeOptions } from "./supervisor/command-options.js";
export type {
  DesiredState,
  StreamState,
  StreamStatus,
  SupervisorHealth,
  UpgradeStatus,
} from "./supervisor/stream-status.js";
export type { WatchLimits } from "./supervisor/upgrade-watch.js";
export type { StreamFailure } from "./supervisor/streams-failed-error.js";
export type { MetricsTextOptions } from "./supervisor/metrics-text.js";
export type {
  StreamRun,
  SupervisorCommand,
  SupervisorEvent,
  SupervisorEvents,
  SupervisorHandler,
} from "./supervisor/supervisor-events.js";
export type {
  StreamSupervisorOptions,
  SupervisedStreamOptions,
} from "./supervisor/supervisor-options.js";
export type {
  FlowEvent,
  FlowStatus,
  PipelineRunStatus,
  PipelineStatus,
  SupervisedPipelineOptions,
  SupervisedRun,
} from "./supervisor/supervised-pipeline-options.js";
export type { TlsOptions, TokenSource } from "./transport/channel.js";
export type { KeepaliveOptions } from "./transport/connection-string.js";
export type { DiagnosticEvents } from "./transport/diagnostics.js";
export type { RetryEvent, RetryPolicy } from "./transport/retry.js";
export type { Meter, Span, Tracer } from "./transport/telemetry/open-telemetry.js";
export type { DayTimeField, Srid, YearMonthField } from "./types/data-type.js";
export type { ArrayRow, ObjectRow, Row } from "./types/row.js";
export type { NullableRowOfSchema, RowOfSchema } from "./types/row-of-schema.js";
export type { FormatName, RowOfTable, TableName } from "./types/table-row.js";
export type { NullableRowOfDdl, RowOfDdl, ValueOfDdl } from "./types/value-of-ddl.js";
export type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaOutput,
  StandardSchemaResult,
} from "./types/standard-schema.js";
export type { ClusterOptions } from "./javascript/function-options.js";
export type { ModuleExport } from "./javascript/module-export.js";
export type {
  GroupFunction,
  MapRowsOptions,
  RowsFunction,
  YieldedRows,
} from "./dataframe/javascript/row-functions.js";
