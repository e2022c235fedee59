import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { captured } from "../../../src/javascript/capture/captured.js";
import type { JavaScriptCode } from "../../../src/javascript/javascript-code.js";
import { mappedStack } from "../../../src/javascript/mapped-stack.js";
import { evaluatedText } from "./capture/evaluated.js";

interface Point {
  readonly x: number;
}

/** The lines of types above vanish in the compiled script, so its lines differ from these. */
class Thrower {
  readonly point: Point | undefined;

  constructor(point?: Point) {
    this.point = point;
  }

  fail(): never {
    throw new Error("thrown"); // throws here
  }
}

const helper = (point: Point): never => new Thrower(point).fail(); // calls fail()

const FILE = import.meta.filename;
const LINES = readFileSync(FILE, "utf8").split("\n");
/** The place of a mark in the line that contains another text. */
function place(line: string, mark: string): string {
  const at = LINES.findIndex((each) => each.includes(line));
  return `${FILE}:${at + 1}:${(LINES[at] ?? "").indexOf(mark) + 1}`;
}

/** The stack of the error that a function throws when a worker runs it. */
async function stackOf(code: JavaScriptCode): Promise<string> {
  try {
    await (evaluatedText(code.text, code.name) as () => unknown)();
  } catch (error) {
    return (error as Error).stack ?? "";
  }
  throw new Error("It threw nothing.");
}

it("shows frames of the function and its helpers at the lines of the TypeScript file", async () => {
  const failing = (): never => helper({ x: 1 }); // the first
  const code = captured(failing);
  const lines = mappedStack(await stackOf(code), code).split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "Error: thrown",
    `    at Thrower.fail (${place("throws here", "new Error")})`,
    `    at helper (${place("calls fail()", "fail()")})`,
    `    at failing (${place("// the first", "helper(")})`,
  ]);
});

it("shows frames after an await, and of anonymous functions", async () => {
  const code = captured(
    async () => {
      await Promise.resolve();
      return [1].map(() => helper({ x: 1 })); // the second
    },
    { name: "later" },
  );
  const stack = mappedStack(await stackOf(code), code);
  expect(stack).toContain(`    at ${place("// the second", "helper(")}
`);
  expect(stack).toContain(`    at later (${place("// the second", "map(")})
`);
});

it("leaves frames of other files and of unknown places as they are", () => {
  const code: JavaScriptCode = {
    form: "expression",
    text: "() => 1",
    name: "f",
    origins: [{ firstLine: 2, lastLine: 3, place: () => undefined }],
  };
  const stack =
    "Error: x (<f>:2:1)\n    at f (<f>:2:1)\n    at f (<f>:9:1)\n    at g (/x/y.js:2:1)";
  expect(mappedStack(stack, code)).toBe(stack);
});

it("maps frames of the file name that the caller gives", () => {
  const code: JavaScriptCode = {
    form: "module",
    text: "",
    name: "f",
    origins: [
      {
        firstLine: 1,
        lastLine: 9,
        place: (line, column) => ({ file: "/u/a.ts", line: line * 2, column }),
      },
    ],
  };
  const stack =
    "    at async file:///w/f.mjs:2:1\n    at new A (file:///w/f.mjs:3:4)\n    at async f (<f>:1:1)";
  expect(mappedStack(stack, code, "file:///w/f.mjs")).toBe(
    "    at async /u/a.ts:4:1\n    at new A (/u/a.ts:6:4)\n    at async f (<f>:1:1)",
  );
});
