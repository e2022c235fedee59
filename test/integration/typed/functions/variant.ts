import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const variant = (c: AllTypes) => ({
  is_variant_null: f.is_variant_null(c.variant),
  is_variant_nullOrNull: f.is_variant_null(c.variantOrNull),
  parse_jsonUnknown: f.parse_json(c.text),
  parse_jsonOrNullUnknown: f.parse_json(c.textOrNull),
  schema_of_variant: f.schema_of_variant(c.variant),
  schema_of_variantOrNull: f.schema_of_variant(c.variantOrNull),
  to_variant_objectUnknown: f.to_variant_object(c.struct),
  to_variant_objectOrNullUnknown: f.to_variant_object(c.mapOrNull),
  try_parse_jsonUnknown: f.try_parse_json(c.text),
  try_parse_jsonOrNullUnknown: f.try_parse_json(c.textOrNull),
  try_variant_get: f.try_variant_get(c.variant, "$.id", "int"),
  try_variant_getOrNull: f.try_variant_get(c.variantOrNull, "$.id", "array<string>"),
  variant_get: f.variant_get(c.variant, "$.id", "bigint"),
  variant_getOfColumns: f.variant_get(c.variant, "$", "a int not null"),
  variant_getOfDecimal: f.variant_get(c.variant, "$.id", "decimal(10,2)"),
  variant_getOfVariantUnknown: f.variant_get(c.variant, "$.id", "variant"),
  variant_getOrNull: f.variant_get(c.variantOrNull, "$.id", "struct<a: int>"),
});

export const aggregatesOfVariant = (c: AllTypes) => ({
  schema_of_variant_agg: f.schema_of_variant_agg(c.variant),
  schema_of_variant_aggOrNull: f.schema_of_variant_agg(c.variantOrNull),
});

export const variant_4_2 = (c: AllTypes) => ({
  is_valid_variant: f.is_valid_variant(c.variant),
  is_valid_variantOrNull: f.is_valid_variant(c.variantOrNull),
});

export const variant_4_3 = (c: AllTypes) => ({
  try_variant_array_appendUnknown: f.try_variant_array_append(c.variant, "$.a", c.int),
  try_variant_insertUnknown: f.try_variant_insert(c.variant, "$.a", c.int),
  try_variant_setUnknown: f.try_variant_set(c.variant, "$.a", c.int),
  variant_array_appendUnknown: f.variant_array_append(c.variant, "$.a", c.int),
  variant_array_appendOrNullUnknown: f.variant_array_append(c.variantOrNull, "$.a", c.int),
  variant_deleteUnknown: f.variant_delete(c.variant, "$.a", "$.b"),
  variant_deleteOrNullUnknown: f.variant_delete(c.variantOrNull, "$.a"),
  variant_insertUnknown: f.variant_insert(c.variant, "$.a", c.int),
  variant_insertOrNullUnknown: f.variant_insert(c.variantOrNull, "$.a", c.int),
  variant_setUnknown: f.variant_set(c.variant, "$.a", c.int),
  variant_setOrNullUnknown: f.variant_set(c.variantOrNull, "$.a", c.int, false),
  variant_strip_nullsUnknown: f.variant_strip_nulls(c.variant),
  variant_strip_nullsOrNullUnknown: f.variant_strip_nulls(c.variantOrNull),
});
