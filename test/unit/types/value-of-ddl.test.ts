import { describe, expectTypeOf, it } from "vitest";
import type {
  CalendarInterval,
  DayTimeInterval,
  Geometry,
  ObjectRow,
  Timestamp,
  YearMonthInterval,
} from "../../../src/index.js";
import type { NullableRowOfDdl, RowOfDdl, ValueOfDdl } from "../../../src/types/value-of-ddl.js";

describe("ValueOfDdl", () => {
  it("reads types of one word in any case", () => {
    expectTypeOf<ValueOfDdl<"bigint">>().toEqualTypeOf<bigint>();
    expectTypeOf<ValueOfDdl<" Decimal ( 12 , 2 ) ">>().toEqualTypeOf<string>();
    expectTypeOf<ValueOfDdl<"DOUBLE">>().toEqualTypeOf<number>();
    expectTypeOf<ValueOfDdl<"void">>().toEqualTypeOf<null>();
    expectTypeOf<ValueOfDdl<"varchar(10)">>().toEqualTypeOf<string>();
    expectTypeOf<ValueOfDdl<"geometry(ANY)">>().toEqualTypeOf<Geometry>();
    expectTypeOf<ValueOfDdl<"variant">>().toBeUnknown();
  });

  it("reads types of several words", () => {
    expectTypeOf<ValueOfDdl<"timestamp">>().toEqualTypeOf<Timestamp>();
    expectTypeOf<ValueOfDdl<"timestamp(9) with local time zone">>().toEqualTypeOf<Timestamp>();
    expectTypeOf<ValueOfDdl<"timestamp without time zone">>().toEqualTypeOf<string>();
    expectTypeOf<ValueOfDdl<"time(3) without time zone">>().toEqualTypeOf<string>();
    expectTypeOf<ValueOfDdl<"string collate UNICODE_CI">>().toEqualTypeOf<string>();
    expectTypeOf<ValueOfDdl<"interval">>().toEqualTypeOf<CalendarInterval>();
    expectTypeOf<ValueOfDdl<"INTERVAL YEAR TO MONTH">>().toEqualTypeOf<YearMonthInterval>();
    expectTypeOf<ValueOfDdl<"interval day to second">>().toEqualTypeOf<DayTimeInterval>();
  });

  it("reads nested types", () => {
    expectTypeOf<ValueOfDdl<"array<int>">>().toEqualTypeOf<(number | null)[]>();
    expectTypeOf<
      ValueOfDdl<"map<string, array<struct<a: int, b: string not null>>>">
    >().toEqualTypeOf<Map<string, ({ a: number | null; b: string } | null)[] | null>>();
  });

  it("reads a column list as a struct", () => {
    expectTypeOf<ValueOfDdl<"a int, b string not null">>().toEqualTypeOf<{
      a: number | null;
      b: string;
    }>();
    expectTypeOf<ValueOfDdl<"date int">>().toEqualTypeOf<{ date: number | null }>();
  });

  it("is unknown for a text that TypeScript cannot read", () => {
    expectTypeOf<ValueOfDdl<string>>().toBeUnknown();
    expectTypeOf<ValueOfDdl<`decimal(${number},2)`>>().toBeUnknown();
    expectTypeOf<ValueOfDdl<"money">>().toBeUnknown();
    expectTypeOf<ValueOfDdl<"array<int">>().toBeUnknown();
    expectTypeOf<ValueOfDdl<"array">>().toBeUnknown();
    expectTypeOf<ValueOfDdl<"int /* key */">>().toBeUnknown();
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- Any text, as from untyped code.
    expectTypeOf<ValueOfDdl<any>>().toBeUnknown();
  });

  it("is the union of the types of several texts", () => {
    expectTypeOf<ValueOfDdl<"int" | "string">>().toEqualTypeOf<number | string>();
  });
});

describe("RowOfDdl", () => {
  it("has null for the columns that allow it", () => {
    expectTypeOf<
      RowOfDdl<"id BIGINT NOT NULL, tags ARRAY<STRING> COMMENT 'free, or \"none\"'">
    >().toEqualTypeOf<{ id: bigint; tags: (string | null)[] | null }>();
    expectTypeOf<RowOfDdl<"struct<lat: double, lon double not null>">>().toEqualTypeOf<{
      lat: number | null;
      lon: number;
    }>();
  });

  it("reads texts of several lines, quoted names and comments of columns", () => {
    expectTypeOf<
      RowOfDdl<`
        id\tbigint not null comment 'it''s the ''key'', <unique>' "and more",
        \`unit price\`: decimal(12, 2),
        struct struct< lat : double , lon double >
        not null
      `>
    >().toEqualTypeOf<{
      id: bigint;
      "unit price": string | null;
      struct: { lat: number | null; lon: number | null };
    }>();
  });

  it("has null everywhere for readers, except in the keys of maps", () => {
    expectTypeOf<
      NullableRowOfDdl<"id BIGINT NOT NULL, m map<string, struct<a: int not null>> not null">
    >().toEqualTypeOf<{
      id: bigint | null;
      m: Map<string, { a: number | null } | null> | null;
    }>();
  });

  it("is ObjectRow for a text that TypeScript cannot read", () => {
    expectTypeOf<RowOfDdl<string>>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"id bigint default 1, b int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"id bigint -- the key\n, b int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"id--c\n bigint">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"a int comment 'it\\'s', b int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"a int comment r'\\', b int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"`a``b` int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"a int,">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<"int">>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<RowOfDdl<'{"type":"struct","fields":[]}'>>().toEqualTypeOf<ObjectRow>();
    expectTypeOf<NullableRowOfDdl<"a money">>().toEqualTypeOf<ObjectRow>();
  });
});
