import { afterEach, describe, expect, it, vi } from "vitest";
import {
  resolveDecodeOptions,
  type DecodeOptions,
} from "../../../src/arrow/decode/decode-options.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import { ArgumentError, DecodeError } from "../../../src/errors.js";
import * as types from "../../../src/types/data-type.js";
import { StructType } from "../../../src/types/struct-type.js";

/** What decoding uses of Temporal; Node 20 has none. */
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

afterEach(() => {
  vi.unstubAllGlobals();
});

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
  ])("are refused before anything is decoded when they have no such value: %j", (options) => {
    expect(() => resolveDecodeOptions(options as DecodeOptions)).toThrow(ArgumentError);
  });

  it("refuse Temporal where the runtime has none", () => {
    vi.stubGlobal("Temporal", undefined);
    Reflect.deleteProperty(globalThis, "Temporal");
    expect(() => resolveDecodeOptions({ temporal: "temporal" })).toThrow(ArgumentError);
  });

  it("give Temporal's objects ISO text, with years as ISO 8601 writes them", () => {
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
