import * as f from "../../../../src/functions/index.js";
import { IntegerType, StructField, StructType } from "../../../../src/index.js";
import type { AllTypes } from "../all-types.js";

const order = new StructType([StructField("id", IntegerType(), false)]);

export const xml = (c: AllTypes) => ({
  from_xml: f.from_xml(c.text, "id INT, name STRING"),
  from_xmlOrNull: f.from_xml(c.textOrNull, "id INT NOT NULL, name STRING"),
  from_xmlOfType: f.from_xml(c.text, order),
  from_xmlOfStruct: f.from_xml(c.text, "struct<a: array<string>>"),
  from_xmlByColumn: f.from_xml(c.text, f.schema_of_xml("<a><id>1</id></a>")),
  schema_of_xml: f.schema_of_xml("<a><id>1</id></a>"),
  to_xml: f.to_xml(c.struct),
  to_xmlOrNull: f.to_xml(c.structOrNull),
  xpath: f.xpath(c.text, f.lit("a/b")),
  xpathOrNull: f.xpath(c.textOrNull, f.lit("a/b")),
  xpath_boolean: f.xpath_boolean(c.text, f.lit("a/b")),
  xpath_booleanOrNull: f.xpath_boolean(c.textOrNull, f.lit("a/b")),
  xpath_double: f.xpath_double(c.text, f.lit("a/b")),
  xpath_doubleOrNull: f.xpath_double(c.textOrNull, f.lit("a/b")),
  xpath_float: f.xpath_float(c.text, f.lit("a/b")),
  xpath_floatOrNull: f.xpath_float(c.textOrNull, f.lit("a/b")),
  xpath_int: f.xpath_int(c.text, f.lit("a/b")),
  xpath_intOrNull: f.xpath_int(c.textOrNull, f.lit("a/b")),
  xpath_long: f.xpath_long(c.text, f.lit("a/b")),
  xpath_longOrNull: f.xpath_long(c.textOrNull, f.lit("a/b")),
  xpath_number: f.xpath_number(c.text, f.lit("a/b")),
  xpath_numberOrNull: f.xpath_number(c.textOrNull, f.lit("a/b")),
  xpath_short: f.xpath_short(c.text, f.lit("a/b")),
  xpath_shortOrNull: f.xpath_short(c.textOrNull, f.lit("a/b")),
  xpath_string: f.xpath_string(c.text, f.lit("a/b")),
  xpath_stringOrNull: f.xpath_string(c.textOrNull, f.lit("a/b")),
});
