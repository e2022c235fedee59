// Checksums and hashes.

import { ArgumentError } from "../errors.js";
import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import { columnCall, valueCall } from "./call.js";

/** CRC-32 of the bytes, as BIGINT. */
export function crc32<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("crc32", column);
}

/** Murmur3 hash of the columns, 32 bits, as INT. Nulls do not change the hash. */
export function hash(...columns: readonly ColumnOrName[]): Column<number> {
  return columnCall("hash", ...columns);
}

/** MD5 digest, as 32 hexadecimal digits. */
export function md5<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("md5", column);
}

/** SHA-1 digest, as 40 hexadecimal digits; the same as sha1. */
export function sha<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("sha", column);
}

/** SHA-1 digest, as 40 hexadecimal digits. */
export function sha1<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("sha1", column);
}

const SHA2_BITS: readonly number[] = [0, 224, 256, 384, 512];

/**
 * SHA-2 digest, as hexadecimal digits.
 *
 * @param bits length of the digest: 224, 256, 384 or 512; 0 means 256
 * @throws {ArgumentError} bits has another value
 */
export function sha2(column: ColumnOrName, bits: number): Column<string | null> {
  if (!SHA2_BITS.includes(bits)) {
    throw new ArgumentError(
      "bits",
      `bits of sha2() must be one of ${SHA2_BITS.join(", ")}, got ${bits}.`,
    );
  }
  return valueCall("sha2", column, bits);
}

/** xxHash of the columns, 64 bits, as BIGINT. Nulls do not change the hash. */
export function xxhash64(...columns: readonly ColumnOrName[]): Column<bigint> {
  return columnCall("xxhash64", ...columns);
}
