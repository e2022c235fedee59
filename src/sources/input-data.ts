import type { DataFrame } from "../dataframe/dataframe.js";
import { ArgumentError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";

/** How inputDataFrom() asks for rows. */
export interface InputDataOptions extends CallOptions {
  /** Most rows, each of which becomes a request. Default 100 000. */
  readonly maxRows?: number;
  /** Most bytes of text, as UTF-8. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** What Spark's limit takes at most, plus one. */
const MAX_LIMIT = 2 ** 31 - 1;
const DEFAULT_MAX_ROWS = 100_000;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Each row as JSON text, made on the server: nulls are kept, numbers have all their digits, and times
 * all six of theirs, of which Spark's own format would drop three.
 */
const ROW_AS_JSON =
  "to_json(struct(*), map('ignoreNullFields', 'false', " +
  "'timestampFormat', concat('yyyy-MM-dd', chr(39), 'T', chr(39), 'HH:mm:ss.SSSSSSXXX'), " +
  "'timestampNTZFormat', concat('yyyy-MM-dd', chr(39), 'T', chr(39), 'HH:mm:ss.SSSSSS'))) AS row";

/**
 * A DataFrame's rows as the JSON array that option `inputData` of format `rest` takes, in the
 * DataFrame's order. The whole text travels in the plan of each query that is given it, and to each
 * task, so it is bounded, in rows already on the server.
 *
 * ```ts
 * const inputData = await inputDataFrom(spark.table("stations").select("id"));
 * spark.read.format("rest").options(rest.options({ url })).option("inputData", inputData).load();
 * ```
 *
 * @throws {ArgumentError} no rows, more than `maxRows` or `maxBytes`, no columns, or two of one name
 */
export async function inputDataFrom(
  df: DataFrame,
  { maxRows = DEFAULT_MAX_ROWS, maxBytes = DEFAULT_MAX_BYTES, signal }: InputDataOptions = {},
): Promise<string> {
  for (const [name, value] of Object.entries({ maxRows, maxBytes })) {
    if (!Number.isSafeInteger(value) || value < 1 || value >= MAX_LIMIT) {
      throw new ArgumentError(
        name,
        `${name} must be a whole number from 1 to ${MAX_LIMIT - 1}, not ${value}.`,
      );
    }
  }
  const columns = await df.columns({ signal });
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (columns.length === 0 || twice !== undefined) {
    const problem = twice === undefined ? "no columns" : `two columns named ${twice}`;
    throw refused(`The DataFrame has ${problem}: select what the API is to be given.`);
  }
  const rows: string[] = [];
  // The brackets; each row brings a comma.
  let bytes = 1;
  // Spark makes whole partitions ready before it sends any of them, so the limit has to be its own.
  const texts = df.limit(maxRows + 1).selectExpr(ROW_AS_JSON);
  for await (const [text] of texts.toLocalIterator({ signal, rowMode: "array" })) {
    const row = String(text);
    bytes += Buffer.byteLength(row) + 1;
    if (bytes > maxBytes) {
      throw refused(
        `The DataFrame's rows are more than ${maxBytes} bytes of JSON (maxBytes), reached after ` +
          `${rows.length} rows: select only the columns the API needs, read it in several parts, or ` +
          "raise maxBytes, knowing that the text is in every plan.",
      );
    }
    if (rows.length === maxRows) {
      throw refused(
        `The DataFrame has more than ${maxRows} rows (maxRows), and each is a request: filter it, ` +
          "read it in several parts, or raise maxRows.",
      );
    }
    rows.push(row);
  }
  if (rows.length === 0) {
    throw refused(
      "The DataFrame has no rows, so the API would not be called at all: check its filters.",
    );
  }
  return `[${rows.join(",")}]`;
}

function refused(problem: string): ArgumentError {
  return new ArgumentError("df", problem);
}
