import type { StructType } from "../../types/struct-type.js";

/** Which files of a folder are read; Spark's options of all file sources. */
interface FileSelection {
  /** Only files whose names match, as `*.csv`. */
  readonly pathGlobFilter?: string | undefined;
  /** Also files in folders below, without taking `key=value` folders for partitions. */
  readonly recursiveFileLookup?: boolean | undefined;
  /** Only files changed before this moment, as `2026-01-31T12:00:00`; not for streams. */
  readonly modifiedBefore?: string | undefined;
  /** Only files changed after this moment; not for streams. */
  readonly modifiedAfter?: string | undefined;
}

/** What text is made of values, and which zone and language it speaks. */
interface TextFormat {
  /** A date's pattern, as `yyyy-MM-dd`. */
  readonly dateFormat?: string | undefined;
  /** A timestamp's pattern, as `yyyy-MM-dd'T'HH:mm:ss`. */
  readonly timestampFormat?: string | undefined;
  /** The files' encoding, as `UTF-8`. */
  readonly encoding?: string | undefined;
}

/** How records that do not fit the schema are read. */
interface BadRecords {
  /** `PERMISSIVE` (Spark's default) keeps them with nulls, `DROPMALFORMED` leaves them out, `FAILFAST` fails. */
  readonly mode?: "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST" | undefined;
  /** Where the schema has a text column of this name, it gets the bad record. */
  readonly columnNameOfCorruptRecord?: string | undefined;
}

/** What the schema is inferred from where none is given. */
interface Inference {
  /** The rows' schema, as DDL or StructType. */
  readonly schema?: string | StructType | undefined;
  /** Part of the records the schema is inferred from, 0 to 1. */
  readonly samplingRatio?: number | undefined;
}

/** Options of reading CSV; each by Spark's own name. */
export interface CsvReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** Default a comma. */
  readonly sep?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  /** Lines that begin with this character are left out. */
  readonly comment?: string | undefined;
  /** The first line holds the columns' names. Default false. */
  readonly header?: boolean | undefined;
  /** Reads the data once more for the columns' types; without it all are text. */
  readonly inferSchema?: boolean | undefined;
  readonly ignoreLeadingWhiteSpace?: boolean | undefined;
  readonly ignoreTrailingWhiteSpace?: boolean | undefined;
  /** The text that stands for null; default the empty one. */
  readonly nullValue?: string | undefined;
  readonly nanValue?: string | undefined;
  readonly positiveInf?: string | undefined;
  readonly negativeInf?: string | undefined;
  readonly maxColumns?: number | undefined;
  readonly maxCharsPerColumn?: number | undefined;
  readonly maxMalformedLogPerPartition?: number | undefined;
  /** Quoted values may hold line breaks. */
  readonly multiLine?: boolean | undefined;
  readonly charToEscapeQuoteEscaping?: string | undefined;
  /** The schema counts, not the header; default true. */
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

/** Options of reading JSON; each by Spark's own name. */
export interface JsonReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** Infers text for every value that is no object or array. */
  readonly primitivesAsString?: boolean | undefined;
  /** Infers DECIMAL for numbers with a fraction. */
  readonly prefersDecimal?: boolean | undefined;
  readonly allowComments?: boolean | undefined;
  readonly allowUnquotedFieldNames?: boolean | undefined;
  readonly allowSingleQuotes?: boolean | undefined;
  readonly allowNumericLeadingZero?: boolean | undefined;
  readonly allowBackslashEscapingAnyCharacter?: boolean | undefined;
  readonly allowUnquotedControlChars?: boolean | undefined;
  readonly allowNonNumericNumbers?: boolean | undefined;
  /** A file is one document, or one array of records, instead of a record each line. */
  readonly multiLine?: boolean | undefined;
  readonly lineSep?: string | undefined;
  readonly locale?: string | undefined;
  /** Leaves columns out that are null, or empty arrays, in every record. */
  readonly dropFieldIfAllNull?: boolean | undefined;
  readonly useUnsafeRow?: boolean | undefined;
}

/** Options of reading XML; each by Spark's own name. */
export interface XmlReadOptions extends FileSelection, TextFormat, BadRecords, Inference {
  /** The element that is a row; Spark wants one. */
  readonly rowTag?: string | undefined;
  readonly excludeAttribute?: boolean | undefined;
  /** What columns from attributes begin with; default `_`. */
  readonly attributePrefix?: string | undefined;
  /** The column of an element's text beside its attributes; default `_VALUE`. */
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

/** Options of reading Parquet; each by Spark's own name. */
export interface ParquetReadOptions extends FileSelection {
  /** The columns of all files, not only of one. */
  readonly mergeSchema?: boolean | undefined;
  readonly datetimeRebaseMode?: "EXCEPTION" | "CORRECTED" | "LEGACY" | undefined;
  readonly int96RebaseMode?: "EXCEPTION" | "CORRECTED" | "LEGACY" | undefined;
}

/** Options of reading ORC; each by Spark's own name. */
export interface OrcReadOptions extends FileSelection {
  /** The columns of all files, not only of one. */
  readonly mergeSchema?: boolean | undefined;
}

/** Options of reading text; each by Spark's own name. */
export interface TextReadOptions extends FileSelection {
  /** A row is a whole file instead of a line. */
  readonly wholetext?: boolean | undefined;
  readonly lineSep?: string | undefined;
}

/** Options of reading that a stream has: it takes files as they come. */
export type StreamOptions<O> = Omit<O, "modifiedBefore" | "modifiedAfter" | "samplingRatio">;

/** How files are compressed; which of them a format has is Spark's to say. */
export interface Compression {
  /** As `gzip`, `snappy`, `zstd`, `none`. */
  readonly compression?: string | undefined;
}

/** Options of writing CSV; each by Spark's own name. */
export interface CsvWriteOptions extends Compression, TextFormat {
  readonly sep?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  /** Writes the columns' names first. Default false. */
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

/** Options of writing JSON; each by Spark's own name. */
export interface JsonWriteOptions extends Compression, TextFormat {
  readonly lineSep?: string | undefined;
  /** Leaves null fields out; default true. */
  readonly ignoreNullFields?: boolean | undefined;
}

/** Options of writing XML; each by Spark's own name. */
export interface XmlWriteOptions extends Compression, TextFormat {
  /** The element that is a row; default `ROW`. */
  readonly rowTag?: string | undefined;
  /** The element around all rows; default `ROWS`. */
  readonly rootTag?: string | undefined;
  readonly attributePrefix?: string | undefined;
  readonly valueTag?: string | undefined;
  /** What the XML declaration says; an empty text leaves it out. */
  readonly declaration?: string | undefined;
  readonly arrayElementName?: string | undefined;
  readonly nullValue?: string | undefined;
  readonly validateName?: boolean | undefined;
}

/** Options of writing text; each by Spark's own name. */
export interface TextWriteOptions extends Compression {
  readonly lineSep?: string | undefined;
}
