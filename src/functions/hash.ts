// Checksums and hashes.

import { ArgumentError } from "../errors.js";
import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import { columnCall, valueCall } from "./call.js";

/**
 * CRC-32 of the bytes, as BIGINT.
 *
 * @example crc32(lit("Spark")); // 1557323817n
 */
export function crc32<C extends ColumnOrName>(column: C): Column<bigint | NullIn<C>> {
  return columnCall("crc32", column);
}

/**
 * Murmur3 hash of the columns, 32 bits, as INT. Nulls do not change the hash.
 *
 * @example hash(lit("Spark"), lit([123]), lit(2)); // -1321691492
 */
export function hash(...columns: readonly ColumnOrName[]): Column<number> {
  return columnCall("hash", ...columns);
}

/**
 * MD5 digest, as 32 hexadecimal digits.
 *
 * @example md5(lit("Spark")); // '8cde774d6f7333752ed72cacddb05126'
 */
export function md5<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("md5", column);
}

/**
 * SHA-1 digest, as 40 hexadecimal digits; the same as sha1.
 *
 * @example sha(lit("Spark")); // '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c'
 */
export function sha<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("sha", column);
}

/**
 * SHA-1 digest, as 40 hexadecimal digits.
 *
 * @example sha1(lit("Spark")); // '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c'
 */
export function sha1<C extends ColumnOrName>(column: C): Column<string | NullIn<C>> {
  return columnCall("sha1", column);
}

const SHA2_BITS: readonly number[] = [0, 224, 256, 384, 512];

/**
 * SHA-2 digest, as hexadecimal digits.
 *
 * @param bits length of the digest: 224, 256, 384 or 512; 0 means 256
 * @throws {ArgumentError} bits has another value
 * @example sha2(lit("Spark"), 256); // '529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b'
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

/**
 * xxHash of the columns, 64 bits, as BIGINT. Nulls do not change the hash.
 *
 * @example xxhash64(lit("Spark"), lit([123]), lit(2)); // 5602566077635097486n
 */
export function xxhash64(...columns: readonly ColumnOrName[]): Column<bigint> {
  return columnCall("xxhash64", ...columns);
}
