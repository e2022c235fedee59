import { describe, expect, it, vi } from "vitest";
import {
  resolveDecodeOptions,
  type DecodeOptions,
} from "../../../src/arrow/decode/decode-options.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { ArgumentError, DecodeError } from "../../../src/errors.js";
import * as types from "../../../src/types/data-type.js";
import { StructType } from "../../../src/types/struct-type.js";

/** The part of Temporal that decoding uses. Node 20 has no Temporal. */
class FakeTemporal {
  readonly text: string;

  constructor(text: string) {
    if (text.startsWith("+2")) throw new RangeError("out of range");
    this.text = text;
  }

  static from(text: string): FakeTemporal {
    return new FakeTemporal(text);
  }
}

describe("decode options", () => {
  it("lose nothing by default", () => {
    expect(resolveDecodeOptions()).toEqual({
      rowMode: "object",
      int64: "bigint",
      decimal: "string",
      date: "string",
      timestamp: "timestamp",
      timestampNtz: "string",
      time: "string",
    });
  });

  it.each([
    { rowMode: "list" },
    { int64: "float" },
    { decimal: "bigint" },
    { temporal: "moment" },
    { temporal: null },
    { temporal: { date: "timestamp" } },
    { temporal: { time: "date" } },
  ])("are refused before decoding if a value is unknown: %j", (options) => {
    expect(() => resolveDecodeOptions(options as DecodeOptions)).toThrow(ArgumentError);
  });

  it("are refused if they need Temporal and the runtime lacks it", () => {
    vi.stubGlobal("Temporal", undefined);
    Reflect.deleteProperty(globalThis, "Temporal");
    expect(() => resolveDecodeOptions({ temporal: "temporal" })).toThrow(ArgumentError);
  });

  it("with temporal pass ISO text to Temporal, with years as in ISO 8601", () => {
    vi.stubGlobal("Temporal", {
      PlainDate: FakeTemporal,
      PlainTime: FakeTemporal,
      PlainDateTime: FakeTemporal,
      Instant: FakeTemporal,
    });
    const schema = new StructType()
      .add("d", types.DateType())
      .add("t", types.TimestampType())
      .add("n", types.TimestampNTZType())
      .add("c", types.TimeType());
    const stream = encodeRows(
      [["+10000-01-01", "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.5", "01:02:03"]],
      schema,
    );
    const decoder = new RowDecoder(schema, { temporal: "temporal", rowMode: "array" });
    expect(decoder.decode(stream).rows).toEqual([
      [
        new FakeTemporal("+010000-01-01"),
        new FakeTemporal("1970-01-01T00:00:00.000001Z"),
        new FakeTemporal("1970-01-01T00:00:00.5"),
        new FakeTemporal("01:02:03"),
      ],
    ]);
    const far = encodeRows([["+294247-01-10", null, null, null]], schema);
    expect(() => decoder.decode(far)).toThrow(DecodeError);
  });
});
