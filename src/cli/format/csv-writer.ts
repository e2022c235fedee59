import type { StructType } from "../../index.js";
import { plainValue } from "./plain-value.js";
import type { RowWriter } from "./row-writer.js";

/** A field of CSV, quoted if RFC 4180 requires it or if the text equals the text for NULL. */
function csvField(text: string, nullText: string): string {
  return text === "" || text === nullText || /[",\r\n]/.test(text) || text !== text.trim()
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/**
 * Writes rows as CSV of RFC 4180: lines end with CR LF. NULL becomes `nullText` without quotes; a string
 * with the same text gets quotes.
 */
export function csvWriter(
  schema: StructType,
  { header, nullText }: { readonly header: boolean; readonly nullText: string },
): RowWriter {
  const columns = schema.fields.map(({ dataType }) => plainValue(dataType));
  const line = (fields: readonly string[]): string => `${fields.join(",")}\r\n`;
  return {
    begin: () =>
      header && columns.length > 0
        ? line(schema.fieldNames.map((name) => csvField(name, nullText)))
        : "",
    row: (values) =>
      line(
        columns.map((text, index) => {
          const value = values[index];
          return value === null ? nullText : csvField(text(value), nullText);
        }),
      ),
    end: () => "",
  };
}
