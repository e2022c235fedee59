import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const misc = (c: AllTypes) => ({
  aes_encrypt: f.aes_encrypt(c.text, c.text),
  aes_encryptMode: f.aes_encrypt(c.binary, c.binary, f.lit("CBC"), f.lit("PKCS")),
  aes_decrypt: f.aes_decrypt(c.binary, c.text),
  try_aes_decrypt: f.try_aes_decrypt(c.binary, c.text),
  assert_true: f.assert_true(c.bool),
  assert_trueMessage: f.assert_true(c.bool, "no"),
  bitmap_bit_position: f.bitmap_bit_position(c.long),
  bitmap_bit_positionOrNull: f.bitmap_bit_position(c.intOrNull),
  bitmap_bit_positionText: f.bitmap_bit_position(c.text),
  bitmap_bucket_number: f.bitmap_bucket_number(c.long),
  bitmap_bucket_numberText: f.bitmap_bucket_number(c.text),
  bitmap_count: f.bitmap_count(c.binary),
  bitmap_countOrNull: f.bitmap_count(c.binaryOrNull),
  current_catalog: f.current_catalog(),
  current_database: f.current_database(),
  current_schema: f.current_schema(),
  current_user: f.current_user(),
  input_file_block_length: f.input_file_block_length(),
  input_file_block_start: f.input_file_block_start(),
  input_file_name: f.input_file_name(),
  java_method: f.java_method(f.lit("java.util.UUID"), f.lit("randomUUID")),
  monotonically_increasing_id: f.monotonically_increasing_id(),
  raise_error: f.raise_error("no"),
  reflect: f.reflect(f.lit("java.util.UUID"), f.lit("randomUUID")),
  session_user: f.session_user(),
  spark_partition_id: f.spark_partition_id(),
  try_reflect: f.try_reflect(f.lit("java.util.UUID"), f.lit("randomUUID")),
  typeof: f.typeof(c.intOrNull),
  typeof_: f.typeof_(c.text),
  user: f.user(),
  uuid: f.uuid(),
  version: f.version(),
});
export const misc_4_2 = () => ({ current_path: f.current_path() });
export const misc_4_3 = (c: AllTypes) => ({ hmac: f.hmac(c.text, c.text) });

const vector = f.expr("array(float)");

export const vector_4_3 = () => ({
  vector_cosine_similarity: f.vector_cosine_similarity(vector, vector),
  vector_inner_product: f.vector_inner_product(vector, vector),
  vector_l2_distance: f.vector_l2_distance(vector, vector),
  vector_norm: f.vector_norm(vector),
  vector_normalize: f.vector_normalize(vector),
});
export const aggregatesVector_4_3 = () => ({
  vector_avg: f.vector_avg(vector),
  vector_sum: f.vector_sum(vector),
});

/** A sort key is not a value, but it keeps the type of its column. */
export const sort = (c: AllTypes) => ({
  asc: f.asc(c.int),
  asc_nulls_first: f.asc_nulls_first(c.int),
  asc_nulls_last: f.asc_nulls_last(c.text),
  desc: f.desc(c.intOrNull),
  desc_nulls_first: f.desc_nulls_first(c.int),
  desc_nulls_last: f.desc_nulls_last(c.int),
  descNameUnknown: f.desc("int"),
});

export const random = () => ({
  rand: f.rand(),
  random: f.random(1),
  randn: f.randn(),
  randstr: f.randstr(5),
  uniform: f.uniform(1, 5),
  uniformDouble: f.uniform(1, 5.5),
  uniformLong: f.uniform(1, 30000000000),
  uniformColumn: f.uniform(f.lit(1n), f.lit(5n)),
});

export const predicate = (c: AllTypes) => ({
  equal_null: f.equal_null(c.intOrNull, c.int),
  ilike: f.ilike(c.text, f.lit("a%")),
  ilikeOrNull: f.ilike(c.textOrNull, f.lit("a%")),
  isnan: f.isnan(c.doubleOrNull),
  isnanText: f.isnan(c.text),
  isnotnull: f.isnotnull(c.intOrNull),
  isnull: f.isnull(c.intOrNull),
  like: f.like(c.text, c.text),
  likeInt: f.like(c.int, c.text),
  likeOrNull: f.like(c.text, c.textOrNull, f.lit("/")),
  regexp: f.regexp(c.text, c.text),
  regexp_like: f.regexp_like(c.text, c.text),
  rlike: f.rlike(c.text, c.text),
  rlikeOrNull: f.rlike(c.text, c.textOrNull),
});

