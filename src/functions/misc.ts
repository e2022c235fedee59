// Functions that belong to no other group.

import type { Column, ColumnOrName } from "../dataframe/column.js";
import type { NullInNumber } from "../dataframe/typing/aggregate-value.js";
import type { NullIn } from "../dataframe/typing/column-value.js";
import { columnCall, expressionCall, valueArgument, valueCall } from "./call.js";
import { given } from "./column-arguments.js";
import { lit } from "./core.js";
import { randomSeed } from "./seed.js";

/**
 * Encrypts bytes with AES.
 *
 * @param key 16, 24 or 32 bytes
 * @param mode GCM (the default), CBC or ECB, as a column: `lit("CBC")`
 * @param padding PKCS, NONE or DEFAULT, as a column. DEFAULT depends on the mode
 * @param iv the initialization vector of GCM (12 bytes) or CBC (16 bytes). Default: a random one from Spark
 * @param aad data that GCM authenticates but does not encrypt. Default: no data
 */
export function aes_encrypt(
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  iv?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> {
  return columnCall(
    "aes_encrypt",
    input,
    key,
    mode ?? lit("GCM"),
    padding ?? lit("DEFAULT"),
    iv ?? lit(""),
    aad ?? lit(""),
  );
}

/**
 * Decrypts the result of aes_encrypt, as BINARY. Fails if the input cannot be decrypted.
 *
 * @param key 16, 24 or 32 bytes
 * @param mode GCM (the default), CBC or ECB, as a column: `lit("CBC")`
 * @param padding PKCS, NONE or DEFAULT, as a column. DEFAULT depends on the mode
 * @param aad the data that GCM authenticated. Default: no data
 */
export function aes_decrypt(
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> {
  return decryption("aes_decrypt", input, key, mode, padding, aad);
}

/** Like aes_decrypt, but null if the input cannot be decrypted. */
export function try_aes_decrypt(
  input: ColumnOrName,
  key: ColumnOrName,
  mode?: ColumnOrName,
  padding?: ColumnOrName,
  aad?: ColumnOrName,
): Column<Uint8Array | null> {
  return decryption("try_aes_decrypt", input, key, mode, padding, aad);
}

function decryption(
  name: string,
  input: ColumnOrName,
  key: ColumnOrName,
  mode: ColumnOrName | undefined,
  padding: ColumnOrName | undefined,
  aad: ColumnOrName | undefined,
): Column<Uint8Array | null> {
  return columnCall(
    name,
    input,
    key,
    mode ?? lit("GCM"),
    padding ?? lit("DEFAULT"),
    aad ?? lit(""),
  );
}

/** Null if the condition is true; otherwise fails with `message`, a text or a Column. */
export function assert_true(column: ColumnOrName, message?: Column | string): Column<null> {
  return valueCall("assert_true", column, ...given(message));
}

/**
 * The position, from 0, of this number in a bitmap of bitmap_construct_agg, which has 32768 bits.
 */
export function bitmap_bit_position<C extends ColumnOrName>(
  column: C,
): Column<bigint | NullInNumber<C>> {
  return columnCall("bitmap_bit_position", column);
}

/**
 * The number of the bitmap of bitmap_construct_agg that contains this number. Each bitmap covers 32768
 * numbers.
 */
export function bitmap_bucket_number<C extends ColumnOrName>(
  column: C,
): Column<bigint | NullInNumber<C>> {
  return columnCall("bitmap_bucket_number", column);
}

/** Number of bits set in a bitmap in BINARY. */
export function bitmap_count<C extends ColumnOrName>(bitmap: C): Column<bigint | NullIn<C>> {
  return columnCall("bitmap_count", bitmap);
}

/** Name of the session's catalog. */
export function current_catalog(): Column<string> {
  return columnCall("current_catalog");
}

/** Name of the session's database. */
export function current_database(): Column<string> {
  return columnCall("current_database");
}

/**
 * The schemas in which Spark looks up names without a schema, separated by commas. Spark 4.2 or newer.
 */
export function current_path(): Column<string> {
  return columnCall("current_path");
}

/** Name of the session's database; the same as current_database. */
export function current_schema(): Column<string> {
  return columnCall("current_schema");
}

/** Name of the user for whom the query runs. */
export function current_user(): Column<string> {
  return columnCall("current_user");
}

/**
 * Keyed hash of the message, as raw bytes; convert it with hex or base64. Spark 4.3 or newer.
 *
 * @param algorithm SHA-224, SHA-256 (the default), SHA-384, SHA-512, SHA-1 or MD5, as a column:
 *   `lit("SHA-512")`
 */
export function hmac(
  key: ColumnOrName,
  message: ColumnOrName,
  algorithm?: ColumnOrName,
): Column<Uint8Array | null> {
  return columnCall("hmac", key, message, ...given(algorithm));
}

/** Length in bytes of the file block that Spark is reading; -1 without a file. */
export function input_file_block_length(): Column<bigint> {
  return columnCall("input_file_block_length");
}

/** Start of the block that Spark is reading, in bytes from the start of its file; -1 without a file. */
export function input_file_block_start(): Column<bigint> {
  return columnCall("input_file_block_start");
}

/** Name of the file that Spark is reading; empty without a file. */
export function input_file_name(): Column<string> {
  return columnCall("input_file_name");
}

/** Result of a static Java method on the server, as text; the same as reflect. */
export function java_method(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("java_method", ...columns);
}

/** A BIGINT that is unique for each row. It increases, but not by one, and can differ when the query runs again. */
export function monotonically_increasing_id(): Column<bigint> {
  return columnCall("monotonically_increasing_id");
}

/** Fails with the message, a text or a Column, when Spark evaluates it. */
export function raise_error(message: Column | string): Column<null> {
  return expressionCall("raise_error", valueArgument(message));
}

/**
 * Result of a static Java method on the server, as text. Pass class, method and arguments as columns. The first two
 * must be literals: `reflect(lit("java.util.UUID"), lit("randomUUID"))`.
 */
export function reflect(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("reflect", ...columns);
}

/** Name of the connected user; the same as user. */
export function session_user(): Column<string> {
  return columnCall("session_user");
}

/** Number of the row's partition, from 0. */
export function spark_partition_id(): Column<number> {
  return columnCall("spark_partition_id");
}

/** Like reflect, but null if the method throws. */
export function try_reflect(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("try_reflect", ...columns);
}

/** The column's type as DDL. */
export function typeof_(column: ColumnOrName): Column<string> {
  return columnCall("typeof", column);
}

export { typeof_ as typeof };

/** Name of the connected user. */
export function user(): Column<string> {
  return columnCall("user");
}

/**
 * A random UUID as text.
 *
 * @param seed default: random, chosen when the column is created, so that every run returns the same UUIDs
 */
export function uuid(seed?: Column | number | bigint): Column<string> {
  return expressionCall("uuid", valueArgument(seed ?? randomSeed()));
}

/** Version and source revision of the server's Spark. */
export function version(): Column<string> {
  return columnCall("version");
}
