/** The exact result types of text and number functions: not narrower than Spark's, and no wider than they have to be. */
import { describe, expectTypeOf, it } from "vitest";
import * as f from "../../../src/functions/index.js";
import type { Column } from "../../../src/index.js";
import { type ColumnOrName, type DayTimeInterval } from "../../../src/index.js";

const column = <T>(): Column<T> => f.col("x") as Column<T>;
const text = column<string>();
const textOrNull = column<string | null>();
const bytes = column<Uint8Array>();
const number = column<number>();
const numberOrNull = column<number | null>();
const long = column<bigint>();
const interval = column<DayTimeInterval>();

describe("the result type of a text function", () => {
  it("has null if an argument that Spark needs can be null", () => {
    expectTypeOf(f.upper(text)).toEqualTypeOf<Column<string>>();
    expectTypeOf(f.upper(textOrNull)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(f.trim(text, textOrNull)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(f.replace(text, text)).toEqualTypeOf<Column<string>>();
    expectTypeOf(f.concat_ws("-", textOrNull)).toEqualTypeOf<Column<string>>();
    expectTypeOf(f.split(text, ",")).toEqualTypeOf<Column<string[]>>();
    expectTypeOf(f.contains(text, textOrNull)).toEqualTypeOf<Column<boolean | null>>();
  });

  it("has null for a column that is given by name", () => {
    expectTypeOf(f.upper("name")).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(f.length("name")).toEqualTypeOf<Column<number | null>>();
  });

  it("has null if a position can be a number that is not an integer", () => {
    expectTypeOf(f.lpad(text, 10, "0")).toEqualTypeOf<Column<string>>();
    expectTypeOf(f.lpad(text, 1.5, "0")).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(f.left(text, long)).toEqualTypeOf<Column<string>>();
    expectTypeOf(f.left(text, number)).toEqualTypeOf<Column<string | null>>();
  });

  it("is bytes for bytes, and both for a column of unknown type", () => {
    expectTypeOf(f.substring(bytes, 1, 2)).toEqualTypeOf<Column<Uint8Array>>();
    expectTypeOf(f.substring("x", 1, 2)).toEqualTypeOf<Column<string | Uint8Array | null>>();
  });
});

describe("the result type of a number function", () => {
  it("is the argument's type, with DOUBLE for text, which has the type of a decimal", () => {
    expectTypeOf(f.abs(long)).toEqualTypeOf<Column<bigint>>();
    expectTypeOf(f.negative(interval)).toEqualTypeOf<Column<DayTimeInterval>>();
    expectTypeOf(f.abs(text)).toEqualTypeOf<Column<string | number | null>>();
    expectTypeOf(f.round(number, 2)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(f.abs("x")).toEqualTypeOf<Column>();
  });

  it("is BIGINT for ceil() and floor() without a scale, DECIMAL with one", () => {
    const scale = 1 as number | undefined;
    expectTypeOf(f.ceil(number)).toEqualTypeOf<Column<bigint | null>>();
    expectTypeOf(f.floor(number, 1)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(f.floor(number, scale)).toEqualTypeOf<Column<string | bigint | null>>();
  });

  it("has null for greatest() only if each column can be null", () => {
    const some: (Column<number> | Column<number | null>)[] = [number, numberOrNull];
    expectTypeOf(f.greatest(number, numberOrNull)).toEqualTypeOf<Column<number>>();
    expectTypeOf(f.greatest(numberOrNull, long)).toEqualTypeOf<Column<number | bigint>>();
    expectTypeOf(f.least(numberOrNull, numberOrNull)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(f.least(...some)).toEqualTypeOf<Column<number | null>>();
  });

  it("follows the operator's type, with null for an overflow", () => {
    expectTypeOf(f.try_add(number, number)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(f.pow(number, 2)).toEqualTypeOf<Column<number>>();
    expectTypeOf(f.pow(text, 2)).toEqualTypeOf<Column<number | null>>();
  });

  it("accepts every function where code takes a function of a column", () => {
    const each: Record<string, (column: ColumnOrName) => Column> = { upper: f.upper, ceil: f.ceil };
    expectTypeOf(each).toBeObject();
    expectTypeOf(textOrNull.transform(f.upper)).toEqualTypeOf<Column<string | null>>();
  });
});

describe("the result type of a parser", () => {
  it("is unknown if the schema is not a literal", () => {
    const schema = "id INT" as string;
    expectTypeOf(f.from_json(text, schema)).toEqualTypeOf<Column>();
    expectTypeOf(f.from_json(text, f.schema_of_json("{}"))).toEqualTypeOf<Column>();
  });
});
