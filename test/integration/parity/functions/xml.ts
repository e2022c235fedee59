import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";
import { ArrayType, IntegerType, StringType, StructType } from "../../../../src/index.js";

export const xml: readonly GoldenCase[] = [
  ['F.from_xml("a", "id INT, name STRING")', () => F.from_xml("a", "id INT, name STRING")],
  [
    'F.from_xml(F.col("a"), F.schema_of_xml(F.lit("x")))',
    () => F.from_xml(F.col("a"), F.schema_of_xml(F.lit("x"))),
  ],
  [
    'F.from_xml("a", "id INT, name STRING", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.from_xml("a", "id INT, name STRING", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.from_xml("a", "id INT, name STRING", {})', () => F.from_xml("a", "id INT, name STRING", {})],
  ['F.schema_of_xml("x")', () => F.schema_of_xml("x")],
  ['F.schema_of_xml(F.lit("x"))', () => F.schema_of_xml(F.lit("x"))],
  [
    'F.schema_of_xml("x", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.schema_of_xml("x", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.schema_of_xml("x", {})', () => F.schema_of_xml("x", {})],
  ['F.to_xml("a")', () => F.to_xml("a")],
  ['F.to_xml(F.col("a"))', () => F.to_xml(F.col("a"))],
  [
    'F.to_xml("a", {"mode": "FAILFAST", "maxColumns": 5})',
    () => F.to_xml("a", { mode: "FAILFAST", maxColumns: 5 }),
  ],
  ['F.to_xml("a", {})', () => F.to_xml("a", {})],
  [
    'F.from_xml("a", T.StructType().add("id", T.IntegerType()).add("names", T.ArrayType(T.StringType(), False), False))',
    () =>
      F.from_xml(
        "a",
        new StructType()
          .add("id", IntegerType())
          .add("names", ArrayType(StringType(), false), false),
      ),
  ],
  ['F.xpath("a", F.col("b"))', () => F.xpath("a", F.col("b"))],
  ['F.xpath_boolean("a", F.col("b"))', () => F.xpath_boolean("a", F.col("b"))],
  ['F.xpath_double("a", F.col("b"))', () => F.xpath_double("a", F.col("b"))],
  ['F.xpath_float("a", F.col("b"))', () => F.xpath_float("a", F.col("b"))],
  ['F.xpath_int("a", F.col("b"))', () => F.xpath_int("a", F.col("b"))],
  ['F.xpath_long("a", F.col("b"))', () => F.xpath_long("a", F.col("b"))],
  ['F.xpath_number("a", F.col("b"))', () => F.xpath_number("a", F.col("b"))],
  ['F.xpath_short("a", F.col("b"))', () => F.xpath_short("a", F.col("b"))],
  ['F.xpath_string("a", F.col("b"))', () => F.xpath_string("a", F.col("b"))],
  ['F.xpath(F.col("a"), "b")', () => F.xpath(F.col("a"), "b")],
  ['F.xpath_boolean(F.col("a"), "b")', () => F.xpath_boolean(F.col("a"), "b")],
  ['F.xpath_double(F.col("a"), "b")', () => F.xpath_double(F.col("a"), "b")],
  ['F.xpath_float(F.col("a"), "b")', () => F.xpath_float(F.col("a"), "b")],
  ['F.xpath_int(F.col("a"), "b")', () => F.xpath_int(F.col("a"), "b")],
  ['F.xpath_long(F.col("a"), "b")', () => F.xpath_long(F.col("a"), "b")],
  ['F.xpath_number(F.col("a"), "b")', () => F.xpath_number(F.col("a"), "b")],
  ['F.xpath_short(F.col("a"), "b")', () => F.xpath_short(F.col("a"), "b")],
  ['F.xpath_string(F.col("a"), "b")', () => F.xpath_string(F.col("a"), "b")],
  ['F.xpath("a", F.lit("b/text()"))', () => F.xpath("a", F.lit("b/text()"))],
];
