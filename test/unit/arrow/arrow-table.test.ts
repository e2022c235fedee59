import {
  DateMillisecond,
  Dictionary,
  Float16,
  Int32,
  Table,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
  makeVector,
  tableFromArrays,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, it } from "vitest";
import { toRecordBatches, toTable } from "../../../src/arrow/arrow-table.js";
import { RowDecoder } from "../../../src/arrow/row-decoder.js";
import { encodeRows } from "../../../src/arrow/row-encoder.js";
import { encodeTable, tableSchema } from "../../../src/arrow/table-encoder.js";
import { ArgumentError, ProtocolError } from "../../../src/errors.js";
import { IntegerType, LongType, StringType } from "../../../src/types/data-type.js";
import { StructType } from "../../../src/types/struct-type.js";
import { canonical } from "./canonical.js";
import { goldenCase, goldenNames } from "./golden.js";

const schema = new StructType().add("id", LongType()).add("name", StringType());

function rowsOf(table: Table): unknown[] {
  return new RowDecoder(tableSchema(table)).decode(encodeTable(table)).rows;
}

describe("toTable", () => {
  it("joins the batches of a result", () => {
    const streams = [[[1n, "a"]], [], [[2n, null]]].map((rows) => encodeRows(rows, schema));
    const table = toTable(streams);
    expect(table.numRows).toBe(2);
    expect([...(table.getChild("id") ?? [])]).toEqual([1n, 2n]);
    expect(streams.map((stream) => toRecordBatches(stream).length)).toEqual([1, 1, 1]);
  });

  it("keeps the columns of a result without rows or without streams", () => {
    expect(toTable([encodeRows([], schema)]).schema.names).toEqual(["id", "name"]);
    expect(toTable([], schema).schema.names).toEqual(["id", "name"]);
    expect(toTable([], schema).numRows).toBe(0);
    expect(toTable([goldenCase("no-batch").stream]).numCols).toBe(5);
  });

  it("keeps columns of the same name apart", () => {
    const twins = new StructType().add("x", IntegerType()).add("x", StringType());
    const table = toTable([encodeRows([[1, "a"]], twins)]);
    expect([table.getChildAt(0)?.get(0), table.getChildAt(1)?.get(0)]).toEqual([1, "a"]);
  });

  it("refuses a stream that was cut short", () => {
    const stream = encodeRows([[1n, "a"]], schema);
    for (let length = 0; length < stream.length; length++)
      expect(() => toTable([stream.subarray(0, length)])).toThrow(ProtocolError);
  });
});

describe("encodeTable", () => {
  it.each(goldenNames)("writes the table of %s so that its rows decode to the same", (name) => {
    const golden = goldenCase(name);
    const table = toTable([golden.stream]);
    const expected = new RowDecoder(golden.schema).decode(golden.stream).rows;
    expect(
      new RowDecoder(tableSchema(table)).decode(encodeTable(table)).rows.map(canonical),
    ).toEqual(expected.map(canonical));
  });

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

  it("sends times of every unit in Spark's, when no digit is lost", () => {
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

  it("refuses what Spark cannot hold, naming the column", () => {
    const data = BigInt64Array.of(1000n, 1500n);
    const nanos = new Table({ at: makeVector({ type: new TimestampNanosecond(), data }) });
    expect(() => encodeTable(nanos)).toThrow(/Column at/);
    for (const table of [
      tableFromArrays({ u: Uint32Array.of(1) }),
      new Table({ h: vectorFromArray([1], new Float16()) }),
      new Table({ l: vectorFromArray([[new Date(0)]]) }),
    ])
      expect(() => encodeTable(table)).toThrow(ArgumentError);
  });
});
