import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { pickledFunction, pickledProcessor } from "../../../src/python/python-function.js";

/** Loads the pickles in one Python process as `functions`, and runs the script after it. */
function python(script: string, ...pickles: readonly Uint8Array[]): string {
  const hex = pickles.map((pickle) => `"${Buffer.from(pickle).toString("hex")}"`).join(", ");
  const load = `import pickle\nfunctions = [pickle.loads(bytes.fromhex(h)) for h in [${hex}]]\n`;
  const run = spawnSync("python3", ["-c", load + script], { encoding: "utf8" });
  return run.status === 0 ? run.stdout.trimEnd() : run.stderr;
}

describe("pickledFunction", () => {
  it("is the function itself, with its text's dataclasses, globals and recursion", () => {
    const source = `
from __future__ import annotations
from dataclasses import dataclass
FACTOR = 3

@dataclass
class Pair:
    a: int
    b: Pair | None

def depth(n: int) -> Pair:
    return Pair(n * FACTOR, depth(n - 1) if n > 0 else None)
`;
    expect(python("print(functions[0](1))", pickledFunction({ source, function: "depth" }))).toBe(
      "Pair(a=3, b=Pair(a=0, b=None))",
    );
  });

  it("accepts a class, a lambda and a non-ASCII name as functions", () => {
    const source =
      "class Größe:\n    def __str__(self):\n        return 'groß'\nzwei = lambda: 2\n";
    const pickles = ["Größe", "zwei"].map((name) => pickledFunction({ source, function: name }));
    expect(python("print(ascii([str(f()) for f in functions]))", ...pickles)).toBe(
      String.raw`['gro\xdf', '2']`,
    );
  });

  it("passes any text unchanged: both kinds of line break, quotes, backslashes, tabs and emoji", () => {
    const source = "def f():\r\n\treturn 'a\\\\b', \"é😀\u2028\u0085'\", '''x\ny'''\r\n";
    expect(python("print(ascii(functions[0]()))", pickledFunction({ source, function: "f" }))).toBe(
      String.raw`('a\\b', "\xe9\U0001f600\u2028\x85'", 'x\ny')`,
    );
  });

  it("removes its module, so that Python pickles the text's functions and classes by value", () => {
    const script =
      "import sys\nprint(functions[0].__module__ in sys.modules, functions[0].__module__)";
    expect(python(script, pickledFunction({ source: "def f(): pass", function: "f" }))).toMatch(
      /^False sparktide_text_[0-9a-f]{16}$/,
    );
  });

  it("shows each text's own lines in tracebacks, even if two texts define the same name", () => {
    const texts = ["one", "two"].map((word) => ({
      source: `# \u000c a form feed ends no line\ndef f():\n    raise ValueError("${word}")\n`,
      function: "f",
    }));
    const script = `
import traceback
for f in functions:
    try:
        f()
    except ValueError:
        traceback.print_exc(file=__import__("sys").stdout)
`;
    const printed = python(script, ...texts.map(pickledFunction));
    const frame =
      / File "<f from TypeScript, \w{8}>", line 3, in f\n +raise ValueError\("(\w+)"\)/g;
    expect([...printed.matchAll(frame)].map(([, word]) => word)).toEqual(["one", "two"]);
  });

  it("lists the names that the text defines, without its imports, if the name is missing", () => {
    const source = "import os\nfrom re import compile\nLIMIT = 1\nclass B: pass\ndef a(): pass\n";
    expect(python("", pickledFunction({ source, function: "c" }))).toMatch(
      /AttributeError: <c from TypeScript, \w{8}> has no function 'c'; it defines \['B', 'a'\]\s*$/,
    );
    expect(python("", pickledFunction({ source, function: "LIMIT" }))).toMatch(
      /TypeError: 'LIMIT' in <LIMIT from .*> is a int, which cannot be called; it defines \['B', 'a'\]\s*$/,
    );
  });

  it("names the line of a syntax error in the text", () => {
    const failure = python("", pickledFunction({ source: "x = 1\ndef f(:\n", function: "f" }));
    expect(failure).toMatch(/File "<f from TypeScript, \w{8}>", line 2/);
    expect(failure).toContain("SyntaxError");
  });

  it("refuses a function name that is not a Python name, and a text with an unpaired surrogate", () => {
    for (const name of ["", "a.b", "1a", "f()", "a b"]) {
      expect(() => pickledFunction({ source: "", function: name })).toThrow(ArgumentError);
    }
    expect(() => pickledFunction({ source: "'\ud800'", function: "f" })).toThrow(ArgumentError);
  });
});

describe("pickledProcessor", () => {
  it("refuses a class name that is not a Python name, and names the argument", () => {
    const call = { outputType: "{}", timeMode: "None", hasInitialState: false };
    expect(() => pickledProcessor({ source: "", className: "a-b" }, call)).toThrow(
      expect.objectContaining({ argument: "className" }) as Error,
    );
  });
});
