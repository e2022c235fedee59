/** The Apache Spark client for TypeScript that brings its own data sources. */
import "./connect.js";

export { SparkSession } from "./session/spark-session.js";
export { SparkSessionBuilder } from "./session/builder.js";
export { RuntimeConf } from "./session/runtime-conf.js";
export { DataSourceRegistration } from "./session/data-source-registration.js";
export { DataFrame } from "./dataframe/dataframe.js";
export { Column } from "./dataframe/column.js";
export { GroupedData } from "./dataframe/grouped-data.js";
export { DataFrameReader } from "./dataframe/dataframe-reader.js";
export { DataFrameWriter } from "./dataframe/dataframe-writer.js";
export { DataStreamReader } from "./streaming/data-stream-reader.js";
export { DataStreamWriter } from "./streaming/data-stream-writer.js";
export { StreamingQuery } from "./streaming/streaming-query.js";
export { StreamingQueryManager } from "./streaming/streaming-query-manager.js";
export { Timestamp } from "./types/timestamp.js";
export { CalendarInterval } from "./types/calendar-interval.js";
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
export {
  AnalysisException,
  ArgumentError,
  DecodeError,
  LocalSparkError,
  ParseException,
  ProtocolError,
  PythonException,
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

export type { DecodeOptions, RowMode, TemporalModes } from "./arrow/decode-options.js";
export type { ColumnOrName } from "./dataframe/column.js";
export type { CollectOptions, JoinType } from "./dataframe/dataframe.js";
export type { QueryContext } from "./errors.js";
export type { OperationState } from "./plan/operation-state.js";
export type { ExplainMode } from "./plan/explain.js";
export type { SaveMode } from "./plan/command.js";
export type { Trigger } from "./plan/streaming-command.js";
export type { ArtifactItem, ArtifactOptions } from "./session/artifact-items.js";
export type { Logger } from "./session/builder.js";
export type { DeployableDataSource } from "./session/data-source-registration.js";
export type {
  ExecutionProgress,
  ProgressHandler,
  StageProgress,
} from "./session/execution-progress.js";
export type { CallOptions } from "./session/spark-connection.js";
export type { OutputMode } from "./streaming/data-stream-writer.js";
export type {
  SinkProgress,
  SourceProgress,
  StateOperatorProgress,
  StreamingQueryProgress,
} from "./streaming/progress.js";
export type { StreamingQueryStatus } from "./streaming/streaming-query.js";
export type { TlsOptions, TokenSource } from "./transport/channel.js";
export type { KeepaliveOptions } from "./transport/connection-string.js";
export type { DiagnosticEvents } from "./transport/diagnostics.js";
export type { RetryEvent, RetryPolicy } from "./transport/retry.js";
export type { Span, Tracer } from "./transport/tracing.js";
export type { DataType } from "./types/data-type.js";
export type { ArrayRow, ObjectRow, Row } from "./types/row.js";
