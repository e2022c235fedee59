import { awaitHint } from "../value-kind.js";

/** What to write instead of a value that is not a column, for the end of a message. Empty if nothing is likely. */
export function columnHint(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return ' Columns are not properties of a DataFrame: write col("id") or df.col("id"), not df.id.';
    case "boolean":
      return ' Operators such as > do not work on Columns: write col("id").gt(1), not col("id") > 1. Write lit(…) for a plain value.';
    case "number":
    case "bigint":
      return " Write lit(…) for a plain value.";
    case "object":
      return Array.isArray(value)
        ? " Pass the columns one by one, or all of them in one array."
        : awaitHint(value);
    default:
      return "";
  }
}
