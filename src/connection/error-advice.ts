import type { SparkException, SparkExceptionDetails } from "../errors.js";

type Advice = (parameters: Readonly<Record<string, string>>, error: SparkException) => string;

/** A text of SQL that holds a printed JavaScript value. */
const PRINTED_VALUE = /\[object \w+\]|\bColumn<'|\bDataFrame\[/;
const DATE_LETTERS =
  "Spark's date patterns are Java's: yyyy is the year, MM the month, dd the day, HH the hour, mm the minute, ss the second.";

function unresolvedColumn({ objectName = "" }: Readonly<Record<string, string>>): string {
  const name = objectName.replaceAll("`", "");
  const direction = /^(?:(.+) )?(asc|desc)$/i.exec(name);
  if (direction !== null) {
    const [, column = "…", order = ""] = direction;
    return `The whole text is taken as a column's name. For the direction write col(${JSON.stringify(column)}).${order.toLowerCase()}().`;
  }
  if (PRINTED_VALUE.test(name)) {
    return 'Operators such as + do not work on Columns: write col("a").plus(col("b")).';
  }
  if (name === "undefined" || name === "NaN") {
    return `The program turned the value ${name} into text. Check where the name comes from.`;
  }
  // Letters, digits, underscores and dots: an ordinary name.
  if (/^[\p{L}\p{N}_.$]*$/u.test(name)) return "";
  return `The whole text is taken as a column's name. For SQL write expr(${JSON.stringify(name)}) or selectExpr(${JSON.stringify(name)}).`;
}

function syntaxError({ error = "" }: Readonly<Record<string, string>>, text: string): string {
  if (PRINTED_VALUE.test(text)) {
    return "The SQL text holds a printed JavaScript object. Write a column by its name, and pass values as arguments, for ? or :name. To use a DataFrame in SQL, call createOrReplaceTempView() and write the view's name.";
  }
  switch (error) {
    case "'$'":
      return "Spark's markers for arguments are ? and :name, not $1.";
    case "'&'":
    case "'|'":
      return "Write AND and OR in SQL, not && and ||.";
    default:
      return "";
  }
}

/** The types of JavaScript that are not types of Spark. */
const JAVASCRIPT_TYPES: Readonly<Record<string, string>> = {
  '"NUMBER"': "DOUBLE, INT or BIGINT",
  '"OBJECT"': "STRUCT<…> or MAP<…>",
  '"BUFFER"': "BINARY",
};

function outputMode({ outputMode = "" }: Readonly<Record<string, string>>): string {
  return outputMode === "complete"
    ? 'Use outputMode("append"), or aggregate the stream.'
    : 'Call withWatermark() before the aggregation, or use outputMode("update") or outputMode("complete").';
}

/** What to do in a program of this client, by Spark's error condition. */
const ADVICE: Readonly<Record<string, Advice>> = {
  "UNRESOLVED_COLUMN.WITH_SUGGESTION": unresolvedInPlan,
  "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION": unresolvedInPlan,
  AMBIGUOUS_REFERENCE: () =>
    'Two inputs have a column of this name. Write df.col("…") of the input that you mean, or join by name, as in join(other, "id"), which keeps one column.',
  PARSE_SYNTAX_ERROR: (parameters, { message }) => syntaxError(parameters, message),
  UNSUPPORTED_DATATYPE: ({ typeName = "" }) => {
    const types = JAVASCRIPT_TYPES[typeName];
    return types === undefined ? "" : `In Spark write ${types}.`;
  },
  CALL_ON_STREAMING_DATASET_UNSUPPORTED: ({ methodName = "" }) =>
    methodName.includes("write") ? "This DataFrame is a stream: write it with df.writeStream." : "",
  WRITE_STREAM_NOT_ALLOWED: () =>
    "This DataFrame is not a stream: write it with df.write, or read the data with spark.readStream.",
  "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION": outputMode,
  TABLE_OR_VIEW_ALREADY_EXISTS: () =>
    'A DataFrame is written into an existing table with df.write.mode("append") or df.write.mode("overwrite").',
  PATH_ALREADY_EXISTS: () =>
    'Call df.write.mode("append") or df.write.mode("overwrite") to write there anyway.',
  UNABLE_TO_INFER_SCHEMA: () =>
    "Check that the call names a path, and that the path has files of this format. For an empty folder set schema(…).",
  WINDOW_FUNCTION_FRAME_NOT_ORDERED: () => "Write Window.partitionBy(…).orderBy(…).",
  "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION": () => DATE_LETTERS,
  "INVALID_INTERVAL_FORMAT.MISSING_UNIT": () => 'Write a number and a unit, such as "10 seconds".',
  "INVALID_INTERVAL_FORMAT.INVALID_UNIT": () => 'Write a number and a unit, such as "10 seconds".',
  CANNOT_PARSE_INTERVAL: () => 'Write a number and a unit, such as "10 seconds".',
  DELTA_SCHEMA_NOT_SET: () =>
    "No Delta table exists there yet. Check the path, or create the table before the stream starts.",
  // 'path' is not specified.
  _LEGACY_ERROR_TEMP_2047: () =>
    "Pass the path to load(), save() or start(). For a table use spark.table(), saveAsTable() or toTable().",
};

/** SQL text names its columns as SQL does, so only names of a DataFrame's methods can be expressions by mistake. */
function unresolvedInPlan(
  parameters: Readonly<Record<string, string>>,
  { queryContexts }: SparkException,
): string {
  const isOfSql = queryContexts.some(({ contextType }) => contextType === "sql");
  return isOfSql ? "" : unresolvedColumn(parameters);
}

/** What to do about an error of Spark in a program of this client; undefined if Spark's message is enough. */
export function adviceFor(error: SparkException): string | undefined {
  const { errorClass = "", messageParameters, message } = error;
  const [, scheme] = /No FileSystem for scheme "(\w+)"/.exec(message) ?? [];
  if (scheme === "s3") {
    return "The server has no file system for s3://. Write s3a://, and start the server with org.apache.hadoop:hadoop-aws.";
  }
  if (message.includes("Python worker failed to connect back")) {
    return "A Python process took more than 10 s to start, usually because the machine is busy. Run it again. npx sparktide doctor checks whether each process compiles PySpark when it starts.";
  }
  if (!Object.hasOwn(ADVICE, errorClass)) return undefined;
  const advice = ADVICE[errorClass]?.(messageParameters, error) ?? "";
  return advice === "" ? undefined : advice;
}

/** The same error with advice after Spark's sentences, before a plan or the SQL text. */
export function withAdvice<E extends SparkException>(error: E, advice: string): E {
  const [, sentences = error.message, rest = ""] =
    /^([^]*?)(;\n[^]*|\n\n== SQL ==[^]*)$/.exec(error.message) ?? [];
  const isPlan = rest.startsWith(";\n");
  const message = isPlan
    ? `${sentences};\n${advice}${rest.slice(1)}`
    : `${sentences.trimEnd()}\n${advice}${rest}`;
  const Class = error.constructor as new (message: string, details: SparkExceptionDetails) => E;
  return new Class(message, error);
}
