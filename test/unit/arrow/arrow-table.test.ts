import {
  type DataType,
  DateMillisecond,
  Decimal,
  DenseUnion,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Int32,
  IntervalDayTime,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  Utf8View,
  makeVector,
  tableFromArrays,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, it, vi } from "vitest";
import { toRecordBatches, toTable } from "../../../src/arrow/arrow-table.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { encodeTable, tableSchema } from "../../../src/arrow/encode/table-encoder.js";
import { ProtocolError } from "../../../src/errors.js";
import { IntegerType, LongType, StringType } from "../../../src/types/data-type.js";
import { simpleString } from "../../../src/types/ddl.js";
import { LoopTurns } from "../../../src/loop-turns.js";
import { StructType } from "../../../src/types/struct-type.js";
import { canonical } from "./canonical.js";
import { goldenCase, goldenNames } from "./golden.js";

const schema = new StructType().add("id", LongType()).add("name", StringType());

function rowsOf(table: Table): unknown[] {
  return new RowDecoder(tableSchema(table)).decode(encodeTable(table)).rows;
}

describe("toTable", () => {
  it("joins the batches of a result", async () => {
    const streams = [[[1n, "a"]], [], [[2n, null]]].map((rows) => encodeRows(rows, schema));
    const table = await toTable(streams);
    expect(table.numRows).toBe(2);
    expect([...(table.getChild("id") ?? [])]).toEqual([1n, 2n]);
    expect(streams.map((stream) => toRecordBatches(stream).length)).toEqual([1, 1, 1]);
  });

  it("has the columns of a result without rows or without streams", async () => {
    expect((await toTable([encodeRows([], schema)])).schema.names).toEqual(["id", "name"]);
    expect((await toTable([], schema)).schema.names).toEqual(["id", "name"]);
    expect((await toTable([], schema)).numRows).toBe(0);
    expect((await toTable([goldenCase("no-batch").stream])).numCols).toBe(5);
  });

  it("lets the event loop turn after each batch, if it is due", async () => {
    const turns = new LoopTurns(0);
    const turn = vi.spyOn(turns, "turn");
    turns.isDue();
    await toTable(
      [[[1n, "a"]], [[2n, "b"]], [[3n, "c"]]].map((rows) => encodeRows(rows, schema)),
      schema,
      { turns },
    );
    expect(turn).toHaveBeenCalledTimes(3);
  });

  it("keeps columns with the same name separate", async () => {
    const twins = new StructType().add("x", IntegerType()).add("x", StringType());
    const table = await toTable([encodeRows([[1, "a"]], twins)]);
    expect([table.getChildAt(0)?.get(0), table.getChildAt(1)?.get(0)]).toEqual([1, "a"]);
  });

  it("refuses a truncated stream", async () => {
    const stream = encodeRows([[1n, "a"]], schema);
    for (let length = 0; length < stream.length; length++)
      await expect(toTable([stream.subarray(0, length)])).rejects.toThrow(ProtocolError);
  });
});

