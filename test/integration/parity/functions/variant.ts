import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const variant: readonly GoldenCase[] = [
  ['F.is_valid_variant("a")', () => F.is_valid_variant("a")],
  ['F.is_valid_variant(F.col("a"))', () => F.is_valid_variant(F.col("a"))],
  ['F.is_variant_null("a")', () => F.is_variant_null("a")],
  ['F.is_variant_null(F.col("a"))', () => F.is_variant_null(F.col("a"))],
  ['F.parse_json("a")', () => F.parse_json("a")],
  ['F.parse_json(F.col("a"))', () => F.parse_json(F.col("a"))],
  ['F.try_parse_json("a")', () => F.try_parse_json("a")],
  ['F.try_parse_json(F.col("a"))', () => F.try_parse_json(F.col("a"))],
  ['F.schema_of_variant("a")', () => F.schema_of_variant("a")],
  ['F.schema_of_variant(F.col("a"))', () => F.schema_of_variant(F.col("a"))],
  ['F.schema_of_variant_agg("a")', () => F.schema_of_variant_agg("a")],
  ['F.schema_of_variant_agg(F.col("a"))', () => F.schema_of_variant_agg(F.col("a"))],
  ['F.to_variant_object("a")', () => F.to_variant_object("a")],
  ['F.to_variant_object(F.col("a"))', () => F.to_variant_object(F.col("a"))],
  ['F.variant_get("a", "$.x", "int")', () => F.variant_get("a", "$.x", "int")],
  [
    'F.variant_get(F.col("a"), F.col("b"), "string")',
    () => F.variant_get(F.col("a"), F.col("b"), "string"),
  ],
  ['F.variant_array_append("a", "$.x", "b")', () => F.variant_array_append("a", "$.x", "b")],
  [
    'F.variant_array_append(F.col("a"), F.col("b"), F.lit(1))',
    () => F.variant_array_append(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.variant_insert("a", "$.x", "b")', () => F.variant_insert("a", "$.x", "b")],
  [
    'F.variant_insert(F.col("a"), F.col("b"), F.lit(1))',
    () => F.variant_insert(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.variant_set("a", "$.x", "b")', () => F.variant_set("a", "$.x", "b")],
  [
    'F.variant_set(F.col("a"), F.col("b"), F.lit(1))',
    () => F.variant_set(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.variant_set("a", "$.x", "b", False)', () => F.variant_set("a", "$.x", "b", false)],
  ['F.try_variant_get("a", "$.x", "int")', () => F.try_variant_get("a", "$.x", "int")],
  [
    'F.try_variant_get(F.col("a"), F.col("b"), "string")',
    () => F.try_variant_get(F.col("a"), F.col("b"), "string"),
  ],
  [
    'F.try_variant_array_append("a", "$.x", "b")',
    () => F.try_variant_array_append("a", "$.x", "b"),
  ],
  [
    'F.try_variant_array_append(F.col("a"), F.col("b"), F.lit(1))',
    () => F.try_variant_array_append(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.try_variant_insert("a", "$.x", "b")', () => F.try_variant_insert("a", "$.x", "b")],
  [
    'F.try_variant_insert(F.col("a"), F.col("b"), F.lit(1))',
    () => F.try_variant_insert(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.try_variant_set("a", "$.x", "b")', () => F.try_variant_set("a", "$.x", "b")],
  [
    'F.try_variant_set(F.col("a"), F.col("b"), F.lit(1))',
    () => F.try_variant_set(F.col("a"), F.col("b"), F.lit(1)),
  ],
  ['F.try_variant_set("a", "$.x", "b", False)', () => F.try_variant_set("a", "$.x", "b", false)],
  ['F.variant_delete("a", "$.x")', () => F.variant_delete("a", "$.x")],
  [
    'F.variant_delete(F.col("a"), "$.x", F.col("b"))',
    () => F.variant_delete(F.col("a"), "$.x", F.col("b")),
  ],
  ['F.variant_strip_nulls("a")', () => F.variant_strip_nulls("a")],
  ['F.variant_strip_nulls(F.col("a"), False)', () => F.variant_strip_nulls(F.col("a"), false)],
];
