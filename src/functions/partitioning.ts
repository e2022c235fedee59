// Partition transformations, only for DataFrameWriterV2.partitionedBy.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import { ArgumentError } from "../errors.js";
import { expressionOf } from "../plan/literal.js";
import { columnArgument, kindOf } from "./column-arguments.js";
import { columnCall, expressionCall } from "./call.js";

/**
 * Partitions by the year of a date or timestamp.
 *
 * @example events.writeTo("demo.events").partitionedBy(partitioning.years("time"));
 */
export function years(column: ColumnOrName): Column {
  return columnCall("years", column);
}

/**
 * Partitions by the month of a date or timestamp.
 *
 * @example events.writeTo("demo.events").partitionedBy(partitioning.months("time"));
 */
export function months(column: ColumnOrName): Column {
  return columnCall("months", column);
}

/**
 * Partitions by the day of a date or timestamp.
 *
 * @example events.writeTo("demo.events").partitionedBy(partitioning.days("time"));
 */
export function days(column: ColumnOrName): Column {
  return columnCall("days", column);
}

/**
 * Partitions by the hour of a timestamp.
 *
 * @example events.writeTo("demo.events").partitionedBy(partitioning.hours("time"));
 */
export function hours(column: ColumnOrName): Column {
  return columnCall("hours", column);
}

/**
 * Partitions by a hash of the column, into `numBuckets` buckets.
 *
 * @throws {ArgumentError} numBuckets is neither a number nor a Column
 * @example events.writeTo("demo.events").partitionedBy(partitioning.bucket(16, "id"));
 */
export function bucket(numBuckets: Column | number, column: ColumnOrName): Column {
  if (typeof numBuckets !== "number" && typeof numBuckets !== "object") {
    throw new ArgumentError(
      "numBuckets",
      `numBuckets of bucket() must be a number or a Column, got ${kindOf(numBuckets)}.`,
    );
  }
  return expressionCall("bucket", expressionOf(numBuckets), columnArgument("bucket", column));
}
