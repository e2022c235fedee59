/* eslint-disable @typescript-eslint/unbound-method -- A capture takes methods without their object. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:net";
import { env } from "node:process";
import { compileFunction } from "node:vm";
import { describe, expect, it } from "vitest";
import { CaptureError } from "../../../../src/index.js";
import { captured } from "../../../../src/javascript/capture/captured.js";

class Cache {
  readonly entries = new Map();
}

/** The message of the refusal, without its standard beginning. */
function refusal(value: (...args: never[]) => unknown, name = "f"): string {
  try {
    const { text } = captured(value, { name });
    return `not refused: ${text}`;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    expect(error.code).toBe("NOT_CAPTURABLE");
    const beginning = `${name} cannot be sent to the cluster: `;
    expect(error.message.startsWith(`${beginning}${error.path} `)).toBe(true);
    return error.message.slice(beginning.length);
  }
}

/** What a script of CommonJS returns. */
function inScript(body: string, names: Readonly<Record<string, unknown>> = {}): () => unknown {
  const script = compileFunction(body, Object.keys(names)) as (...args: unknown[]) => () => unknown;
  return script(...Object.values(names));
}

describe("a captured variable is refused by its path and its kind", () => {
  it.each([
    [
      "an instance of a class",
      new Cache(),
      "f → x is an instance of Cache, and instances of classes stay in this process. Create it inside the function, or capture plain data.",
    ],
    ["a socket", createServer(), "f → x is an instance of Server, and"],
    ["a stream", process.stdout, /^f → x is an instance of \w+, and/],
    [
      "an object with a prototype of its own",
      Object.create({ inherited: 1 }),
      "f → x is an object with a prototype of its own. Create it inside the function, or capture plain data.",
    ],
    ["an error", new RangeError("x"), "f → x is an instance of RangeError, and"],
    [
      "an instance of a class of Node",
      new AsyncLocalStorage(),
      "f → x is an instance of AsyncLocalStorage, and",
    ],
    ["a subclass of Map", new (class Lru extends Map {})(), "f → x is an instance of Lru, and"],
    ["a boxed string", Object("x"), "f → x is an instance of String, and"],
    [
      "a Promise",
      Promise.resolve(),
      "f → x is a Promise. Write await before it, outside of the function.",
    ],
    [
      "a symbol",
      Symbol("s"),
      "f → x is a symbol, which exists only in this process. Use a string, or Symbol.for().",
    ],
    [
      "a WeakMap",
      new WeakMap(),
      "f → x is a WeakMap, whose content cannot be listed. Create it inside the function.",
    ],
    ["a WeakRef", new WeakRef({}), "f → x is a WeakRef, whose content cannot be listed."],
    ["a Proxy", new Proxy({}, {}), "f → x is a Proxy, which hides what it is. Capture plain data."],
    [
      "shared memory",
      new Uint8Array(new SharedArrayBuffer(1)),
      "f → x is memory that threads of this process share. Copy it first.",
    ],
    [
      "process.env",
      env,
      "f → x is process.env, which on the cluster is the environment of the worker. Read the variable into a constant outside of the function.",
    ],
    [
      "a bound function",
      function () {}.bind(null),
      "f → x is a bound function, whose text is hidden. Write an arrow function that calls it.",
    ],
    [
      "a native function without a name",
      Proxy.revocable({}, {}).revoke,
      "f → x is a native function, which has no text.",
    ],
    [
      "a key that is a symbol",
      { [Symbol("s")]: 1 },
      "f → x has the key Symbol(s), which exists only in this process.",
    ],
    [
      "an array with more properties",
      Object.assign([1], { extra: 1 }),
      "f → x is an array with a property extra.",
    ],
    [
      "an instance deep inside",
      { a: { "b c": [new Map([["k", new Cache()]])] } },
      'f → x.a["b c"][0].get("k") is an instance of Cache, and',
    ],
    ["an item of a Set", new Set([1, new Cache()]), "f → x (item 2) is an instance of Cache, and"],
    [
      "too much text",
      "x".repeat(1_000_001),
      "f → x makes the text longer than 1,000,000 characters. Put large data into a table and join it, or use fromModule().",
    ],
    [
      "too many numbers",
      Array.from({ length: 2_000_000 }, () => 1.5),
      /^f → x\[\d+\] makes the text longer/,
    ],
  ])("%s", (_, x: unknown, message: string | RegExp) => {
    const said = refusal(() => x);
    if (typeof message === "string") expect(said.slice(0, message.length)).toBe(message);
    else expect(said).toMatch(message);
  });

  it("a circle of objects", () => {
    const list: { next?: object } = {};
    list.next = { back: list };
    expect(refusal(() => list)).toBe(
      "f → list.next.back is inside itself. Break the circle, for example with ids.",
    );
  });

  it("objects nested too deep", () => {
    let list: object = {};
    for (let at = 0; at < 10_000; at++) list = { list };
    expect(refusal(() => list)).toBe(
      "f uses an object with more than 500 levels. Use a flat array.",
    );
  });

  it("something inside a helper's table", () => {
    const table = { cache: new Cache() };
    const normalised = (text: string): unknown => table.cache.entries.get(text);
    expect(refusal((text: string) => normalised(text), "slug")).toMatch(
      /^slug → normalised → table\.cache is an instance of Cache/,
    );
  });
});

