import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const hash: readonly GoldenCase[] = [
  ['F.crc32("a")', () => F.crc32("a")],
  ['F.crc32(F.col("a"))', () => F.crc32(F.col("a"))],
  ['F.hash("a", F.col("b"))', () => F.hash("a", F.col("b"))],
  ['F.hash(F.col("a"), "b")', () => F.hash(F.col("a"), "b")],
  ['F.md5("a")', () => F.md5("a")],
  ['F.md5(F.col("a"))', () => F.md5(F.col("a"))],
  ['F.sha("a")', () => F.sha("a")],
  ['F.sha(F.col("a"))', () => F.sha(F.col("a"))],
  ['F.sha1("a")', () => F.sha1("a")],
  ['F.sha1(F.col("a"))', () => F.sha1(F.col("a"))],
  ['F.sha2("a", 256)', () => F.sha2("a", 256)],
  ['F.sha2(F.col("a"), 0)', () => F.sha2(F.col("a"), 0)],
  ['F.xxhash64("a", F.col("b"))', () => F.xxhash64("a", F.col("b"))],
  ['F.xxhash64(F.col("a"), "b")', () => F.xxhash64(F.col("a"), "b")],
];
