import type { StructType } from "../../index.js";
import { csvWriter } from "./csv-writer.js";
import { jsonObject } from "./json-value.js";
import { tableWriter } from "./table-writer.js";

/** The forms `sql` prints rows in. */
export const FORMATS = ["table", "json", "csv", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

/** Turns rows, one after the other, into text. */
export interface RowWriter {
  begin(): string;
  /** What can be written once this row is known; nothing where more rows are needed first. */
  row(values: readonly unknown[]): string;
  end(): string;
}

/** How rows are written. */
export interface FormatOptions {
  readonly format: Format;
  readonly quoteNumbers: boolean;
  readonly header: boolean;
  /** What stands for NULL in CSV. */
  readonly nullText: string;
  /** Characters that a table's cell keeps; undefined: all. */
  readonly truncate: number | undefined;
}

/**
 * The writer of rows of a schema.
 *
 * @throws {SparkError} code DUPLICATE_COLUMN: JSON of two columns with one name
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
      const object = jsonObject(schema.fields, options);
      return { begin: () => "", row: (values) => `${object(values)}\n`, end: () => "" };
    }
  }
}

/** One JSON array, a row on each of its lines. */
function jsonWriter(schema: StructType, options: FormatOptions): RowWriter {
  const object = jsonObject(schema.fields, options);
  let rows = 0;
  return {
    begin: () => "[",
    row: (values) => `${rows++ === 0 ? "\n" : ",\n"}${object(values)}`,
    end: () => (rows === 0 ? "]\n" : "\n]\n"),
  };
}
