import type { StructType } from "../../index.js";
import { printableCell } from "../printable.js";
import { displayWidth, padded, truncated } from "./cell-width.js";
import { plainValue } from "./plain-value.js";
import type { RowWriter } from "./row-writer.js";

/** The number of rows that define the columns' widths. Later rows are written as they arrive. */
const MEASURED_ROWS = 1000;
/** The smallest width of a column, as in Spark's show(). */
const LEAST_WIDTH = 3;

/**
 * Writes a table as Spark's show() draws it. Without `truncate` no cell is cut: if a cell after the first
 * 1000 rows is wider than its column, the borders of its line move to the right.
 */
export function tableWriter(
  schema: StructType,
  { truncate }: { readonly truncate: number | undefined },
): RowWriter {
  const columns = schema.fields.map(({ dataType }) => plainValue(dataType));
  const cut = (text: string): string => truncated(printableCell(text), truncate);
  const header = schema.fieldNames.map(cut);
  // Spark aligns cells to the right when it may cut them, else to the left.
  const side = truncate === undefined ? "left" : "right";
  let measured: string[][] | undefined = [];
  let widths: number[] = [];

  const line = (cells: readonly string[]): string =>
    `|${cells.map((cell, index) => padded(cell, widths[index] ?? 0, side)).join("|")}|\n`;
  const rule = (): string => `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const drawMeasured = (): string => {
    if (measured === undefined) return "";
    const rows = measured;
    measured = undefined;
    widths = header.map((name, index) =>
      rows.reduce(
        (widest, row) => Math.max(widest, displayWidth(row[index] ?? "")),
        Math.max(LEAST_WIDTH, displayWidth(name)),
      ),
    );
    return rule() + line(header) + rule() + rows.map(line).join("");
  };

  return {
    begin: () => "",
    row: (values) => {
      const cells = columns.map((text, index) => {
        const value = values[index];
        return value === null ? "NULL" : cut(text(value));
      });
      if (measured === undefined) return line(cells);
      measured.push(cells);
      return measured.length < MEASURED_ROWS ? "" : drawMeasured();
    },
    end: () => (columns.length === 0 ? "" : drawMeasured() + rule()),
  };
}
