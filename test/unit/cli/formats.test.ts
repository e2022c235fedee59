import { describe, expect, it } from "vitest";
import {
  ArrayType,
  BinaryType,
  BooleanType,
  DateType,
  DayTimeInterval,
  DayTimeIntervalType,
  DecimalType,
  DoubleType,
  FloatType,
  IntegerType,
  LongType,
  MapType,
  NullType,
  StringType,
  StructField,
  StructType,
  Timestamp,
  TimestampType,
  VariantType,
  type DataType,
} from "../../../src/index.js";
import { displayWidth, truncated } from "../../../src/cli/format/cell-width.js";
import { cliJsonForms } from "../../../src/cli/format/json-forms.js";
import { rowWriter, type Format } from "../../../src/cli/format/row-writer.js";
import { printableCell, printableText } from "../../../src/cli/printable.js";
import { jsonValue } from "../../../src/types/json/json-value.js";

function json(type: DataType, value: unknown, quoteNumbers = false): string {
  return jsonValue(type, cliJsonForms({ quoteNumbers }), "c")(value);
}

interface Written {
  readonly truncate?: number;
  readonly header?: boolean;
  readonly nullText?: string;
}

function written(
  format: Format,
  columns: readonly (readonly [string, DataType])[],
  rows: readonly (readonly unknown[])[],
  { truncate, header = true, nullText = "" }: Written = {},
): string {
  const schema = new StructType(columns.map(([name, type]) => StructField(name, type)));
  const writer = rowWriter(schema, { format, truncate, header, nullText, quoteNumbers: false });
  return [writer.begin(), ...rows.map((row) => writer.row(row)), writer.end()].join("");
}

describe("jsonValue", () => {
  it("keeps every digit of BIGINT and DECIMAL, as numbers or as strings", () => {
    expect(json(LongType(), 9223372036854775807n)).toBe("9223372036854775807");
    expect(json(DecimalType(38, 2), "123456789012345678901234567890.10")).toBe(
      "123456789012345678901234567890.10",
    );
    expect(json(LongType(), -1n, true)).toBe('"-1"');
    expect(json(DecimalType(3, 2), "1.10", true)).toBe('"1.10"');
    expect(json(IntegerType(), 5, true)).toBe("5");
  });
  it("writes NaN and infinities as strings, and negative zero as a number", () => {
    expect(json(DoubleType(), NaN)).toBe('"NaN"');
    expect(json(FloatType(), -Infinity)).toBe('"-Infinity"');
    expect(json(DoubleType(), -0)).toBe("-0.0");
    expect(json(FloatType(), -0)).toBe("-0.0");
    expect(json(DoubleType(), 2)).toBe("2.0");
    expect(json(DoubleType(), 1e300)).toBe("1e+300");
  });
  it("writes a FLOAT with its own digits, not with those of the nearest double", () => {
    expect(json(FloatType(), Math.fround(0.1))).toBe("0.1");
    for (const value of [
      3.4028234663852886e38, 1.401298464324817e-45, 16777216, 0.30000001192092896,
    ])
      expect(Math.fround(Number(json(FloatType(), value)))).toBe(value);
  });
  it("writes bytes as base64, and times with their microseconds", () => {
    expect(json(BinaryType(), new Uint8Array([0, 255, 16]))).toBe('"AP8Q"');
    const bytes = new Uint8Array([9, 9, 1, 2, 9]).subarray(2, 4);
    expect(json(BinaryType(), bytes)).toBe('"AQI="');
    expect(json(TimestampType(), Timestamp.parse("2024-05-01T12:00:00.123456Z"))).toBe(
      '"2024-05-01T12:00:00.123456Z"',
    );
    expect(json(DateType(), "2024-05-01")).toBe('"2024-05-01"');
    expect(
      json(DayTimeIntervalType("day", "day"), new DayTimeInterval(86_400_000_000n, "day", "day")),
    ).toBe(`"INTERVAL '1' DAY"`);
  });
  it("writes arrays, structs and maps with their nulls", () => {
    expect(json(ArrayType(IntegerType()), [1, null])).toBe("[1,null]");
    const struct = new StructType([
      StructField("__proto__", LongType()),
      StructField('a"b', NullType()),
    ]);
    expect(json(struct, [1n, null])).toBe('{"__proto__":1,"a\\"b":null}');
    expect(json(MapType(StringType(), BooleanType()), new Map([["k", true]]))).toBe('{"k":true}');
    expect(json(MapType(LongType(), StringType()), new Map([[1n, "v"]]), true)).toBe('{"1":"v"}');
  });
  it("writes a VARIANT by the types of its values", () => {
    const value = {
      a: [1, 9007199254740993n, null, "x", 1.5, -0],
      t: Timestamp.fromEpochMicros(1n),
      b: new Uint8Array([1]),
    };
    expect(json(VariantType(), value)).toBe(
      '{"a":[1,9007199254740993,null,"x",1.5,-0.0],"t":"1970-01-01T00:00:00.000001Z","b":"AQ=="}',
    );
    expect(json(VariantType(), NaN)).toBe('"NaN"');
  });
  it("refuses two fields with the same name, also inside a struct", () => {
    const struct = new StructType([StructField("a", LongType()), StructField("a", LongType())]);
    expect(() => jsonValue(ArrayType(struct), cliJsonForms({ quoteNumbers: false }), "c")).toThrow(
      expect.objectContaining({ code: "DUPLICATE_COLUMN" }) as Error,
    );
  });
});

