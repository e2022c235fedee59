/** For data that cannot be used: end with an error, drop and count it, or make it a row with `_error`. */
export type RestErrorAction = "fail" | "skip" | "deadLetter";

/** How an answer becomes rows. */
export interface RowOptions {
  /**
   * Selector of the records in an answer: a dotted path, a path with `[*]`, or a JSON Pointer.
   *
   * @default the body if it is an array, its `data` if that is an array, else the body as one record
   */
  readonly dataField?: string;
  /**
   * What an answer without `dataField` means: an error, or no records. If such an answer reports an error
   * or holds records elsewhere, it is always an error.
   *
   * @default fail
   */
  readonly dataFieldMissing?: "fail" | "empty";
  /**
   * The form of the records: a list of objects (`records`), an object of arrays side by side (`columns`),
   * or an object of records by their keys (`keyed`). `columns` and `keyed` need `dataField`.
   *
   * @default records
   */
  readonly dataShape?: "records" | "columns" | "keyed";
  /**
   * The field that receives the key of a `keyed` record.
   *
   * @default key
   */
  readonly keyField?: string;
  /**
   * The format of the body. It is never guessed.
   *
   * @default json
   */
  readonly responseFormat?: "json" | "jsonl" | "csv" | "text";
  /**
   * Encoding of the body.
   *
   * @default from its byte order mark or Content-Type, else UTF-8
   */
  readonly charset?: string;
  /**
   * csv: the first row holds the names of the fields.
   *
   * @default true
   */
  readonly csvHeader?: boolean;
  /**
   * csv: the delimiter, one character or `\t`.
   *
   * @default ,
   */
  readonly csvDelimiter?: string;
  /**
   * text: the whole body is one record. Otherwise each line is one.
   *
   * @default false
   */
  readonly wholeText?: boolean;
  /**
   * The columns. `json` is the one column `output STRING`; `struct` and `columns` need a `schema`; `variant`
   * needs Spark 4.1.
   *
   * @default json
   */
  readonly outputType?: "json" | "struct" | "columns" | "variant";
  /** The fields of a record as DDL, for `struct` and `columns`. See inferRestSchema(). */
  readonly schema?: string;
  /**
   * Adds the object of `inputData`, or the key and the used fields of the parent, as `_input STRING`.
   *
   * @default false
   */
  readonly includeInput?: boolean;
  /**
   * Batch: adds `_meta STRUCT<url, status, page, index>`.
   *
   * @default false
   */
  readonly includeMetadata?: boolean;
  /**
   * What happens to answers, lines and records that cannot be used.
   *
   * @default fail
   */
  readonly onError?: RestErrorAction;
  /**
   * What happens to values that do not fit their column. Not for `json`, where every record fits.
   *
   * @default the value of `onError`
   */
  readonly schemaDrift?: RestErrorAction | "null";
  /**
   * What happens for a status or a class of statuses: `{ 404: "skip", "5xx": "retry" }`. The statuses 200
   * to 299 are allowed, too: `{ 202: "data" }` reads an answer that otherwise counts as not ready yet.
   */
  readonly onStatus?: Readonly<Record<string, RestErrorAction | "retry" | "data">>;
  /**
   * Selectors of fields, separated by commas. If one of the fields has a value, the answer is an error
   * with that value as its message. With `none`, bodies that look like errors are read as data.
   */
  readonly errorField?: string;
  /**
   * What a body means, by condition: `{ Information: "retry", "status=queued": "retry",
   * "'rate limit'": "fail" }`. A condition is a selector of a field that must have any value, a selector
   * with the value that the field must have, or a text in quotes that the body must contain. Upper and
   * lower case are the same.
   */
  readonly onBody?: Readonly<Record<string, "fail" | "retry" | "skip">>;
  /**
   * What an answer with both records and errors means, such as GraphQL's `data` and `errors`. `fail`: an
   * error. `keep`: the records are read and the errors counted (`partial` in a stream's offset, a
   * warning in a batch).
   *
   * @default fail
   */
  readonly partialErrors?: "fail" | "keep";
  /**
   * Longest time in seconds to repeat a request that is answered with 202 (data not ready yet). After
   * that it is an error.
   *
   * @default 300
   */
  readonly maxPendingWait?: number;
  /**
   * Largest number of records in one poll or call. More is an error.
   *
   * @default 1000000
   */
  readonly maxRowsPerBatch?: number;
  /**
   * Largest total size of all bodies of a stream's poll, in bytes. More is an error.
   *
   * @default 268435456
   */
  readonly maxBatchBytes?: number;
}
