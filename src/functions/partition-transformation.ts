// The partition transformations under their old names, from before PySpark moved them to `partitioning`.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import * as partitioning from "./partitioning.js";

export { partitioning };

/**
 * Partitions by the year of a date or timestamp.
 *
 * @deprecated Use partitioning.years.
 * @example events.writeTo("demo.by_year").partitionedBy(years("time"));
 */
export function years(column: ColumnOrName): Column {
  return partitioning.years(column);
}

/**
 * Partitions by the month of a date or timestamp.
 *
 * @deprecated Use partitioning.months.
 * @example events.writeTo("demo.by_month").partitionedBy(months("time"));
 */
export function months(column: ColumnOrName): Column {
  return partitioning.months(column);
}

/**
 * Partitions by the day of a date or timestamp.
 *
 * @deprecated Use partitioning.days.
 * @example events.writeTo("demo.by_day").partitionedBy(days("time"));
 */
export function days(column: ColumnOrName): Column {
  return partitioning.days(column);
}

/**
 * Partitions by the hour of a timestamp.
 *
 * @deprecated Use partitioning.hours.
 * @example events.writeTo("demo.by_hour").partitionedBy(hours("time"));
 */
export function hours(column: ColumnOrName): Column {
  return partitioning.hours(column);
}

/**
 * Partitions by a hash of the column, into `numBuckets` buckets.
 *
 * @deprecated Use partitioning.bucket.
 * @example events.writeTo("demo.by_id").partitionedBy(bucket(16, "id"));
 */
export function bucket(numBuckets: Column | number, column: ColumnOrName): Column {
  return partitioning.bucket(numBuckets, column);
}
