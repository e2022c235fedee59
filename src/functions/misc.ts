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
 * @example
 * hex(aes_encrypt(lit("Spark SQL"), lit("1234567890abcdef"), lit("ECB"), lit("PKCS")));
 * // 'DE59B0BBE330D07DDF8B9343BDCBBD96'
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
 * @example
 * decode(
 *   aes_decrypt(unbase64(lit("3lmwu+Mw0H3fi5NDvcu9lg==")), lit("1234567890abcdef"), lit("ECB")),
 *   "utf-8",
 * ); // 'Spark SQL'
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

/**
 * Like aes_decrypt, but null if the input cannot be decrypted.
 *
 * @example try_aes_decrypt(unhex(lit("0000")), lit("0000111122223333"), lit("GCM")); // null
 */
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

/**
 * Null if the condition is true; otherwise fails with `message`, a text or a Column.
 *
 * @example assert_true(lit(0).lt(1), "the price is negative"); // null
 */
export function assert_true(column: ColumnOrName, message?: Column | string): Column<null> {
  return valueCall("assert_true", column, ...given(message));
}

/**
 * The position, from 0, of this number in a bitmap of bitmap_construct_agg, which has 32768 bits.
 *
 * @example bitmap_bit_position(lit(123)); // 122n
 */
export function bitmap_bit_position<C extends ColumnOrName>(
  column: C,
): Column<bigint | NullInNumber<C>> {
  return columnCall("bitmap_bit_position", column);
}

/**
 * The number of the bitmap of bitmap_construct_agg that contains this number. Each bitmap covers 32768
 * numbers.
 *
 * @example bitmap_bucket_number(lit(123)); // 1n
 */
export function bitmap_bucket_number<C extends ColumnOrName>(
  column: C,
): Column<bigint | NullInNumber<C>> {
  return columnCall("bitmap_bucket_number", column);
}

/**
 * Number of bits set in a bitmap in BINARY.
 *
 * @example bitmap_count(unhex(lit("1010"))); // 2n
 */
export function bitmap_count<C extends ColumnOrName>(bitmap: C): Column<bigint | NullIn<C>> {
  return columnCall("bitmap_count", bitmap);
}

/**
 * Name of the session's catalog.
 *
 * @example current_catalog(); // 'spark_catalog'
 */
export function current_catalog(): Column<string> {
  return columnCall("current_catalog");
}

/**
 * Name of the session's database.
 *
 * @example current_database(); // 'default'
 */
export function current_database(): Column<string> {
  return columnCall("current_database");
}

/**
 * The schemas in which Spark looks up names without a schema, separated by commas. Spark 4.2 or newer.
 *
 * @example current_path(); // 'system.builtin,system.session,spark_catalog.default'
 */
export function current_path(): Column<string> {
  return columnCall("current_path");
}

/**
 * Name of the session's database; the same as current_database.
 *
 * @example current_schema(); // 'default'
 */
export function current_schema(): Column<string> {
  return columnCall("current_schema");
}

/**
 * Name of the user for whom the query runs.
 *
 * @example current_user(); // varies
 */
export function current_user(): Column<string> {
  return columnCall("current_user");
}

/**
 * Keyed hash of the message, as raw bytes; convert it with hex or base64. Spark 4.3 or newer.
 *
 * @param algorithm SHA-224, SHA-256 (the default), SHA-384, SHA-512, SHA-1 or MD5, as a column:
 *   `lit("SHA-512")`
 * @example
 * hex(hmac(lit("key"), lit("message")));
 * // '6E9EF29B75FFFC5B7ABAE527D58FDADB2FE42E7219011976917343065F58ED4A'
 */
export function hmac(
  key: ColumnOrName,
  message: ColumnOrName,
  algorithm?: ColumnOrName,
): Column<Uint8Array | null> {
  return columnCall("hmac", key, message, ...given(algorithm));
}

/**
 * Length in bytes of the file block that Spark is reading; -1 without a file.
 *
 * @example input_file_block_length(); // -1n
 */
export function input_file_block_length(): Column<bigint> {
  return columnCall("input_file_block_length");
}

/**
 * Start of the block that Spark is reading, in bytes from the start of its file; -1 without a file.
 *
 * @example input_file_block_start(); // -1n
 */
export function input_file_block_start(): Column<bigint> {
  return columnCall("input_file_block_start");
}

/**
 * Name of the file that Spark is reading; empty without a file.
 *
 * @example input_file_name(); // ''
 */
export function input_file_name(): Column<string> {
  return columnCall("input_file_name");
}

/**
 * Result of a static Java method on the server, as text; the same as reflect.
 *
 * @example
 * java_method(lit("java.util.UUID"), lit("fromString"), lit("a5cf6c42-0c85-418f-af6c-3e4e5b1328f2"));
 * // 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2'
 */
export function java_method(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("java_method", ...columns);
}

/**
 * A BIGINT that is unique for each row. It increases, but not by one, and can differ when the query runs again.
 *
 * @example
 * // x: "a", "b"
 * monotonically_increasing_id(); // varies
 */
export function monotonically_increasing_id(): Column<bigint> {
  return columnCall("monotonically_increasing_id");
}

/**
 * Fails with the message, a text or a Column, when Spark evaluates it.
 *
 * @example when(lit(1).lt(0), raise_error("the price is negative")).otherwise("fine"); // 'fine'
 */
export function raise_error(message: Column | string): Column<null> {
  return expressionCall("raise_error", valueArgument(message));
}

/**
 * Result of a static Java method on the server, as text. Pass class, method and arguments as columns. The first two
 * must be literals: `reflect(lit("java.util.UUID"), lit("randomUUID"))`.
 *
 * @example
 * reflect(lit("java.util.UUID"), lit("fromString"), lit("a5cf6c42-0c85-418f-af6c-3e4e5b1328f2"));
 * // 'a5cf6c42-0c85-418f-af6c-3e4e5b1328f2'
 */
export function reflect(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("reflect", ...columns);
}

/**
 * Name of the connected user; the same as user.
 *
 * @example session_user(); // varies
 */
export function session_user(): Column<string> {
  return columnCall("session_user");
}

/**
 * Number of the row's partition, from 0.
 *
 * @example spark_partition_id(); // varies
 */
export function spark_partition_id(): Column<number> {
  return columnCall("spark_partition_id");
}

/**
 * Like reflect, but null if the method throws.
 *
 * @example try_reflect(lit("java.net.URLDecoder"), lit("decode"), lit("%")); // null
 */
export function try_reflect(...columns: readonly ColumnOrName[]): Column<string | null> {
  return columnCall("try_reflect", ...columns);
}

/**
 * The column's type as DDL.
 *
 * @example F.typeof(lit(1)); // 'int'
 */
export function typeof_(column: ColumnOrName): Column<string> {
  return columnCall("typeof", column);
}

export { typeof_ as typeof };

/**
 * Name of the connected user.
 *
 * @example user(); // varies
 */
export function user(): Column<string> {
  return columnCall("user");
}

/**
 * A random UUID as text.
 *
 * @param seed default: random, chosen when the column is created, so that every run returns the same UUIDs
 * @example uuid(); // varies
 */
export function uuid(seed?: Column | number | bigint): Column<string> {
  return expressionCall("uuid", valueArgument(seed ?? randomSeed()));
}

/**
 * Version and source revision of the server's Spark.
 *
 * @example version(); // varies
 */
export function version(): Column<string> {
  return columnCall("version");
}
