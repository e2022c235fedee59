import type { StructType } from "../../types/struct-type.js";

/** Which files of a folder to read. All of Spark's file sources have these options. */
interface FileSelection {
  /** Read only files with names that match a pattern, such as `*.csv`. */
  readonly pathGlobFilter?: string | undefined;
  /** Read files in subfolders too. `key=value` folders are then not partitions. */
  readonly recursiveFileLookup?: boolean | undefined;
  /** Read only files modified before this time, such as `2026-01-31T12:00:00`. Not for streams. */
  readonly modifiedBefore?: string | undefined;
  /** Read only files modified after this time. Not for streams. */
  readonly modifiedAfter?: string | undefined;
}

/** How values are written as text. */
interface TextFormat {
  /** The pattern of dates, such as `yyyy-MM-dd`. */
  readonly dateFormat?: string | undefined;
  /** The pattern of timestamps, such as `yyyy-MM-dd'T'HH:mm:ss`. */
  readonly timestampFormat?: string | undefined;
  /** The encoding of the files, such as `UTF-8`. */
  readonly encoding?: string | undefined;
}

/** How to read records that do not match the schema. */
interface BadRecords {
  /** `PERMISSIVE` (default) keeps them with nulls, `DROPMALFORMED` drops them, `FAILFAST` fails the query. */
  readonly mode?: "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST" | undefined;
  /** The string column that receives the bad record, if the schema has a column of this name. */
  readonly columnNameOfCorruptRecord?: string | undefined;
}

/** The schema, or how to infer it. */
interface Inference {
  /** The rows' schema, as DDL or StructType. */
  readonly schema?: string | StructType | undefined;
  /** The fraction of records, 0 to 1, from which Spark infers the schema. */
  readonly samplingRatio?: number | undefined;
}

/** Options for reading CSV, under Spark's names. */
export interface CsvReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** The separator of values. Default: a comma. */
  readonly sep?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  /** Skip lines that start with this character. */
  readonly comment?: string | undefined;
  /** Whether the first line holds the column names. Default false. */
  readonly header?: boolean | undefined;
  /** Infer the column types, which reads the data one more time. Otherwise all columns are strings. */
  readonly inferSchema?: boolean | undefined;
  readonly ignoreLeadingWhiteSpace?: boolean | undefined;
  readonly ignoreTrailingWhiteSpace?: boolean | undefined;
  /** The text that means null. Default: empty. */
  readonly nullValue?: string | undefined;
  readonly nanValue?: string | undefined;
  readonly positiveInf?: string | undefined;
  readonly negativeInf?: string | undefined;
  readonly maxColumns?: number | undefined;
  readonly maxCharsPerColumn?: number | undefined;
  readonly maxMalformedLogPerPartition?: number | undefined;
  /** Whether quoted values may contain line breaks. */
  readonly multiLine?: boolean | undefined;
  readonly charToEscapeQuoteEscaping?: string | undefined;
  /** Apply the schema by position and ignore the header's names. Default true. */
  readonly enforceSchema?: boolean | undefined;
  readonly emptyValue?: string | undefined;
  readonly locale?: string | undefined;
  readonly lineSep?: string | undefined;
  readonly unescapedQuoteHandling?:
    | "STOP_AT_CLOSING_QUOTE"
    | "BACK_TO_DELIMITER"
    | "STOP_AT_DELIMITER"
    | "SKIP_VALUE"
    | "RAISE_ERROR"
    | undefined;
}

/** Options for reading JSON, under Spark's names. */
export interface JsonReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** Infer STRING for every value that is not an object or array. */
  readonly primitivesAsString?: boolean | undefined;
  /** Infer DECIMAL for numbers with a fraction. */
  readonly prefersDecimal?: boolean | undefined;
  readonly allowComments?: boolean | undefined;
  readonly allowUnquotedFieldNames?: boolean | undefined;
  readonly allowSingleQuotes?: boolean | undefined;
  readonly allowNumericLeadingZero?: boolean | undefined;
  readonly allowBackslashEscapingAnyCharacter?: boolean | undefined;
  readonly allowUnquotedControlChars?: boolean | undefined;
  readonly allowNonNumericNumbers?: boolean | undefined;
  /** Each file is one record or one array of records, instead of one record in each line. */
  readonly multiLine?: boolean | undefined;
  readonly lineSep?: string | undefined;
  readonly locale?: string | undefined;
  /** Leave out columns that are null, or empty arrays, in every record. */
  readonly dropFieldIfAllNull?: boolean | undefined;
  readonly useUnsafeRow?: boolean | undefined;
}

