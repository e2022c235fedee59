/** The result types of functions of dates, arrays, maps, structs and lambdas, where an exact type is the contract. */
import { describe, expectTypeOf, it } from "vitest";
import type { Column, ColumnOrName, Timestamp } from "../../../src/index.js";
import * as f from "../../../src/functions/index.js";
import type { TimeWindow } from "../../../src/dataframe/typing/window-value.js";

/** A column with a type that only the compiler knows. */
function typed<T>(): Column<T> {
  return f.col("c") as Column<T>;
}
/** The type of a column's values. */
function valueOf<T>(column: Column<T>): T {
  return column["~value"];
}

const int = typed<number>();
const long = typed<bigint>();
const text = typed<string>();
const textOrNull = typed<string | null>();
const at = typed<Timestamp>();
const ints = typed<number[]>();
const textsOrNull = typed<(string | null)[] | null>();
const map = typed<Map<string, number>>();

describe("functions of dates", () => {
  it("a part of a timestamp is never null, but a part of text can be", () => {
    expectTypeOf(valueOf(f.year(at))).toEqualTypeOf<number>();
    expectTypeOf(valueOf(f.year(text))).toEqualTypeOf<number | null>();
    expectTypeOf(valueOf(f.year("at"))).toEqualTypeOf<number | null>();
  });

  it("seconds as a timestamp can be null only for DOUBLE and for null", () => {
    expectTypeOf(valueOf(f.timestamp_seconds(long))).toEqualTypeOf<Timestamp>();
    expectTypeOf(valueOf(f.timestamp_seconds(int))).toEqualTypeOf<Timestamp | null>();
    expectTypeOf(valueOf(f.to_date(f.timestamp_seconds(long)))).toEqualTypeOf<string | null>();
  });
});

describe("time windows", () => {
  it("make the columns window and session_window", () => {
    expectTypeOf(f.window(at, "1 minute")["~name"]).toEqualTypeOf<"window">();
    expectTypeOf(valueOf(f.window(at, "1 minute"))).toEqualTypeOf<TimeWindow<Timestamp>>();
    expectTypeOf(f.session_window(at, "1 minute")["~name"]).toEqualTypeOf<"session_window">();
  });
});

describe("functions of arrays and maps", () => {
  it("elements keep their type", () => {
    expectTypeOf(valueOf(f.array_distinct(ints))).toEqualTypeOf<number[]>();
    expectTypeOf(valueOf(f.array_compact(textsOrNull))).toEqualTypeOf<string[] | null>();
    expectTypeOf(valueOf(f.flatten(typed<number[][]>()))).toEqualTypeOf<number[]>();
    expectTypeOf(valueOf(f.get(ints, 0))).toEqualTypeOf<number | null>();
  });

  it("an array of different types has all their types", () => {
    expectTypeOf(valueOf(f.array(int, long))).toEqualTypeOf<(number | bigint)[]>();
    expectTypeOf(valueOf(f.array([int, typed<number | null>()]))).toEqualTypeOf<
      (number | null)[]
    >();
    expectTypeOf(valueOf(f.array("a", int))).toEqualTypeOf<unknown[]>();
  });

  it("keys and values of a map come from alternating columns", () => {
    expectTypeOf(valueOf(f.create_map(text, int))).toEqualTypeOf<Map<string, number>>();
    expectTypeOf(valueOf(f.create_map([int, at, long, at]))).toEqualTypeOf<
      Map<number | bigint, Timestamp>
    >();
    expectTypeOf(valueOf(f.map_entries(map))).toEqualTypeOf<{ key: string; value: number }[]>();
    expectTypeOf(valueOf(f.element_at(map, "a"))).toEqualTypeOf<number | null>();
  });

  it("an omitted optional argument adds no null", () => {
    expectTypeOf(valueOf(f.sequence(int, int))).toEqualTypeOf<number[]>();
    expectTypeOf(valueOf(f.sequence(int, int, textOrNull))).toEqualTypeOf<number[] | null>();
    expectTypeOf(valueOf(f.str_to_map(text))).toEqualTypeOf<Map<string, string | null>>();
  });

  it("a spread list of columns or names is accepted as before", () => {
    const names: readonly string[] = ["a", "b"];
    const columns: ColumnOrName[] = ["a", int];
    expectTypeOf(valueOf(f.array(...names))).toEqualTypeOf<unknown[]>();
    expectTypeOf(valueOf(f.array(columns))).toEqualTypeOf<unknown[]>();
    expectTypeOf(valueOf(f.create_map(...columns))).toEqualTypeOf<Map<unknown, unknown>>();
    expectTypeOf(valueOf(f.struct(...columns))).toEqualTypeOf<Record<string, unknown>>();
    expectTypeOf(valueOf(f.concat(...columns))).toEqualTypeOf<unknown>();
  });

  it("a value that is not a column is refused where Spark takes a column", () => {
    // @ts-expect-error -- A number is not a column: write lit(1).
    const size = (): Column => f.size(1);
    // @ts-expect-error -- The result is a number, not a text.
    const wrong: Column<string | null> = f.size(ints);
    expectTypeOf(size).returns.toEqualTypeOf<Column>();
    expectTypeOf(wrong).not.toBeAny();
  });
});

