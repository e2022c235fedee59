import { createRequire } from "node:module";
import * as own from "apache-arrow";
import { describe, expect, it } from "vitest";
import { joinIpcStreams } from "../../../src/arrow/arrow-table.js";
import { ownTable } from "../../../src/arrow/encode/own-table.js";
import { recordBatch, toIpcStream } from "../../../src/arrow/ipc/record-batch.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeLocalInput } from "../../../src/connection/local-data/local-input.js";
import type { StructType } from "../../../src/types/struct-type.js";
import { dataTypeFromDdl } from "../../../src/types/parse-ddl.js";

/** The CommonJS copy. Its classes differ from those of the ES modules, which this package's source imports. */
const other = createRequire(import.meta.url)("apache-arrow") as typeof own;

/** Columns of all kinds that a user can build, from either copy. */
function tableOf(arrow: typeof own): own.Table {
  const { vectorFromArray: vector } = arrow;
  const point = new arrow.Struct([
    new arrow.Field("x", new arrow.Int32(), true),
    new arrow.Field("tags", new arrow.List(new arrow.Field("item", new arrow.Utf8(), true)), true),
  ]);
  const counts = new arrow.Map_(
    new arrow.Field(
      "entries",
      new arrow.Struct<{ key: own.Utf8; value: own.Int32 }>([
        new arrow.Field("key", new arrow.Utf8(), false),
        new arrow.Field("value", new arrow.Int32(), true),
      ]),
      false,
    ),
  );
  return new arrow.Table({
    flag: vector([true, null, false], new arrow.Bool()),
    int: vector([1, null, 3], new arrow.Int32()),
    long: vector([1n, 2n, null], new arrow.Int64()),
    float: vector([0.5, null, -1], new arrow.Float64()),
    text: vector(["a", null, "ü"], new arrow.Utf8()),
    bytes: vector([new Uint8Array([1]), null, new Uint8Array()], new arrow.Binary()),
    dictionary: vector(["a", "b", "a"]),
    moment: vector([new Date(0), null, new Date(1)], new arrow.TimestampMillisecond("UTC")),
    day: vector([new Date(0), null, new Date(86_400_000)], new arrow.DateDay()),
    point: vector([{ x: 1, tags: ["p"] }, null, { x: null, tags: [] }], point),
    counts: vector([new Map([["k", 1]]), null, new Map()], counts),
  });
}

function rowsOf(table: own.Table): unknown[] {
  const { schema, ipcStream } = encodedOf(table);
  return new RowDecoder(schema).decode(ipcStream).rows;
}

function encodedOf(table: own.Table): { schema: StructType; ipcStream: Uint8Array } {
  const data = encodeLocalInput(table);
  return { schema: data.schema, ipcStream: data.stream() };
}

describe("a table of another copy of apache-arrow", () => {
  it("does not consist of our classes", () => {
    expect(Object.getPrototypeOf(tableOf(other))).not.toBe(own.Table.prototype);
    expect(Object.getPrototypeOf(ownTable(tableOf(other)))).toBe(own.Table.prototype);
  });

  it("is accepted by createDataFrame with every value", () => {
    const expected = rowsOf(tableOf(own));
    expect(expected).toHaveLength(3);
    expect(rowsOf(tableOf(other))).toEqual(expected);
    expect(encodedOf(tableOf(other)).schema).toEqual(encodedOf(tableOf(own)).schema);
  });

  it("is accepted if it is a slice, and with several batches or none", () => {
    const foreign = tableOf(other);
    expect(rowsOf(foreign.slice(1, 3))).toEqual(rowsOf(tableOf(own)).slice(1));
    expect(rowsOf(foreign.concat(foreign))).toHaveLength(6);
    expect(rowsOf(new other.Table(foreign.schema))).toEqual([]);
  });

  it("is refused with the column's name if a type cannot be converted", () => {
    const union = new other.SparseUnion([0], [new other.Field("a", new other.Int32())]);
    const table = new other.Table(new other.Schema([new other.Field("either", union)]));
    expect(() => ownTable(table)).toThrow(/^Column either is of type Arrow .*another copy/);
  });
});

describe("joinIpcStreams", () => {
  const schema = dataTypeFromDdl("id INT") as StructType;
  const arrowSchema = new own.Schema([new own.Field("id", new own.Int32(), true)]);
  const streamOf = (...ids: number[]): Uint8Array =>
    toIpcStream(arrowSchema, [
      recordBatch(arrowSchema, ids.length, [...own.vectorFromArray(ids, new own.Int32()).data]),
    ]);

  it.each([
    ["no stream", [], []],
    ["one", [streamOf(1, 2)], [1, 2]],
    [
      "several",
      [streamOf(1, 2), streamOf(3), toIpcStream(arrowSchema, []), streamOf(4)],
      [1, 2, 3, 4],
    ],
  ])("joins %s to one stream that every copy can read", async (_, streams, ids) => {
    const joined = await joinIpcStreams(streams, schema);
    for (const arrow of [own, other]) {
      const table = arrow.tableFromIPC(joined);
      expect(table.schema.names).toEqual(["id"]);
      expect([...(table.getChild("id") ?? [])]).toEqual(ids);
    }
  });

  it("refuses streams with different columns", async () => {
    const text = new own.Schema([new own.Field("id", new own.Utf8(), true)]);
    await expect(joinIpcStreams([streamOf(1), toIpcStream(text, [])], schema)).rejects.toThrow(
      /different schemas/,
    );
  });
});