describe("the formats of rows", () => {
  const columns = [
    ["id", IntegerType()],
    ["name", StringType()],
  ] as const;

  it("json is one array with one row on each line, jsonl has one object on each line", () => {
    const rows = [
      [1, "a"],
      [2, null],
    ];
    const text = written("json", columns, rows);
    expect(text).toBe('[\n{"id":1,"name":"a"},\n{"id":2,"name":null}\n]\n');
    expect(JSON.parse(text)).toHaveLength(2);
    expect(written("json", columns, [])).toBe("[]\n");
    expect(written("jsonl", columns, rows)).toBe('{"id":1,"name":"a"}\n{"id":2,"name":null}\n');
    expect(written("jsonl", columns, [])).toBe("");
  });
  it("csv ends lines with CR LF, doubles quotes, and distinguishes NULL from empty text", () => {
    const rows = [
      [1, 'a,"b"'],
      [2, null],
      [3, ""],
      [4, "x\ny"],
      [5, " z"],
    ];
    expect(written("csv", columns, rows)).toBe(
      'id,name\r\n1,"a,""b"""\r\n2,\r\n3,""\r\n4,"x\ny"\r\n5," z"\r\n',
    );
    expect(written("csv", columns, [[1, "a"]], { header: false })).toBe("1,a\r\n");
  });
  it("csv quotes a string that equals the text for NULL", () => {
    expect(
      written(
        "csv",
        columns,
        [
          [1, null],
          [2, "\\N"],
        ],
        { nullText: "\\N" },
      ),
    ).toBe('id,name\r\n1,\\N\r\n2,"\\N"\r\n');
  });
  it("csv and table accept two columns with the same name, json refuses them", () => {
    const twice = [
      ["a", IntegerType()],
      ["a", IntegerType()],
    ] as const;
    expect(written("csv", twice, [[1, 2]])).toBe("a,a\r\n1,2\r\n");
    expect(written("table", twice, [[1, 2]])).toContain("|a  |a  |");
    expect(() => written("jsonl", twice, [[1, 2]])).toThrow("Two columns have the name");
  });
  it("a table aligns cells to the left, or to the right with truncate, as Spark does", () => {
    expect(
      written("table", columns, [
        [1, "a longer name"],
        [10, null],
      ]),
    ).toBe(
      "+---+-------------+\n|id |name         |\n+---+-------------+\n|1  |a longer name|\n|10 |NULL         |\n+---+-------------+\n",
    );
    expect(written("table", columns, [[1, "a longer name"]], { truncate: 8 })).toBe(
      "+---+--------+\n| id|    name|\n+---+--------+\n|  1|a lon...|\n+---+--------+\n",
    );
    expect(written("table", columns, [])).toBe("+---+----+\n|id |name|\n+---+----+\n+---+----+\n");
    expect(written("table", [], [])).toBe("");
  });
  it("a table prints the first thousand rows together and later rows one by one, without cutting cells", () => {
    const schema = new StructType([StructField("n", StringType())]);
    const writer = rowWriter(schema, {
      format: "table",
      truncate: undefined,
      header: true,
      nullText: "",
      quoteNumbers: false,
    });
    for (let row = 1; row < 1000; row++) expect(writer.row(["x"])).toBe("");
    expect(writer.row(["x"]).split("\n")).toHaveLength(1004);
    expect(writer.row(["far wider than x"])).toBe("|far wider than x|\n");
    expect(writer.end()).toBe("+---+\n");
  });
  it("a table escapes control characters in its cells", () => {
    expect(written("table", [["s", StringType()]], [["a\n\u001b[2J\u202eb"]])).toContain(
      "|a\\n\\u001b[2J\\u202eb|",
    );
    expect(printableCell("\t\u0007\u009b")).toBe("\\t\\a\\u009b");
    expect(printableText("a\n\tb\u001b")).toBe("a\n\tb\\u001b");
  });
});

describe("cell widths", () => {
  it("count wide characters twice and accents not at all", () => {
    expect(displayWidth("abc")).toBe(3);
    expect(displayWidth("日本")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("🚀")).toBe(2);
  });
  it("cut between characters, never inside one", () => {
    expect(truncated("🚀🚀🚀🚀🚀", 4)).toBe("🚀...");
    expect(truncated("abcd", 3)).toBe("abc");
    expect(truncated("abcd", undefined)).toBe("abcd");
  });
});
