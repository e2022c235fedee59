/** The code under test. */
import type { DataFrame } from "sparktide";
import { sum } from "sparktide/functions";

/** An order's total is the sum of its lines. */
export function totals(lines: DataFrame): DataFrame {
  return lines.groupBy("order").agg(sum("amount").alias("total"));
}
