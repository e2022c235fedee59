import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const url: readonly GoldenCase[] = [
  ['F.parse_url("a", "b")', () => F.parse_url("a", "b")],
  ['F.parse_url("a", "b", "c")', () => F.parse_url("a", "b", "c")],
  [
    'F.parse_url(F.col("a"), F.col("b"), F.col("c"))',
    () => F.parse_url(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.try_parse_url("a", "b")', () => F.try_parse_url("a", "b")],
  ['F.try_parse_url("a", "b", "c")', () => F.try_parse_url("a", "b", "c")],
  [
    'F.try_parse_url(F.col("a"), F.col("b"), F.col("c"))',
    () => F.try_parse_url(F.col("a"), F.col("b"), F.col("c")),
  ],
  ['F.try_url_decode("a")', () => F.try_url_decode("a")],
  ['F.try_url_decode(F.col("a"))', () => F.try_url_decode(F.col("a"))],
  ['F.url_decode("a")', () => F.url_decode("a")],
  ['F.url_decode(F.col("a"))', () => F.url_decode(F.col("a"))],
  ['F.url_encode("a")', () => F.url_encode("a")],
  ['F.url_encode(F.col("a"))', () => F.url_encode(F.col("a"))],
];
