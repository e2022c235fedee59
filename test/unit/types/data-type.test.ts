import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import * as types from "../../../src/types/data-type.js";
import { quoteIdentifier } from "../../../src/types/ddl.js";
import { dataTypeFromJson } from "../../../src/types/parse-schema-json.js";
import { dataTypeToJson } from "../../../src/types/schema-json.js";
import { StructField, StructType } from "../../../src/types/struct-type.js";

describe("data types", () => {
  it.each([
    () => types.DecimalType(39, 0),
    () => types.DecimalType(0, 0),
    () => types.DecimalType(5, 6),
    () => types.DecimalType(5.5, 0),
    () => types.CharType(0),
    () => types.VarcharType(-1),
    () => types.TimeType(10),
    () => types.TimestampNTZNanosType(6),
    () => types.YearMonthIntervalType("month", "year"),
    () => types.DayTimeIntervalType("second", "day"),
  ])("refuse parameters that Spark refuses: %s", (factory) => {
    expect(factory).toThrow(ArgumentError);
  });

  it("are immutable", () => {
    const struct = new StructType().add("a", types.DecimalType(10, 2));
    expect(Object.isFrozen(struct.fields)).toBe(true);
    expect(Object.isFrozen(struct.fields[0])).toBe(true);
    expect(Object.isFrozen(types.ArrayType(types.LongType()))).toBe(true);
  });

  it("are equal if their parts are equal", () => {
    expect(types.MapType(types.StringType(), types.ArrayType(types.LongType()))).toEqual(
      types.MapType(types.StringType("UTF8_BINARY"), types.ArrayType(types.LongType(), true), true),
    );
  });
});

describe("StructType", () => {
  it("adds columns to a new struct and does not change the old one", () => {
    const first = new StructType().add("a", types.LongType(), false);
    const second = first.add(StructField("b", types.StringType()));
    expect(first.fieldNames).toEqual(["a"]);
    expect(second.fieldNames).toEqual(["a", "b"]);
    expect(second.toDDL()).toBe("a BIGINT NOT NULL,b STRING");
  });

  it("prints its tree down to the given level", () => {
    const struct = new StructType().add("l", types.ArrayType(types.ArrayType(types.LongType())));
    expect(struct.treeString(1)).toBe("root\n |-- l: array (nullable = true)\n");
    expect(struct.treeString(2)).toBe(
      "root\n |-- l: array (nullable = true)\n |    |-- element: array (containsNull = true)\n",
    );
  });
});

describe("schema JSON", () => {
  it("keeps all parts of a user-defined type, which prints as its class name", () => {
    const json = {
      type: "udt",
      class: "org.apache.spark.ml.linalg.VectorUDT",
      pyClass: "pyspark.ml.linalg.VectorUDT",
      sqlType: { type: "struct", fields: [] },
    };
    const type = dataTypeFromJson(json);
    expect(dataTypeToJson(type)).toEqual(json);
    expect(new StructType().add("v", type).treeString()).toBe(
      "root\n |-- v: vector (nullable = true)\n",
    );
  });

  it.each([
    "number",
    "decimal(1)",
    7,
    null,
    { type: "array" },
    { type: "struct" },
    { type: "struct", fields: [{ type: "long" }] },
    { type: "array", elementType: "long", containsNull: "yes" },
    "toString",
  ])("is refused if Spark never writes it: %j", (json) => {
    expect(() => dataTypeFromJson(json)).toThrow(ArgumentError);
  });

  it("accepts older names and SQL names of types", () => {
    expect(dataTypeFromJson("null")).toEqual(types.NullType());
    expect(dataTypeFromJson("bigint")).toEqual(types.LongType());
    expect(dataTypeFromJson("timestamp_ltz")).toEqual(types.TimestampType());
  });
});

describe("quoteIdentifier", () => {
  it("turns any text into a single name", () => {
    expect(quoteIdentifier("a`b.c")).toBe("`a``b.c`");
  });
});
