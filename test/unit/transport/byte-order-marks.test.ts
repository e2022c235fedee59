import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import "../../../src/transport/rpc.js";

it.each(["\ufeffx", "\ufeff", "\ufeff\ufeffx", "x\ufeff", "é😀", ""])(
  "reading a message returns the same text as written: %j",
  (value) => {
    const bytes = toBinary(StringValueSchema, create(StringValueSchema, { value }));
    expect(fromBinary(StringValueSchema, bytes).value).toBe(value);
  },
);