export const bitwise = (c: AllTypes) => ({
  bit_count: f.bit_count(c.int),
  bit_countBool: f.bit_count(c.bool),
  bit_countOrNull: f.bit_count(c.longOrNull),
  bit_get: f.bit_get(c.int, c.int),
  bit_getLong: f.bit_get(c.long, f.lit(1)),
  bit_getOrNull: f.bit_get(c.int, c.intOrNull),
  getbit: f.getbit(c.byte, f.lit(1)),
  bitwise_not: f.bitwise_not(c.int),
  bitwise_notOrNull: f.bitwise_not(c.longOrNull),
  bitwise_notByte: f.bitwise_not(c.byte),
  shiftleft: f.shiftleft(c.int, 1),
  shiftleftByte: f.shiftleft(c.byte, 1),
  shiftleftLong: f.shiftleft(c.longOrNull, 1),
  shiftleftColumn: f.shiftleft(c.long, c.intOrNull),
  shiftleftTextBits: f.shiftleft(c.long, c.text),
  shiftleftText: f.shiftleft(c.text, 1),
  shiftleftDecimal: f.shiftleft(c.decimal, 1),
  shiftright: f.shiftright(c.int, 1),
  shiftrightunsigned: f.shiftrightunsigned(c.long, 1),
});

export const hash = (c: AllTypes) => ({
  crc32: f.crc32(c.binary),
  crc32Text: f.crc32(c.textOrNull),
  hash: f.hash(c.intOrNull, c.text),
  md5: f.md5(c.text),
  md5OrNull: f.md5(c.binaryOrNull),
  crc32NotNull: f.crc32(c.text),
  sha: f.sha(c.text),
  sha1: f.sha1(c.text),
  sha2: f.sha2(c.text, 256),
  sha2OrNull: f.sha2(c.textOrNull, 256),
  xxhash64: f.xxhash64(c.intOrNull),
});

export const geospatial_4_2 = (c: AllTypes) => ({
  st_asbinary: f.st_asbinary(f.st_geomfromwkb(c.binary)),
  st_asbinaryOrNull: f.st_asbinary(f.st_geogfromwkb(c.binaryOrNull)),
  st_geogfromwkb: f.st_geogfromwkb(c.binary),
  st_geomfromwkb: f.st_geomfromwkb(c.binary),
  st_geomfromwkbSrid: f.st_geomfromwkb(c.binary, 4326),
  st_geomfromwkbOrNull: f.st_geomfromwkb(c.binaryOrNull),
  st_geomfromwkbSridOrNull: f.st_geomfromwkb(c.binary, c.intOrNull),
  st_setsridOrNull: f.st_setsrid(f.st_geomfromwkb(c.binary), c.intOrNull),
  st_setsrid: f.st_setsrid(f.st_geomfromwkb(c.binary), 4326),
  st_srid: f.st_srid(f.st_geomfromwkb(c.binary)),
});

export const timeWindow = (c: AllTypes) => ({
  window: f.window(c.timestamp, "5 minutes"),
});
export const timeWindowOrNull = (c: AllTypes) => ({
  window: f.window(c.timestampOrNull, "5 minutes", undefined, "1 second"),
});
export const timeWindowOfText = (c: AllTypes) => ({ window: f.window(c.text, "5 minutes") });
export const timeWindowOfDate = (c: AllTypes) => ({ window: f.window(c.dateOrNull, "5 minutes") });
export const timeWindowNtz = (c: AllTypes) => ({
  window: f.window(c.timestampNtz, "5 minutes", "1 minute", "1 second"),
});
export const sessionWindow = (c: AllTypes) => ({
  session_window: f.session_window(c.timestamp, "5 minutes"),
});
export const sessionWindowNtz = (c: AllTypes) => ({
  session_window: f.session_window(c.timestampNtz, c.text),
});
export const windowTime = (c: AllTypes) => ({
  window_time: f.window_time(f.window(c.timestamp, "5 minutes")),
});
export const timeBucket_4_2 = (c: AllTypes) => ({
  time_bucket: f.time_bucket(f.expr("INTERVAL '15' MINUTE"), c.timestamp),
  time_bucketOrNull: f.time_bucket(f.expr("INTERVAL '15' MINUTE"), c.timestampOrNull),
  time_bucketNtz: f.time_bucket(f.expr("INTERVAL '15' MINUTE"), c.timestampNtz),
});
