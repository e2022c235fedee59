import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { pickledCall } from "../../../src/python/pickle.js";

function unpickled(pickle: Uint8Array): string {
  const script = "import pickle, sys; print(ascii(pickle.loads(sys.stdin.buffer.read())))";
  const python = spawnSync("python3", ["-c", script], { input: pickle, encoding: "utf8" });
  return python.status === 0 ? python.stdout.trim() : python.stderr;
}

describe("pickledCall", () => {
  it("evaluates to the function's result in a plain Python", () => {
    const source =
      "import math\ndef area(r, unit):\n    return (round(math.pi * float(r), 2), unit)\n";
    expect(unpickled(pickledCall(source, "area", ["2", undefined]))).toBe("(6.28, None)");
  });

  it("carries any text: newlines, quotes, backslashes and characters beyond 16 bits", () => {
    const text = "a\n'\"\\u005c\r\t\u0000😀é";
    expect(unpickled(pickledCall("def same(x):\n    return x\n", "same", [text]))).toBe(
      String.raw`'a\n\'"\\u005c\r\t\x00\U0001f600\xe9'`,
    );
  });

  it("refuses an unpaired surrogate, since Python refuses it", () => {
    expect(() => pickledCall("x = '\ud800'", "x", [])).toThrow(ArgumentError);
  });
});
