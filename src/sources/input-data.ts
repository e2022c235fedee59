import type { DataFrame } from "../dataframe/dataframe.js";
import { ArgumentError } from "../errors.js";
import type { CallOptions } from "../connection/call-options.js";

/** Limits of inputDataFrom(). */
export interface InputDataOptions extends CallOptions {
  /** Largest number of rows. Each row becomes a request. Default 100 000. */
  readonly maxRows?: number;
  /** Largest size of the text as UTF-8, in bytes. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** The largest value that Spark's limit takes, plus one. */
const MAX_LIMIT = 2 ** 31 - 1;
const DEFAULT_MAX_ROWS = 100_000;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Makes JSON text of each row on the server. It keeps nulls, all digits of numbers, and six fractional
 * digits of times; Spark's default format would keep three.
 */
const ROW_AS_JSON =
  "to_json(struct(*), map('ignoreNullFields', 'false', " +
  "'timestampFormat', concat('yyyy-MM-dd', chr(39), 'T', chr(39), 'HH:mm:ss.SSSSSSXXX'), " +
  "'timestampNTZFormat', concat('yyyy-MM-dd', chr(39), 'T', chr(39), 'HH:mm:ss.SSSSSS'))) AS row";

/**
 * Returns a DataFrame's rows, in its order, as the JSON array that option `inputData` of format `rest`
 * takes. Every plan and task that uses the option carries the whole text, so its size is limited. The
 * server applies the limit of rows.
 *
 * ```ts
 * const inputData = await inputDataFrom(spark.table("stations").select("id"));
 * spark.read.format("rest").options(rest.options({ url })).option("inputData", inputData).load();
 * ```
 *
 * @throws {ArgumentError} no rows, more than `maxRows` or `maxBytes`, no columns, or two columns with the
 *   same name
 */
export async function inputDataFrom(
  df: DataFrame,
  { maxRows = DEFAULT_MAX_ROWS, maxBytes = DEFAULT_MAX_BYTES, signal }: InputDataOptions = {},
): Promise<string> {
  for (const [name, value] of Object.entries({ maxRows, maxBytes })) {
    if (!Number.isSafeInteger(value) || value < 1 || value >= MAX_LIMIT) {
      throw new ArgumentError(
        name,
        `${name} must be a whole number from 1 to ${MAX_LIMIT - 1}, got ${value}.`,
      );
    }
  }
  const columns = await df.columns({ signal });
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (columns.length === 0 || twice !== undefined) {
    const problem = twice === undefined ? "no columns" : `two columns named ${twice}`;
    throw refused(`The DataFrame has ${problem}: select the columns that the API needs.`);
  }
  const rows: string[] = [];
  // The brackets, less the comma that the first row does not have.
  let bytes = 1;
  // Spark computes whole partitions before it sends any row, so the limit must be part of the plan.
  const texts = df.limit(maxRows + 1).selectExpr(ROW_AS_JSON);
  for await (const [text] of texts.toLocalIterator({ signal, rowMode: "array" })) {
    const row = String(text);
    bytes += Buffer.byteLength(row) + 1;
    if (bytes > maxBytes) {
      throw refused(
        `The DataFrame's rows are more than ${maxBytes} bytes of JSON (maxBytes) after ${rows.length} rows: ` +
          "select only the columns that the API needs, read it in several parts, or raise maxBytes. " +
          "Every plan carries the whole text.",
      );
    }
    if (rows.length === maxRows) {
      throw refused(
        `The DataFrame has more than ${maxRows} rows (maxRows), and each becomes a request: filter it, ` +
          "read it in several parts, or raise maxRows.",
      );
    }
    rows.push(row);
  }
  if (rows.length === 0) {
    throw refused("The DataFrame has no rows, so the API would not be called: check its filters.");
  }
  return `[${rows.join(",")}]`;
}

function refused(problem: string): ArgumentError {
  return new ArgumentError("df", problem);
}
