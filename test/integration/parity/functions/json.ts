import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";
import {
  ArrayType,
  IntegerType,
  LongType,
  MapType,
  StringType,
  StructType,
} from "../../../../src/index.js";

export const json: readonly GoldenCase[] = [
  ['F.from_json("a", "id INT, name STRING")', () => F.from_json("a", "id INT, name STRING")],
  [
    'F.from_json(F.col("a"), F.schema_of_json(F.lit("x")))',
    () => F.from_json(F.col("a"), F.schema_of_json(F.lit("x"))),
  ],
  [
    'F.from_json("a", "id INT, name STRING", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.from_json("a", "id INT, name STRING", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  [
    'F.from_json("a", "id INT, name STRING", {})',
    () => F.from_json("a", "id INT, name STRING", {}),
  ],
  ['F.schema_of_json("x")', () => F.schema_of_json("x")],
  ['F.schema_of_json(F.lit("x"))', () => F.schema_of_json(F.lit("x"))],
  [
    'F.schema_of_json("x", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.schema_of_json("x", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.schema_of_json("x", {})', () => F.schema_of_json("x", {})],
  ['F.to_json("a")', () => F.to_json("a")],
  ['F.to_json(F.col("a"))', () => F.to_json(F.col("a"))],
  [
    'F.to_json("a", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.to_json("a", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.to_json("a", {})', () => F.to_json("a", {})],
  [
    'F.from_json("a", T.StructType().add("id", T.IntegerType()).add("names", T.ArrayType(T.StringType(), False), False))',
    () =>
      F.from_json(
        "a",
        new StructType()
          .add("id", IntegerType())
          .add("names", ArrayType(StringType(), false), false),
      ),
  ],
  ['F.from_json("a", T.ArrayType(T.LongType()))', () => F.from_json("a", ArrayType(LongType()))],
  [
    'F.from_json("a", T.MapType(T.StringType(), T.IntegerType()))',
    () => F.from_json("a", MapType(StringType(), IntegerType())),
  ],
  ['F.get_json_object("a", "$.b")', () => F.get_json_object("a", "$.b")],
  ['F.get_json_object(F.col("a"), "$.b[0]")', () => F.get_json_object(F.col("a"), "$.b[0]")],
  ['F.json_array_length("a")', () => F.json_array_length("a")],
  ['F.json_array_length(F.col("a"))', () => F.json_array_length(F.col("a"))],
  ['F.json_object_keys("a")', () => F.json_object_keys("a")],
  ['F.json_object_keys(F.col("a"))', () => F.json_object_keys(F.col("a"))],
  ['F.json_tuple("a", "x")', () => F.json_tuple("a", "x")],
  ['F.json_tuple(F.col("a"), "x", "y")', () => F.json_tuple(F.col("a"), "x", "y")],
];
