import * as f from "../../../../src/functions/index.js";
import {
  ArrayType,
  IntegerType,
  MapType,
  StringType,
  StructField,
  StructType,
} from "../../../../src/index.js";
import type { AllTypes } from "../all-types.js";

const order = new StructType([
  StructField("id", IntegerType(), false),
  StructField("tags", ArrayType(StringType(), false), false),
  StructField("prices", MapType(StringType(), IntegerType(), false), false),
]);

export const json = (c: AllTypes) => ({
  from_json: f.from_json(c.text, "id INT, name STRING"),
  from_jsonOrNull: f.from_json(c.textOrNull, "id INT NOT NULL, total DECIMAL(12,2)"),
  from_jsonOfTypes: f.from_json(c.text, "a timestamp not null, b interval day to second, d date"),
  from_jsonOfVariantUnknown: f.from_json(c.text, "variant"),
  from_jsonOfStruct: f.from_json(c.text, "struct<a: int not null>"),
  from_jsonOfArray: f.from_json(c.text, "array<int>"),
  from_jsonOfMap: f.from_json(c.text, "map<string, bigint>"),
  from_jsonOfStructs: f.from_json(c.text, "array<struct<id: int not null>>"),
  from_jsonOfType: f.from_json(c.text, order),
  from_jsonOfArrayType: f.from_json(c.text, ArrayType(IntegerType(), false)),
  from_jsonOfMapType: f.from_json(c.text, MapType(StringType(), IntegerType(), false)),
  from_jsonByColumnUnknown: f.from_json(c.text, f.schema_of_json('{"id": 1}')),
  get_json_object: f.get_json_object(c.text, "$.id"),
  get_json_objectOrNull: f.get_json_object(c.textOrNull, "$.id"),
  json_array_length: f.json_array_length(c.text),
  json_array_lengthOrNull: f.json_array_length(c.textOrNull),
  json_object_keys: f.json_object_keys(c.text),
  json_object_keysOrNull: f.json_object_keys(c.textOrNull),
  schema_of_json: f.schema_of_json('{"id": 1}'),
  to_json: f.to_json(c.struct),
  to_jsonOfMap: f.to_json(c.map),
  to_jsonOfVariant: f.to_json(c.variant),
  to_jsonOrNull: f.to_json(c.structOrNull),
});

export const generatorsOfJson = (c: AllTypes) => ({
  json_tuple: f.json_tuple(c.text, "id"),
  json_tupleOrNull: f.json_tuple(c.textOrNull, "id"),
  json_tupleOfSeveralUnknown: f.json_tuple(c.text, "id", "name"),
});
