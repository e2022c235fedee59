import type { StructType } from "../../index.js";
import { csvWriter } from "./csv-writer.js";
import { jsonObject } from "../../types/json/json-value.js";
import { cliJsonForms } from "./json-forms.js";
import { tableWriter } from "./table-writer.js";

/** The output formats of `sql`. */
export const FORMATS = ["table", "json", "csv", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

/** Converts rows to text, one row at a time. */
export interface RowWriter {
  begin(): string;
  /** The text to write after this row. Empty while the format waits for more rows. */
  row(values: readonly unknown[]): string;
  end(): string;
}

/** Options of the output formats. */
export interface FormatOptions {
  readonly format: Format;
  readonly quoteNumbers: boolean;
  readonly header: boolean;
  /** The text for NULL in CSV. */
  readonly nullText: string;
  /** The number of characters of a table's cell. Undefined: cells are not cut. */
  readonly truncate: number | undefined;
}

/**
 * Creates the writer for rows of a schema.
 *
 * @throws {SparkError} code DUPLICATE_COLUMN: the format is JSON and two columns have the same name
 */
export function rowWriter(schema: StructType, options: FormatOptions): RowWriter {
  switch (options.format) {
    case "table":
      return tableWriter(schema, options);
    case "csv":
      return csvWriter(schema, options);
    case "json":
      return jsonWriter(schema, options);
    case "jsonl": {
      const object = jsonObject(schema.fields, cliJsonForms(options));
      return { begin: () => "", row: (values) => `${object(values)}\n`, end: () => "" };
    }
  }
}

/** Writes one JSON array with one row on each line. */
function jsonWriter(schema: StructType, options: FormatOptions): RowWriter {
  const object = jsonObject(schema.fields, cliJsonForms(options));
  let rows = 0;
  return {
    begin: () => "[",
    row: (values) => `${rows++ === 0 ? "\n" : ",\n"}${object(values)}`,
    end: () => (rows === 0 ? "]\n" : "\n]\n"),
  };
}