/** Options for reading XML, under Spark's names. */
export interface XmlReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** The element that holds one row. Spark requires it. */
  readonly rowTag?: string | undefined;
  readonly excludeAttribute?: boolean | undefined;
  /** The prefix of columns made from attributes. Default `_`. */
  readonly attributePrefix?: string | undefined;
  /** The column for the text of an element that also has attributes. Default `_VALUE`. */
  readonly valueTag?: string | undefined;
  readonly ignoreSurroundingSpaces?: boolean | undefined;
  readonly rowValidationXSDPath?: string | undefined;
  readonly ignoreNamespace?: boolean | undefined;
  readonly wildcardColName?: string | undefined;
  readonly inferSchema?: boolean | undefined;
  readonly nullValue?: string | undefined;
  readonly multiLine?: boolean | undefined;
  readonly locale?: string | undefined;
}

/** Options for reading Parquet, under Spark's names. */
export interface ParquetReadOptions extends FileSelection {
  /** Merge the columns of all files, instead of using those of one file. */
  readonly mergeSchema?: boolean | undefined;
  readonly datetimeRebaseMode?: "EXCEPTION" | "CORRECTED" | "LEGACY" | undefined;
  readonly int96RebaseMode?: "EXCEPTION" | "CORRECTED" | "LEGACY" | undefined;
}

/** Options for reading ORC, under Spark's names. */
export interface OrcReadOptions extends FileSelection {
  /** Merge the columns of all files, instead of using those of one file. */
  readonly mergeSchema?: boolean | undefined;
}

/** Options for reading text, under Spark's names. */
export interface TextReadOptions extends FileSelection {
  /** Read each file as one row, instead of each line. */
  readonly wholetext?: boolean | undefined;
  readonly lineSep?: string | undefined;
}

/** The options that also apply to a stream of files. */
export type StreamOptions<O> = Omit<O, "modifiedBefore" | "modifiedAfter" | "samplingRatio">;

/** The compression of written files. Each format supports some of the codecs. */
export interface Compression {
  /** The codec, such as `gzip`, `snappy`, `zstd` or `none`. */
  readonly compression?: string | undefined;
}

/** Options for writing CSV, under Spark's names. */
export interface CsvWriteOptions extends Compression, TextFormat {
  readonly sep?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  /** Write the column names as the first line. Default false. */
  readonly header?: boolean | undefined;
  readonly nullValue?: string | undefined;
  readonly escapeQuotes?: boolean | undefined;
  readonly quoteAll?: boolean | undefined;
  readonly ignoreLeadingWhiteSpace?: boolean | undefined;
  readonly ignoreTrailingWhiteSpace?: boolean | undefined;
  readonly charToEscapeQuoteEscaping?: string | undefined;
  readonly emptyValue?: string | undefined;
  readonly lineSep?: string | undefined;
}

/** Options for writing JSON, under Spark's names. */
export interface JsonWriteOptions extends Compression, TextFormat {
  readonly lineSep?: string | undefined;
  /** Leave out fields that are null. Default true. */
  readonly ignoreNullFields?: boolean | undefined;
}

/** Options for writing XML, under Spark's names. */
export interface XmlWriteOptions extends Compression, TextFormat {
  /** The element that holds one row. Default `ROW`. */
  readonly rowTag?: string | undefined;
  /** The element around all rows. Default `ROWS`. */
  readonly rootTag?: string | undefined;
  readonly attributePrefix?: string | undefined;
  readonly valueTag?: string | undefined;
  /** The content of the XML declaration. An empty string omits the declaration. */
  readonly declaration?: string | undefined;
  readonly arrayElementName?: string | undefined;
  readonly nullValue?: string | undefined;
  readonly validateName?: boolean | undefined;
}

/** Options for writing text, under Spark's names. */
export interface TextWriteOptions extends Compression {
  readonly lineSep?: string | undefined;
}