describe("a function is refused for what its text uses", () => {
  it("this, arguments, new.target and super of the code around it", () => {
    class Around extends Array<string> {
      method(): (() => unknown)[] {
        return [() => this, () => arguments.length, () => super.pop()];
      }
      field = (): unknown => this;
    }
    function Made(): () => unknown {
      return () => new.target;
    }
    const around = new Around();
    expect([...around.method(), Made()].map((each) => refusal(each))).toEqual(
      ["this", "arguments", "super", "new.target"].map(
        (word) =>
          `f uses ${word} of the code around it, and on the cluster the function has no surroundings. Put the values that it needs into constants.`,
      ),
    );
    expect(refusal(around.field)).toMatch(/^f uses this of the code around it/);
    class Inner extends Around {
      override method(): (() => unknown)[] {
        return super.method();
      }
    }
    expect(refusal(new Inner().method)).toMatch(/^f uses super of the code around it/);
  });

  it("the private names of a class, outside of it", () => {
    class Secret {
      #value = 1;
      static read = (secret: Secret): number => secret.#value;
    }
    expect(refusal(Secret.read)).toBe(
      "f uses the private name #value outside of its class. Capture the whole class instead.",
    );
  });

  it("import.meta, and import() of anything except Node's modules", () => {
    expect(refusal(() => import.meta.url)).toBe(
      "f uses import.meta, which names a file of this machine. Compute the value before, in a constant.",
    );
    expect(refusal(() => import("./helpers.js"))).toMatch(
      /^f loads import\(".*helpers\.[jt]s"\) when it runs, and the cluster does not have that file\. Import it at the top of the file, or use fromModule\(\)\.$/,
    );
    const native = inScript('return () => import("./x.js")');
    expect(refusal(native)).toMatch(/^f loads import\("\.\/x\.js"\)/);
    const known = inScript('return () => import("node:fs")');
    expect(refusal(known)).toMatch(/^not refused/);
  });

  it("process.env", () => {
    expect(refusal(() => process.env["HOME"])).toBe(
      "f reads process.env, which on the cluster is the environment of the worker. Read the variable into a constant outside of the function.",
    );
  });

  it("require() of files, __filename and __dirname", () => {
    const names = { require: () => undefined, __filename: "f", __dirname: "d" };
    const inFile = (body: string): (() => unknown) => inScript(`return () => ${body};`, names);
    expect(refusal(inFile('require("./x")'))).toMatch(/^f calls require\(\) when it runs/);
    expect(refusal(inFile("__dirname"))).toMatch(/^f uses __dirname, which names a file of/);
    expect(refusal(inFile('require("node:os")'))).toMatch(/^not refused/);
  });

  it("a name that is not defined, or a global that only this program has", () => {
    expect(refusal(() => missing)).toBe(
      "f uses missing, which is defined neither in it nor on the cluster, or of which V8 kept no value. Pass its value: captures: { missing }.",
    );
    Reflect.set(globalThis, "ownGlobal", 1);
    try {
      expect(refusal(() => ownGlobal)).toBe(
        "f uses ownGlobal, a global of this program that the cluster lacks. Pass its value: captures: { ownGlobal }.",
      );
    } finally {
      Reflect.deleteProperty(globalThis, "ownGlobal");
    }
  });

  it("eval", () => {
    expect(refusal(() => eval("1") as unknown)).toBe(
      "f uses eval(), whose text may need any variable. Write the code itself.",
    );
  });

  it("a constant that is defined below, and so has no value yet", () => {
    const message = refusal(() => later);
    const later = "x";
    expect(message).toBe(
      "f uses later, which has no value yet. Define it above, or pass its value: captures: { later: undefined }.",
    );
    expect(later).toBe("x");
  });

  it("a variable that one function assigns and another reads", () => {
    let n = 0;
    const add = (): number => ++n;
    const get = (): number => n;
    expect(refusal(() => add() + get())).toBe(
      "f → add assigns the variable n, which f → get uses too, and each would have a copy of it. Keep it in an object that both use: const state = { n }.",
    );
  });

  it("the counters of a coverage tool", () => {
    const covered = inScript(
      "const cov_1x = () => ({ f: [0] }); return () => { cov_1x().f[0]++; return 1; };",
    );
    expect(refusal(covered)).toBe(
      "f was rewritten by a coverage tool (cov_1x). Leave its file out of coverage, or measure coverage with V8.",
    );
  });

  it("syntax that strict code does not have", () => {
    const old = inScript("return function () { with ({ a: 1 }) return a; };");
    expect(refusal(old)).toMatch(/^f cannot be read as strict JavaScript/);
  });
});

describe("captured refuses its own arguments", () => {
  it("a value that is not a function", () => {
    expect(() => captured("x" as never)).toThrow("Expected a function or a class, got a string.");
  });

  it("a capture that the function does not use", () => {
    const table = 1;
    expect(() => captured(() => table, { captures: { tabel: 1 } })).toThrow(
      "captures has tabel, which the function does not use. Did you mean table?",
    );
  });

  it("an unknown option", () => {
    expect(() => captured(() => 1, { capture: {} } as never)).toThrow("Unknown option capture");
  });
});

declare const missing: unknown;
declare const ownGlobal: unknown;