describe("encodeTable", () => {
  it.each(goldenNames)(
    "writes the table of %s so that it decodes to the same rows",
    async (name) => {
      const golden = goldenCase(name);
      const table = await toTable([golden.stream]);
      const expected = new RowDecoder(golden.schema).decode(golden.stream).rows;
      expect(
        new RowDecoder(tableSchema(table)).decode(encodeTable(table)).rows.map(canonical),
      ).toEqual(expected.map(canonical));
    },
  );

  it("sends dictionaries as plain values", () => {
    const table = tableFromArrays({ word: ["red", "green", "red"], n: Int32Array.of(1, 2, 3) });
    expect(tableSchema(table).toDDL()).toContain("word STRING");
    expect(rowsOf(table)).toEqual([
      { word: "red", n: 1 },
      { word: "green", n: 2 },
      { word: "red", n: 3 },
    ]);
    const words = vectorFromArray(["a", null, "b"], new Dictionary(new Utf8(), new Int32()));
    expect(rowsOf(new Table({ word: words.slice(1, 3) }))).toEqual([{ word: null }, { word: "b" }]);
  });

  it("converts times of every unit to Spark's unit if no digit is lost", () => {
    const at = vectorFromArray([new Date(1), null, new Date(2)], new TimestampMillisecond("UTC"));
    const day = vectorFromArray([new Date(86_400_000), null, new Date(0)], new DateMillisecond());
    const table = new Table({ at, day });
    expect(rowsOf(table).map(canonical)).toEqual([
      { at: { $timestamp: "1000" }, day: "1970-01-02" },
      { at: null, day: null },
      { at: { $timestamp: "2000" }, day: "1970-01-01" },
    ]);
    expect(rowsOf(new Table({ at: at.slice(1, 3) })).map(canonical)).toEqual([
      { at: null },
      { at: { $timestamp: "2000" } },
    ]);
  });

  it("refuses values that Spark cannot represent, and names the column", () => {
    const data = BigInt64Array.of(1000n, 1500n);
    const nanos = new Table({ at: makeVector({ type: new TimestampNanosecond(), data }) });
    expect(() => encodeTable(nanos)).toThrow(/Column at/);
    const dayTime = new Table({ i: vectorFromArray([null], new IntervalDayTime()) });
    expect(() => encodeTable(dayTime)).toThrow(/Column i.*Interval<DAY_TIME>/);
    const part = new Field("p", new Int32());
    const union = new DenseUnion(Int32Array.of(0), [part]);
    expect(() => tableSchema(new Table(new Schema([new Field("u", union)])))).toThrow(/Column u/);
    const dates = new Dictionary(new DateMillisecond(), new Int32());
    const dictionary = new Table({ d: vectorFromArray([new Date(0)], dates) });
    expect(() => encodeTable(dictionary)).toThrow(/Column d is a dictionary of/);
  });

  it("accepts every type that Spark can represent, in any layout", () => {
    const unnamed = (type: DataType): Field => new Field("", type, true);
    const cases: [type: DataType, ddl: string, values: unknown[], read?: unknown[]][] = [
      [new Uint8(), "smallint", [255, null]],
      [new Uint16(), "int", [65_535, null]],
      [new Uint32(), "bigint", [2 ** 32 - 1, null], [2n ** 32n - 1n, null]],
      [new Uint64(), "decimal(20,0)", [2n ** 64n - 1n, null], [String(2n ** 64n - 1n), null]],
      [new Float16(), "float", [-1.5, null]],
      [new LargeUtf8(), "string", ["é", null, ""]],
      [new Utf8View(), "string", ["x", null, "longer than twelve bytes"]],
      [new LargeBinary(), "binary", [Uint8Array.of(1), null]],
      [new FixedSizeBinary(2), "binary", [Uint8Array.of(1, 2), null]],
      [new List(unnamed(new Uint8())), "array<smallint>", [[255], null, []]],
      [new LargeList(unnamed(new Int32())), "array<int>", [[1, 2], null]],
      [new FixedSizeList(2, unnamed(new Int32())), "array<int>", [[1, 2], null, [3, 4]]],
      [new List(unnamed(new Dictionary(new Utf8(), new Int32()))), "array<string>", [["a", "a"]]],
      [new List(unnamed(new DateMillisecond())), "array<date>", [[new Date(0)]], [["1970-01-01"]]],
      [
        new Struct([new Field("a", new Int32()), new Field("", new Int32())]),
        "struct<a:int,:int>",
        [{ a: 1, "": 2 }],
      ],
    ];
    for (const [type, ddl, values, read = values] of cases) {
      const vector = vectorFromArray([null, ...values], type);
      const table = new Table({ v: vector });
      const [field] = tableSchema(table).fields;
      expect(field === undefined ? "" : simpleString(field.dataType)).toBe(ddl);
      expect(rowsOf(table), ddl).toEqual([null, ...read].map((v) => ({ v })));
      expect(rowsOf(new Table({ v: vector.slice(1) })), ddl).toEqual(read.map((v) => ({ v })));
    }
  });

  it("narrows decimals of 256 bits that fit 128 bits, and refuses larger ones", () => {
    const words = (low: number, high: number): Uint32Array =>
      Uint32Array.of(low, ...Array<number>(7).fill(high));
    const of256 = (data: Uint32Array): Table =>
      new Table({ d: makeVector({ type: new Decimal(0, 20, 256), data }) });
    expect(rowsOf(of256(words(7, 0)))).toEqual([{ d: "7" }]);
    expect(rowsOf(of256(words(0xffff_ffff, 0xffff_ffff)))).toEqual([{ d: "-1" }]);
    expect(() => encodeTable(of256(Uint32Array.of(0, 0, 0, 0, 1, 0, 0, 0)))).toThrow(
      /Column d contains a decimal of more than 128 bits/,
    );
  });
});
