import type { StructType } from "../../index.js";
import { plainValue } from "./plain-value.js";
import type { RowWriter } from "./row-writer.js";

/** A field of CSV: quoted where RFC 4180 asks for it, and where it would look like NULL. */
function csvField(text: string, nullText: string): string {
  return text === "" || text === nullText || /[",\r\n]/.test(text) || text !== text.trim()
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/**
 * Rows as RFC 4180's CSV: lines end with CR LF. NULL is `nullText`, unquoted; a text that reads the same
 * is quoted.
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
