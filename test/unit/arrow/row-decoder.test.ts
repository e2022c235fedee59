import { Field, Schema, Utf8, makeData, tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toTable } from "../../../src/arrow/arrow-table.js";
import { readIpcStream } from "../../../src/arrow/ipc/ipc-stream.js";
import { recordBatch, toIpcStream } from "../../../src/arrow/ipc/record-batch.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { DecodeError, ProtocolError } from "../../../src/errors.js";
import * as types from "../../../src/types/data-type.js";
import type { ObjectRow } from "../../../src/types/row.js";
import { StructField, StructType } from "../../../src/types/struct-type.js";
import { canonical } from "./canonical.js";
import { HAS_ZSTD } from "../../support/zstd.js";
import { goldenCase, goldenNames } from "./golden.js";

function one(type: types.DataType, name = "x"): StructType {
  return new StructType([StructField(name, type)]);
}

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("RowDecoder on streams written by pyarrow", () => {
  it.each(goldenNames)("decodes every value of %s exactly", (name) => {
    const { schema, stream, rows } = goldenCase(name);
    const decoded = new RowDecoder(schema).decode(stream);
    const expected = rows.map((row) =>
      Object.fromEntries(schema.fieldNames.map((column, index) => [column, row[index]])),
    );
    expect(decoded.rows.map(canonical)).toEqual(expected);
    expect(decoded.numRows).toBe(rows.length);
  });

  it.each(goldenNames)(
    "decodes %s to the same values if its bytes start at an odd address",
    (name) => {
      const { schema, stream } = goldenCase(name);
      const shifted = new Uint8Array(stream.length + 3).subarray(3);
      shifted.set(stream);
      const decoder = new RowDecoder(schema, { rowMode: "array" });
      expect(decoder.decode(shifted).rows.map(canonical)).toEqual(
        decoder.decode(stream).rows.map(canonical),
      );
    },
  );

  it.each(goldenNames)("refuses %s truncated at any byte", (name) => {
    const { schema, stream } = goldenCase(name);
    const decoder = new RowDecoder(schema);
    for (let length = 0; length < stream.length; length++)
      expect(() => decoder.decode(stream.subarray(0, length))).toThrow(ProtocolError);
  });

  it.each(goldenNames)("returns rows or throws its own errors for damaged bytes of %s", (name) => {
    const { schema, stream } = goldenCase(name);
    const decoder = new RowDecoder(schema);
    const bodies = readIpcStream(stream).messages.filter(({ body }) => body.length > 0);
    if (bodies.length === 0) return;
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.nat(255), ({ body }, at, byte) => {
        const damaged = stream.slice();
        damaged[body.byteOffset - stream.byteOffset + (at % body.length)] = byte;
        try {
          decoder.decode(damaged);
        } catch (error) {
          const ours = error instanceof ProtocolError || error instanceof DecodeError;
          expect(ours, String(error)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(HAS_ZSTD)("RowDecoder on a Node before 22.15", () => {
  it("names a solution for a batch compressed with zstd", async () => {
    const { schema, stream } = goldenCase("zstd-numbers");
    const named = { code: "COMPRESSED_BATCH", message: expect.stringContaining("22.15") as string };
    expect(() => new RowDecoder(schema).decode(stream)).toThrow(expect.objectContaining(named));
    await expect(toTable([stream])).rejects.toThrow(expect.objectContaining(named));
  });
});

describe("RowDecoder", () => {
  it("returns the same rows if code generation from strings is forbidden", () => {
    const { schema, stream } = goldenCase("nested");
    const usual = new RowDecoder(schema).decode(stream).rows;
    const original = globalThis.Function;
    globalThis.Function = new Proxy(original, {
      construct: () => {
        throw new EvalError("Code generation from strings disallowed for this context");
      },
    });
    try {
      expect(new RowDecoder(schema).decode(stream).rows).toEqual(usual);
    } finally {
      globalThis.Function = original;
    }
  });

  it("decodes all bigint values of a column to the same form with each int64 option", () => {
    const schema = one(types.LongType());
    const stream = encodeRows([[1n], [null], [-(2n ** 53n) + 1n]], schema);
    const read = (int64: "bigint" | "number" | "string") =>
      new RowDecoder(schema, { int64 }).decode(stream).rows;
    expect(read("bigint")).toEqual([{ x: 1n }, { x: null }, { x: -9007199254740991n }]);
    expect(read("number")).toEqual([{ x: 1 }, { x: null }, { x: -9007199254740991 }]);
    expect(read("string")).toEqual([{ x: "1" }, { x: null }, { x: "-9007199254740991" }]);
  });

  it("refuses an unsafe integer with int64 number, and names the column", () => {
    const schema = one(types.ArrayType(types.LongType()), "ids");
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
      const stream = encodeRows([[[1n, value]]], schema);
      const error = thrown(() => new RowDecoder(schema, { int64: "number" }).decode(stream));
      expect(error).toBeInstanceOf(DecodeError);
      expect(error).toMatchObject({ code: "UNSAFE_INTEGER", column: "ids.element" });
    }
  });

  it("prints every 64-bit integer exactly with int64 string", () => {
    const schema = one(types.LongType());
    const decoder = new RowDecoder(schema, { int64: "string", rowMode: "array" });
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(decoder.decode(encodeRows([[value]], schema)).rows).toEqual([[String(value)]]);
      }),
    );
  });

  it("rounds decimals to the nearest double only with decimal number", () => {
    const { schema, stream, rows } = goldenCase("decimals");
    const decoded = new RowDecoder(schema, { decimal: "number", rowMode: "array" }).decode(stream);
    expect(decoded.rows).toEqual(
      rows.map((row) =>
        row.map((text) => (text === null ? null : Number(text) === 0 ? 0 : Number(text))),
      ),
    );
  });

  it("decodes dates and timestamps to Dates, without microseconds, only with temporal date", () => {
    const schema = new StructType()
      .add("d", types.DateType())
      .add("t", types.TimestampType())
      .add("n", types.TimestampNTZType());
    const stream = encodeRows(
      [["1969-12-31", "1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00.5"]],
      schema,
    );
    expect(new RowDecoder(schema, { temporal: "date" }).decode(stream).rows).toEqual([
      { d: new Date("1969-12-31"), t: new Date(-1), n: "2024-02-29T00:00:00.5" },
    ]);
    expect(new RowDecoder(schema, { temporal: "string" }).decode(stream).rows).toEqual([
      { d: "1969-12-31", t: "1969-12-31T23:59:59.999999Z", n: "2024-02-29T00:00:00.5" },
    ]);
    expect(
      new RowDecoder(schema, { temporal: { timestamp: "string" } }).decode(stream).rows,
    ).toMatchObject([{ d: "1969-12-31", t: "1969-12-31T23:59:59.999999Z" }]);
  });

  it("refuses a date outside Date's range with temporal date", () => {
    const { schema, stream } = goldenCase("temporal");
    expect(() => new RowDecoder(schema, { temporal: "date" }).decode(stream)).toThrow(DecodeError);
  });

  it("keeps columns with the same name separate in array rows, also inside structs", () => {
    const inner = new StructType().add("a", types.IntegerType()).add("a", types.StringType());
    const schema = new StructType().add("x", types.IntegerType()).add("x", inner);
    const stream = encodeRows([[1, [2, "two"]]], schema);
    expect(new RowDecoder(schema, { rowMode: "array" }).decode(stream).rows).toEqual([
      [1, [2, "two"]],
    ]);
  });

  it("refuses columns with the same name in object rows, and names a solution", () => {
    const schema = new StructType().add("x", types.IntegerType()).add("x", types.StringType());
    const error = thrown(() => new RowDecoder(schema));
    expect(error).toMatchObject({ code: "DUPLICATE_COLUMN", column: "x" });
    expect(String(error)).toContain('rowMode "array"');
    const nested = one(types.ArrayType(schema), "list");
    expect(thrown(() => new RowDecoder(nested))).toMatchObject({ column: "list.element.x" });
  });

  it("makes a column called __proto__ a property and does not change prototypes", () => {
    const schema = new StructType()
      .add("__proto__", types.StringType())
      .add("constructor", types.IntegerType());
    const stream = encodeRows([["text", 7]], schema);
    const [row] = new RowDecoder(schema).decode(stream).rows as ObjectRow[];
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(Object.entries(row ?? {})).toEqual([
      ["__proto__", "text"],
      ["constructor", 7],
    ]);
  });

  it("accepts any column name, and never runs a name as code", () => {
    const names = ['"', "a b", "`", "\\", "\n", "${x}", "\u2028", "0", "", "]){throw 1}//"];
    const schema = new StructType(names.map((name) => StructField(name, types.IntegerType())));
    const stream = encodeRows([names.map((_, index) => index)], schema);
    const [row] = new RowDecoder(schema).decode(stream).rows as ObjectRow[];
    for (const [index, name] of names.entries()) expect(row?.[name]).toBe(index);
  });

  it("returns a thousand columns in order", () => {
    const names = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const schema = new StructType(names.map((name) => StructField(name, types.IntegerType())));
    const stream = encodeRows([names.map((_, index) => index)], schema);
    const [row] = new RowDecoder(schema).decode(stream).rows as ObjectRow[];
    expect(Object.keys(row ?? {})).toEqual(names);
    expect(Object.values(row ?? {})).toEqual(names.map((_, index) => index));
  });

  it("refuses a stream with other columns than the schema, and names the column", () => {
    const stream = encodeRows([[1]], one(types.IntegerType()));
    const read = (schema: StructType) => thrown(() => new RowDecoder(schema).decode(stream));
    expect(read(one(types.LongType()))).toMatchObject({ code: "SCHEMA_MISMATCH", column: "x" });
    expect(read(one(types.IntegerType(), "y"))).toMatchObject({ column: "y" });
    expect(read(new StructType())).toMatchObject({ code: "SCHEMA_MISMATCH" });
    const zoned = encodeRows([["2024-01-01T00:00:00Z"]], one(types.TimestampType()));
    expect(() => new RowDecoder(one(types.TimestampNTZType())).decode(zoned)).toThrow(DecodeError);
    const decimal = encodeRows([["1.00"]], one(types.DecimalType(10, 2)));
    expect(() => new RowDecoder(one(types.DecimalType(10, 3))).decode(decimal)).toThrow(
      DecodeError,
    );
  });

  it("checks the schema of every stream, not only of the first", () => {
    const decoder = new RowDecoder(one(types.IntegerType()));
    decoder.decode(encodeRows([[1]], one(types.IntegerType())));
    expect(() => decoder.decode(encodeRows([[1n]], one(types.LongType())))).toThrow(DecodeError);
  });

  it("refuses a map with keys that a Map would merge, instead of dropping a pair", () => {
    const schema = one(types.MapType(types.DecimalType(38, 20), types.IntegerType()));
    const close = new Map([
      ["0.10000000000000000000", 1],
      ["0.10000000000000000001", 2],
    ]);
    const stream = encodeRows([[close]], schema);
    expect(new RowDecoder(schema).decode(stream).rows).toEqual([{ x: close }]);
    const error = thrown(() => new RowDecoder(schema, { decimal: "number" }).decode(stream));
    expect(error).toMatchObject({ code: "DUPLICATE_MAP_KEY", column: "x" });
  });

  it("decodes a null struct, list or map to null, whatever its children contain", () => {
    const inner = new StructType().add("n", types.IntegerType(), false);
    const schema = new StructType()
      .add("s", inner)
      .add("l", types.ArrayType(inner, false))
      .add("m", types.MapType(types.StringType(), inner, false));
    const rows = [
      { s: null, l: null, m: null },
      { s: { n: 1 }, l: [{ n: 2 }], m: new Map([["k", { n: 3 }]]) },
    ];
    expect(new RowDecoder(schema).decode(encodeRows(rows, schema)).rows).toEqual(rows);
  });

  it("refuses text that is not UTF-8, even if the column's joined bytes are UTF-8", () => {
    const text = one(types.StringType());
    // The two bytes form a character together, but are not valid alone.
    for (const values of [
      [[0x61], [0xff]],
      [[0xc3], [0xa9]],
      [
        [0xf0, 0x9f],
        [0x98, 0x80],
      ],
    ]) {
      expect(thrown(() => new RowDecoder(text).decode(textStream(values)))).toMatchObject({
        code: "INVALID_UTF8",
        column: "x",
      });
    }
  });

  it("refuses dictionaries and floats of types that Spark never sends", () => {
    const stream = tableToIPC(tableFromArrays({ x: Uint32Array.of(1) }), "stream");
    expect(() => new RowDecoder(one(types.IntegerType())).decode(stream)).toThrow(DecodeError);
  });
});

/** A text column of any bytes, which no correct writer produces. */
function textStream(values: readonly (readonly number[])[]): Uint8Array {
  const schema = new Schema([new Field("x", new Utf8(), true)]);
  const valueOffsets = Int32Array.of(
    0,
    ...values.map((_, at) => values.slice(0, at + 1).flat().length),
  );
  const data = Uint8Array.from(values.flat());
  const column = makeData({
    type: new Utf8(),
    length: values.length,
    nullCount: 0,
    valueOffsets,
    data,
  });
  return toIpcStream(schema, [recordBatch(schema, values.length, [column])]);
}