describe("structs", () => {
  it("have the names of their columns", () => {
    const struct = f.struct(int.alias("id"), textOrNull.alias("name"), "other");
    expectTypeOf(valueOf(struct)).toEqualTypeOf<{
      id: number;
      name: string | null;
      other: unknown;
    }>();
    expectTypeOf(valueOf(struct.getField("name"))).toEqualTypeOf<string | null>();
  });

  it("have unknown fields if the name of one column is not known", () => {
    expectTypeOf(valueOf(f.struct(int.alias("id"), int.plus(1)))).toEqualTypeOf<
      Record<string, unknown>
    >();
    expectTypeOf(valueOf(f.struct("payload.id"))).toEqualTypeOf<Record<string, unknown>>();
  });
});

describe("functions with a lambda", () => {
  it("the lambda's parameters have the types of the elements", () => {
    f.transform(typed<({ id: bigint } | null)[]>(), (element, index) => {
      expectTypeOf(element).toEqualTypeOf<Column<{ id: bigint } | null>>();
      expectTypeOf(index).toEqualTypeOf<Column<number>>();
      return element.getField("id");
    });
    f.zip_with(ints, textsOrNull, (left, right) => {
      expectTypeOf(left).toEqualTypeOf<Column<number | null>>();
      expectTypeOf(right).toEqualTypeOf<Column<string | null>>();
      return left;
    });
    f.map_filter(map, (key, value) => {
      expectTypeOf(key).toEqualTypeOf<Column<string>>();
      expectTypeOf(value).toEqualTypeOf<Column<number>>();
      return value.gt(0);
    });
    f.transform("names", (element) => {
      expectTypeOf(element).toEqualTypeOf<Column>();
      return element;
    });
  });

  it("the result has the type that the lambda returns", () => {
    expectTypeOf(valueOf(f.transform(ints, (x) => x.isNull()))).toEqualTypeOf<boolean[]>();
    expectTypeOf(valueOf(f.transform("xs", (x) => x.isNull()))).toEqualTypeOf<boolean[] | null>();
    expectTypeOf(valueOf(f.transform_values(map, (key) => key))).toEqualTypeOf<
      Map<string, string>
    >();
    expectTypeOf(valueOf(f.aggregate(ints, int, (sum) => sum))).toEqualTypeOf<number | null>();
    expectTypeOf(
      valueOf(
        f.reduce(
          ints,
          int,
          (sum) => sum,
          (sum) => sum.isNull(),
        ),
      ),
    ).toEqualTypeOf<boolean>();
  });

  it("a lambda over columns of unknown type is accepted as before", () => {
    const plusOne = (x: Column): Column => x.plus(1);
    const finish: ((x: Column) => Column) | undefined = plusOne;
    expectTypeOf(valueOf(f.transform(ints, plusOne))).toEqualTypeOf<unknown[]>();
    expectTypeOf(valueOf(f.aggregate("xs", "zero", (sum) => sum, finish))).toEqualTypeOf<unknown>();
  });

  it("a lambda that returns a plain value is refused", () => {
    // @ts-expect-error -- Write lit(1): a lambda returns a Column.
    const plain = (): Column => f.transform(ints, (x) => 1 + Number(x));
    expectTypeOf(plain).returns.toEqualTypeOf<Column>();
  });
});

describe("explode", () => {
  it("makes the column col with the type of the elements", () => {
    expectTypeOf(valueOf(f.explode(ints))).toEqualTypeOf<number>();
    expectTypeOf(f.explode(ints)["~name"]).toEqualTypeOf<"col">();
    expectTypeOf(valueOf(f.explode_outer(ints))).toEqualTypeOf<number | null>();
  });

  it("makes columns of unknown type of a map", () => {
    expectTypeOf(f.explode(map)).toEqualTypeOf<Column>();
  });
});
