// What callbacks in place of columns receive and may return.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { col, lit, upper } from "../../../src/functions/index.js";
import { ArgumentError, Window, type Column, type DataFrame } from "../../../src/index.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

/** JavaScript callers may pass functions with any result. */
type AnyCallback = (...columns: Readonly<Record<string, Column>>[]) => never;

let server: FakeSparkServer;
let df: DataFrame;
let other: DataFrame;
beforeAll(async () => {
  server = await FakeSparkServer.start({});
  const context = offlineContext(server, "4.3.0");
  df = rangeOf(context);
  other = rangeOf(context);
});
afterAll(() => {
  server.stop();
});

function callback(result: unknown): AnyCallback {
  return (() => result) as AnyCallback;
}

function messageOf(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

/** The names in the plan of a selection, as Spark reads them, with the new name of an alias. */
function namesIn(selected: DataFrame): unknown[] {
  const { relType } = selected.relation;
  if (relType.case !== "project") throw new Error(`Not a selection: ${String(relType.case)}.`);
  return relType.value.expressions.map(({ exprType }) => {
    if (exprType.case === "unresolvedAttribute") return exprType.value.unparsedIdentifier;
    if (exprType.case === "alias") return { as: exprType.value.name };
    return exprType.case;
  });
}

describe("the result of a callback of select()", () => {
  it("is a Column, an array of Columns or an object of Columns", () => {
    expect(namesIn(df.select((p) => p["a"] as Column))).toEqual(["a"]);
    expect(namesIn(df.select((p) => [p["a"] as Column, p["b"] as Column]))).toEqual(["a", "b"]);
    expect(namesIn(df.select((p) => ({ a: p["a"] as Column, c: p["b"] as Column })))).toEqual([
      "a",
      { as: ["c"] },
    ]);
    const bare = Object.assign(Object.create(null) as object, { c: lit(1) });
    expect(namesIn(df.select(callback(bare)))).toEqual([{ as: ["c"] }]);
  });

  it.each([
    [7, "a number"],
    ["id", "a string"],
    [null, "null"],
    [Promise.resolve(lit(1)), "a Promise"],
    [new Map([["a", lit(1)]]), "a Map"],
    [() => lit(1), "a function"],
  ])("cannot be %s, and the message names it", (result, kind) => {
    expect(messageOf(() => df.select(callback(result)))).toContain(
      `The function passed as columns must return a Column, an array of Columns, or an object of Columns by name, got ${kind}.`,
    );
  });

  it("cannot be undefined, and the message explains braces and parentheses", () => {
    const block = (() => {
      // A user meant to return an object.
    }) as unknown as AnyCallback;
    for (const use of [() => df.select(block), () => df.withColumns(block)]) {
      expect(messageOf(use)).toContain(
        "got undefined. A function with braces needs return; an object needs parentheses: (p) => ({ id: p.id }).",
      );
    }
  });

  it("cannot have a plain value in it: the message names the column", () => {
    expect(messageOf(() => df.select(callback({ a: lit(1), b: 2 })))).toContain(
      'The function passed as columns must return Columns by name, got a number for "b". Write lit(…) for a plain value.',
    );
    expect(messageOf(() => df.select(callback([lit(1), { a: lit(1) }])))).toContain(
      "The function passed as columns must return an array of Columns, got an object in it.",
    );
    expect(messageOf(() => df.select(callback([Object.create(null)])))).toContain(
      "got an object in it.",
    );
  });
});

describe("the result of other callbacks", () => {
  it.each<readonly [string, (wrong: AnyCallback) => unknown, string]>([
    ["filter()", (wrong) => df.filter(wrong), "condition"],
    ["withColumn()", (wrong) => df.withColumn("total", wrong), "total"],
    ["repartitionById()", (wrong) => df.repartitionById(2, wrong), "partitionId"],
    ["pivot()", (wrong) => df.groupBy("id").pivot(wrong, [1]), "column"],
  ])("of %s must be one Column", (_, use, argument) => {
    expect(messageOf(() => use(callback([lit(1)])))).toContain(
      `The function passed as ${argument} must return a Column, got an array.`,
    );
  });

  it.each([
    [[lit(1)], "an array"],
    [lit(1), "a Column"],
    [Promise.resolve({}), "a Promise"],
    [null, "null"],
  ])("of withColumns() must be an object of Columns: %#", (result, kind) => {
    expect(messageOf(() => df.withColumns(callback(result)))).toContain(
      `The function passed as columns must return an object of Columns by name, got ${kind}.`,
    );
  });

  it.each([
    [true, "a boolean"],
    [[], "an empty array"],
    [[lit(true), "id"], "an array"],
    [{ a: lit(true) }, "an object"],
  ])("of join() must be one or more Columns: %#", (result, kind) => {
    expect(messageOf(() => df.join(other, callback(result)))).toContain(
      `The function passed as on must return a Column or an array of Columns, got ${kind}.`,
    );
  });
});

describe("a callback with two parameters", () => {
  const both = ((left: unknown, right: unknown) => [left, right]) as unknown as AnyCallback;

  it("is refused without a join, and the message says what to do", () => {
    const message =
      "The function passed as columns has 2 parameters, but only the result of join() has two sides. Write it with one parameter, or call the method directly after join().";
    expect(messageOf(() => df.select(both))).toContain(message);
    const joined = df.join(other, "id");
    expect(messageOf(() => joined.orderBy("id").select(both))).toContain(message);
  });

  it("receives the columns of both sides after a join, also after filter()", () => {
    const joined = df.join(other, (l, r) => (l["id"] as Column).eq(r["id"]));
    const plans: unknown[] = [];
    for (const frame of [joined, joined.filter("true"), joined.where((l) => l["id"] as Column)]) {
      frame.select((l, r) => {
        for (const side of [l, r]) {
          const { exprType } = (side["id"] as Column).expression;
          plans.push(exprType.case === "unresolvedAttribute" ? exprType.value.planId : undefined);
        }
        return [];
      });
    }
    const sides = [df, other].map(({ relation }) => relation.common?.planId);
    expect(plans).toEqual([...sides, ...sides, ...sides]);
    expect(sides[0]).not.toBe(sides[1]);
  });
});

describe("the columns that a callback receives", () => {
  it("have whole names: dots and backticks are no fields", () => {
    const names = ["a.b", "a`b", "then", "constructor", "toString", "__proto__", "a b"];
    expect(namesIn(df.select((p) => names.map((name) => p[name] as Column)))).toEqual([
      "`a.b`",
      "`a``b`",
      "then",
      "constructor",
      "toString",
      "__proto__",
      "a b",
    ]);
  });

  it("keep their name in an object, whatever it contains", () => {
    const selected = df.select((p) => ({
      "a.b": p["a.b"] as Column,
      "payload.id": col("payload.id"),
      "`x`": col("`x`"),
      id: p["id"] as Column,
    }));
    // The column of payload.id has the name id.
    expect(namesIn(selected)).toEqual([
      { as: ["a.b"] },
      { as: ["payload.id"] },
      { as: ["`x`"] },
      "id",
    ]);
  });

  it("can be awaited, since `then` is a Column and not a function", async () => {
    let columns: unknown;
    df.select((p) => {
      columns = p;
      return [];
    });
    expect(await columns).toBe(columns);
  });

  it("cannot be spread or listed: only the server knows their names", () => {
    const message =
      'The columns of a callback cannot be listed or spread, because only the server knows their names. Write select("*", …) or withColumns(…) to keep all columns.';
    expect(messageOf(() => df.select((p) => ({ ...p, one: lit(1) })))).toContain(message);
    expect(
      messageOf(() =>
        df.select((p) => {
          const { id, ...rest } = p;
          return { id: id as Column, ...rest };
        }),
      ),
    ).toContain(message);
    expect(messageOf(() => df.select((p) => Object.values(p)))).toContain(message);
  });
});

describe("a function", () => {
  it("is refused where no callback is allowed", () => {
    const wrong = callback(lit(1));
    expect(messageOf(() => upper(wrong as unknown as Column))).toContain(
      "upper takes a Column or a column name here, not function.",
    );
    expect(messageOf(() => Window.partitionBy(wrong as unknown as Column))).toContain(
      "must be a Column or a column name, got a function.",
    );
  });
});
