import * as arrow from "apache-arrow";
import type { TimestampLTZNanosType, TimestampNTZNanosType } from "../../types/data-type.js";
import { exactNanos } from "../../types/exact-values.js";
import { isMissing, misfit, nullBits, type ColumnValues } from "./encode-values.js";

/** Encodes timestamps with nanoseconds. Arrow's 64 bits cover the years 1677 to 2262. */
export function encodeNanos(
  source: ColumnValues,
  { kind, precision }: TimestampNTZNanosType | TimestampLTZNanosType,
): arrow.Data {
  const { length } = source.values;
  const zoned = kind === "timestamp_ltz_nanos";
  const hint = zoned
    ? `: pass a Timestamp, a Date or ISO text with a zone and at most ${precision} fraction digits`
    : `: pass ISO text without a zone and with at most ${precision} fraction digits`;
  const data = new BigInt64Array(length);
  for (const [index, value] of source.values.entries()) {
    if (isMissing(value)) continue;
    const nanos = exactNanos(value, precision, zoned);
    if (nanos === undefined) throw misfit(source, index, hint);
    if (BigInt.asIntN(64, nanos) !== nanos)
      throw misfit(source, index, ": Arrow can send nanoseconds only for the years 1677 to 2262");
    data[index] = nanos;
  }
  const type = new arrow.TimestampNanosecond(zoned ? "UTC" : null);
  return arrow.makeData({ type, length, data, ...nullBits(source) });
}
