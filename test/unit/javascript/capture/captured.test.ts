/* eslint-disable @typescript-eslint/unbound-method -- A capture takes methods without their object. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import * as path from "node:path";
import { EOL } from "node:os";
import process from "node:process";
import { compileFunction } from "node:vm";
import { describe, expect, it } from "vitest";
import { Timestamp } from "../../../../src/index.js";
import { captured } from "../../../../src/javascript/capture/captured.js";
import { evaluated, evaluatedClass } from "./evaluated.js";
import * as helpers from "./helpers.js";
import { doubled, PREFIX } from "./helpers.js";

const SEP = "-";
const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);
const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);

/** Returns what a captured variable holds on the worker. */
function sent<T>(value: T): T {
  return evaluated(() => value)();
}

describe("captured", () => {
  it("takes constants, helpers and imports of the function by value", () => {
    const clean = (text: string): string => text.trim().toLowerCase();
    const slug = (text: string): string => PREFIX + clean(text).replaceAll(/\W+/g, SEP);
    expect(evaluated(slug)(" A b ")).toBe("pre-a-b");
    expect(evaluated(() => helpers.doubled(4) + doubled(1))()).toBe(10);
  });

  it("takes of a module only the members that the function uses", () => {
    expect(captured(() => helpers.PREFIX).text).not.toContain("doubled");
  });

  it("takes a module as a whole when the function uses it as a value", () => {
    expect(evaluated(() => Object.keys(helpers))()).toEqual(["PREFIX", "doubled"]);
  });

  it.each([
    ["null", null],
    ["undefined in an object", { a: undefined }],
    ["a boolean", true],
    ["a number", 1.5],
    ["negative zero", -0],
    ["NaN", NaN],
    ["infinities", [Infinity, -Infinity]],
    ["a bigint", -(2n ** 70n)],
    ["a string of any characters", "a\n'\"`\\${}\u2028\ud800😀"],
    ["a Date", new Date(5)],
    ["a RegExp", /a\/b\n/giu],
    [
      "a Map",
      new Map<unknown, unknown>([
        ["k", new Map([[1, 2]])],
        [{ a: 1 }, []],
      ]),
    ],
    ["a Set", new Set([1, "2", [3]])],
    ["a URL", new URL("https://a.b/c?d#e")],
    ["a Buffer", Buffer.from([0, 255, 7])],
    ["a Uint8Array", Uint8Array.of(1, 2, 3).subarray(1)],
    ["a Float64Array", Float64Array.of(1.5, -0)],
    ["a BigInt64Array", BigInt64Array.of(-1n)],
    ["an ArrayBuffer", Uint8Array.of(1, 2).buffer],
    ["a DataView", new DataView(Uint8Array.of(9, 8, 7).buffer, 1)],
    ["an array with holes", [1, , 3, ,]], // eslint-disable-line no-sparse-arrays
    ["a nested object", { a: [{ "b c": 1, __proto__: null }], 3: 4 }],
    ["a key named __proto__", JSON.parse('{"__proto__":{"a":1}}')],
    ["a well-known symbol", Symbol.iterator],
    ["a registered symbol", Symbol.for("x")],
    ["a Timestamp", Timestamp.parse("2026-01-02T03:04:05.123456789Z")],
    ["a function of the language", Math.max],
    ["a method of the language", Array.prototype.slice],
    ["a function of Node's modules", createHash],
  ])("takes %s by value", (_, value: unknown) => {
    const result = sent(value);
    expect(result).toStrictEqual(value);
    expect(Object.is(result, value) || typeof value === "object").toBe(true);
  });

  it("keeps the bytes and the nanoseconds of a Timestamp", () => {
    const moment = Timestamp.parse("2026-01-02T03:04:05.123456789Z");
    expect(sent(moment).epochNanos).toBe(moment.epochNanos);
    const far = Timestamp.fromEpochMicros(9_000_000_000_000_000_000n);
    expect(sent(far).epochMicros).toBe(far.epochMicros);
  });

  it("keeps one object one object, in and across functions", () => {
    const shared = { n: 0 };
    const both = { a: shared, b: shared };
    const add = (): number => ++shared.n;
    const run = evaluated(() => {
      add();
      return [both.a === both.b, both.a === shared, shared.n];
    });
    expect(run()).toEqual([true, true, 1]);
    expect(shared.n).toBe(0);
  });

  it("gives functions that call each other their bindings late", () => {
    expect([7, 8].map(evaluated(isEven))).toEqual([false, true]);
    const api = { count: (n: number): number => (n === 0 ? 0 : 1 + api.count(n - 1)) };
    expect(evaluated(() => api.count(3))()).toBe(3);
  });

  it("gives a function that calls itself the worker's copy", () => {
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    expect(evaluated(factorial)(5)).toBe(120);
    expect(captured(factorial).text.match(/factorial\(n - 1\)/g)).toHaveLength(1);
  });

  it("keeps the names of functions", () => {
    const slug = (): void => undefined;
    expect(evaluated(slug).name).toBe("slug");
    expect(evaluated(() => slug)().name).toBe("slug");
    expect(evaluated(() => undefined, { name: "given" }).name).toBe("given");
    expect(captured(() => undefined).name).toBe("the function");
  });

  it("distinguishes variables of the same name in different functions", () => {
    const make = (SEP: string) => (): string => SEP;
    const [one, two] = [make("1"), make("2")];
    expect(evaluated(() => one() + two() + SEP)()).toBe("12-");
  });

  it("takes async functions, generators and both together", async () => {
    const wait = async (n: number): Promise<number> => Promise.resolve(n + 1);
    const list = function* (n: number): Generator<number> {
      for (let at = 0; at < n; at++) yield at;
    };
    const all = async function* (n: number): AsyncGenerator<number> {
      for (const each of list(n)) yield await wait(each);
    };
    const found: number[] = [];
    for await (const each of evaluated(all)(3)) found.push(each);
    expect(found).toEqual([1, 2, 3]);
  });

  it("takes methods written in short form, getters and setters", async () => {
    const key = "computed";
    const object = {
      plain(n: number): number {
        return n + SEP.length;
      },
      async later(): Promise<string> {
        return Promise.resolve(SEP);
      },
      *many(): Generator<string> {
        yield SEP;
      },
      async *manyLater(): AsyncGenerator<string> {
        yield await Promise.resolve(SEP);
      },
      [key](): string {
        return SEP;
      },
      get length(): number {
        return SEP.length;
      },
    };
    expect(evaluated(object.plain)(1)).toBe(2);
    expect(await evaluated(object.later)()).toBe(SEP);
    expect([...evaluated(object.many)()]).toEqual([SEP]);
    for await (const each of evaluated(object.manyLater)()) expect(each).toBe(SEP);
    expect(evaluated(object[key])()).toBe(SEP);
    expect(evaluated(() => object.length)()).toBe(1);
    expect(evaluated(() => object.plain(3))()).toBe(4);
  });

  it("takes a class with its superclasses, statics, private names and accessors", () => {
    const START = 10;
    class Base {
      protected n = START;
      label(): string {
        return `base ${this.n}`;
      }
    }
    class Counter extends Base {
      static readonly made: string[] = [SEP];
      static #count = 1;
      #secret = 5;
      static next(): number {
        return Counter.#count++;
      }
      override label(): string {
        return `${super.label()} ${this.#secret}`;
      }
      get total(): number {
        return this.n + this.#secret;
      }
    }
    class Last extends Counter {
      readonly [Symbol.toStringTag] = "Last";
    }
    const Copy = evaluatedClass(Last);
    const copy = new Copy();
    expect(copy.label()).toBe("base 10 5");
    expect(copy.total).toBe(15);
    expect([Copy.next(), Copy.next(), Copy.made]).toEqual([1, 2, [SEP]]);
    expect(Object.prototype.toString.call(copy)).toBe("[object Last]");
    expect(Copy.name).toBe("Last");
    expect(evaluated(() => new Counter() instanceof Base)()).toBe(true);
  });

  it("takes a class whose superclass is an expression or one of the language", () => {
    const mixin = (Parent: new () => object) =>
      class extends Parent {
        mixed = SEP;
      };
    class Mixed extends mixin(Array) {}
    const copy = new (evaluatedClass(Mixed))();
    expect([Array.isArray(copy), copy.mixed]).toEqual([true, SEP]);
  });

  it("takes classes and functions that refer to each other", () => {
    class Tree {
      readonly depth: number;
      constructor(depth: number) {
        this.depth = depth;
      }
      child(): Tree {
        return grown(this);
      }
    }
    const grown = (tree: Tree): Tree => new Tree(tree.depth + 1);
    expect(evaluated((n: number) => new Tree(n).child().depth)(1)).toBe(2);
  });

  it("takes members that were added to functions and classes later", () => {
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Only the class itself matters.
    class Point {
      static count = 0;
      static scale?: number;
    }
    Point.count = 3;
    Point.scale = 2;
    function old(): number {
      return old.step;
    }
    old.step = 4;
    expect(evaluated(() => [Point.count, Point.scale, old()])()).toEqual([3, 2, 4]);
  });

  it("takes constructors written as functions", () => {
    function Old(this: { n: number }, n: number): void {
      this.n = n;
    }
    Object.assign(Old.prototype, {
      twice(this: { n: number }): number {
        return this.n * 2;
      },
    });
    const make = (n: number): number =>
      (Reflect.construct(Old, [n]) as { twice(): number }).twice();
    expect(evaluated(make)(4)).toBe(8);
  });

  it("uses the worker's own classes of this package", () => {
    const code = captured(() => new Timestamp(5));
    expect(code.text).not.toContain("class Timestamp");
    expect(evaluated(() => new Timestamp(5))()).toBeInstanceOf(Timestamp);
    expect(evaluated(() => class extends Timestamp {})().prototype).toBeInstanceOf(Timestamp);
  });

  it("uses the worker's modules of Node, whole and by function", () => {
    const hash = (text: string): string =>
      path.basename(`/x/${createHash("sha256").update(text).digest("hex").slice(0, 4)}`) + EOL;
    expect(evaluated(hash)("a")).toBe(hash("a"));
    expect(captured(hash).text).toContain('process.getBuiltinModule("node:crypto")');
    const whole = path.posix;
    expect(evaluated(() => whole)().sep).toBe(path.sep);
  });

  it("gives one function that assigns a variable a variable of its own", () => {
    let calls = 0;
    const count = (): number => ++calls;
    const copy = evaluated(count);
    expect([copy(), copy(), calls]).toEqual([1, 2, 0]);
    let memo: RegExp | undefined;
    const test = (text: string): boolean => (memo ??= /a/).test(text);
    expect(evaluated(test)("a")).toBe(true);
  });

  it("takes a parameter of the outer function that is undefined", () => {
    const make = (sep?: string) => (text: string) => text.split(sep as string);
    expect(evaluated(make())("a b")).toEqual(["a b"]);
  });

  it("prefers the values of captures, also for a helper's variable without a value", () => {
    const text = (): string => SEP;
    expect(evaluated(text, { captures: { SEP: "+" } })()).toBe("+");
    const helper = (): string => later;
    const code = captured(() => helper(), { captures: { later: "given" } });
    const later = "now";
    expect(code.text).toContain("given");
  });

  it("leaves names of the language and of Node to the worker", () => {
    const text = captured(() => [Math.PI, JSON, process.pid, fetch, typeof unknownName]).text;
    expect(text).not.toMatch(/const (?!\$v1)/);
  });

  it("takes literals and code beyond ASCII, with lines of any kind", () => {
    const naïve = "é";
    const run = (größe: number): string => `${naïve}${größe}
second`;
    expect(evaluated(run)(1)).toBe("é1\nsecond");
  });

  it("uses the worker's own function, if the function is one of the language or of Node", () => {
    expect(captured(encodeURIComponent).text).toBe("encodeURIComponent");
    expect(evaluated(createHash)("md5").digest("hex")).toHaveLength(32);
  });

  it("takes private members that a compiler wrote as a WeakMap", () => {
    const _value = new WeakMap<object, number>();
    class Old {
      constructor(value: number) {
        _value.set(this, value);
      }
      get value(): number | undefined {
        return _value.get(this);
      }
    }
    expect(evaluated((n: number) => new Old(n).value)(3)).toBe(3);
  });

  it("keeps variables that have the names of globals apart from these globals", () => {
    const run = inScript(
      `const [Map, URL, undefined, Buffer] = values;
       return () => [Map.get(1), URL.href, undefined, Buffer.length];`,
      [new Map([[1, 2]]), new URL("https://a.b/"), "defined", Buffer.from([1])],
    );
    expect(evaluated(run)()).toEqual([2, "https://a.b/", "defined", 1]);
    expect(evaluated(() => Buffer.from("a").length + process.argv0.length)()).toBeGreaterThan(1);
  });

  it("does not mix up its own names with the user's", () => {
    const $v1 = "a";
    const $parent = { value: "b" };
    const value = (): string => $v1 + $parent.value;
    expect(evaluated(() => value() + $v1)()).toBe("aba");
  });
});

/** What a script of CommonJS returns. It may name variables as TypeScript does not allow. */
function inScript(body: string, values: readonly unknown[]): () => unknown {
  return (compileFunction(body, ["values"]) as (values: readonly unknown[]) => () => unknown)(
    values,
  );
}

declare const unknownName: unknown;
