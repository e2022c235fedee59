// The types of Column's methods, and the messages of the compiler. The compiler is the test.
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { col } from "../../../src/functions/index.js";
import {
  BinaryType,
  BooleanType,
  DateType,
  DayTimeInterval,
  DecimalType,
  IntegerType,
  LongType,
  StringType,
  StructField,
  StructType,
  TimestampType,
  type CaseColumn,
  type Column,
  type DataFrame,
  type NamedColumn,
  type Timestamp,
} from "../../../src/index.js";
import {
  refused,
  typedFrames,
  type Coin,
  type Line,
  type Order,
  type Payload,
  type TypedFrames,
} from "../support/typed-frames.js";

let frames: TypedFrames;
let coins: DataFrame<Coin>;
let orders: DataFrame<Order>;
let coin: Column<string>;
let rank: Column<number | null>;
let id: Column<bigint>;
let total: Column<string | null>;
let at: Column<Timestamp>;
let paid: Column<boolean>;
let payload: Column<Payload | null>;
beforeAll(async () => {
  frames = await typedFrames();
  ({ coins, orders } = frames);
  coin = coins.col("coin");
  rank = coins.col("rank");
  id = orders.col("id");
  total = orders.col("total");
  at = orders.col("at");
  paid = orders.col("paid");
  payload = orders.col("payload");
});
afterAll(() => frames.stop());

describe("methods of Column", () => {
  it("compare: the result is null if a side can be null", () => {
    expectTypeOf(id.eq(1n)).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(id.neq(id)).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.gt(1)).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(id.geq(rank)).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(id.lt(null)).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(id.leq(col("x"))).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(id.between(1, 2n)).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(id.between(1, rank)).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(rank.eqNullSafe(null)).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.isNull()).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.isNotNull()).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.isNaN()).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.isin(1, 2)).toEqualTypeOf<Column<boolean | null>>();
  });

  it("combine conditions and match text", () => {
    expectTypeOf(paid.and(id.eq(1))).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(paid.or(rank.gt(1))).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(paid.not()).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(rank.gt(1).not()).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(coin.like("a%")).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(total.ilike("a%")).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(coin.rlike("a")).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(coin.contains("a")).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(coin.startswith(total)).toEqualTypeOf<Column<boolean | null>>();
    expectTypeOf(coin.endswith("a")).toEqualTypeOf<Column<boolean>>();
    expectTypeOf(coin.substr(1, 2)).toEqualTypeOf<Column<string>>();
    expectTypeOf(coin.substr(rank, 2)).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(coin.cast(BinaryType()).substr(1, 2)).toEqualTypeOf<Column<Uint8Array | null>>();
    refused(
      // @ts-expect-error -- a pattern is text
      () => coin.like(1),
      // @ts-expect-error -- positions are numbers
      () => coin.substr("1", 2),
    );
  });

  it("calculate with numbers, decimals, dates and intervals", () => {
    expectTypeOf(id.plus(1n)).toEqualTypeOf<Column<bigint>>();
    expectTypeOf(id.plus(1)).toEqualTypeOf<Column<bigint>>();
    expectTypeOf(id.plus(0.5)).toEqualTypeOf<Column<number | bigint>>();
    expectTypeOf(id.plus([1].length)).toEqualTypeOf<Column<number | bigint>>();
    expectTypeOf(rank.plus(1)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(rank.minus(rank)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(id.multiply(id)).toEqualTypeOf<Column<bigint>>();
    expectTypeOf(id.divide(2)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(id.mod(2n)).toEqualTypeOf<Column<bigint | null>>();
    expectTypeOf(id.pow(2)).toEqualTypeOf<Column<number>>();
    expectTypeOf(rank.negate()).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(id.bitwiseAND(1n)).toEqualTypeOf<Column<bigint>>();
    expectTypeOf(rank.bitwiseOR(1)).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(id.bitwiseXOR(rank)).toEqualTypeOf<Column<number | bigint | null>>();
    expectTypeOf(total.plus(total)).toEqualTypeOf<Column<string | number | null>>();
    expectTypeOf(at.plus(new DayTimeInterval(1n))).toEqualTypeOf<Column<Timestamp>>();
    expectTypeOf(col("x").plus(1)).toEqualTypeOf<Column>();
  });

  it("cast to a DataType, and null if the text may not fit", () => {
    expectTypeOf(rank.cast(StringType())).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(id.cast(StringType())).toEqualTypeOf<Column<string>>();
    expectTypeOf(coin.cast(IntegerType())).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(id.cast(LongType())).toEqualTypeOf<Column<bigint | null>>();
    expectTypeOf(coin.cast(DecimalType(10, 2))).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(coin.cast(DateType())).toEqualTypeOf<Column<string | null>>();
    expectTypeOf(coin.astype(TimestampType())).toEqualTypeOf<Column<Timestamp | null>>();
    expectTypeOf(coin.try_cast(BooleanType())).toEqualTypeOf<Column<boolean | null>>();
    const struct = new StructType([StructField("a", LongType(), false)]);
    expectTypeOf(coin.tryCast(struct)).toEqualTypeOf<Column<{ a: bigint } | null>>();
    // @ts-expect-error -- a type is DDL or a DataType
    refused(() => coin.cast(Number));
  });

  it("read fields, elements and values of maps", () => {
    expectTypeOf(payload.getField("id")).toEqualTypeOf<Column<bigint | null>>();
    expectTypeOf(payload.getField("deep").getField("x")).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(payload.getItem("lines")).toEqualTypeOf<Column<Line[] | null>>();
    expectTypeOf(payload.getField("lines").getItem(0)).toEqualTypeOf<Column<Line | null>>();
    expectTypeOf(payload.getField("lines").getField("sku")).toEqualTypeOf<
      Column<string[] | null>
    >();
    expectTypeOf(orders.col("labels").getItem("eu")).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(col("x").getItem("anything")).toEqualTypeOf<Column>();
  });

  it("add and drop fields of structs", () => {
    expectTypeOf(payload.withField("paid", paid)).toEqualTypeOf<
      Column<{ id: bigint; deep: { x: number } | null; lines: Line[]; paid: boolean } | null>
    >();
    expectTypeOf(payload.withField("id", coin)).toEqualTypeOf<
      Column<{ id: string; deep: { x: number } | null; lines: Line[] } | null>
    >();
    expectTypeOf(payload.withField("deep.x", coin)).toEqualTypeOf<Column>();
    expectTypeOf(payload.dropFields("deep", "lines")).toEqualTypeOf<
      Column<{ id: bigint } | null>
    >();
    expectTypeOf(payload.dropFields("deep.x")).toEqualTypeOf<Column>();
    // @ts-expect-error -- a plain value is not a Column; write lit(1)
    refused(() => payload.withField("one", 1));
  });

  it("name and sort columns", () => {
    expectTypeOf(rank.alias("r")).toEqualTypeOf<NamedColumn<number | null, "r">>();
    expectTypeOf(rank.name("r", { metadata: {} })).toEqualTypeOf<NamedColumn<number | null, "r">>();
    expectTypeOf(col("x").alias("a", "b")).toEqualTypeOf<Column>();
    expectTypeOf(rank.desc_nulls_last()).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(rank.outer()).toEqualTypeOf<Column<number | null>>();
    expectTypeOf(rank.transform((c) => c.isNull())).toEqualTypeOf<Column<boolean>>();
    // @ts-expect-error -- a name is text
    refused(() => rank.alias(1));
  });

  it("of when() have all values, and null until otherwise()", () => {
    type Open = CaseColumn<string>;
    expectTypeOf<Open>().toExtend<Column<string | null>>();
    const chain = (open: Open) => ({
      more: open.when(paid, "more"),
      all: open.when(paid, total).otherwise("none"),
      other: open.otherwise(coin),
      none: open.otherwise(null),
    });
    expectTypeOf(chain).returns.toEqualTypeOf<{
      more: CaseColumn<string>;
      all: Column<string | null>;
      other: Column<string>;
      none: Column<string | null>;
    }>();
    // @ts-expect-error -- a condition is a Column
    refused(() => coin.when(true, 1));
  });

  it("a Column of one type is a Column of a wider type, not of a narrower one", () => {
    const wide: readonly Column<string | null>[] = [coin, total];
    const any: readonly Column[] = [coin, rank, payload];
    // @ts-expect-error -- the rank can be null
    const narrow: Column<number> = rank;
    expect([wide.length, any.length, narrow]).toEqual([2, 3, rank]);
  });
});

describe("the compiler's message for a misspelt name", () => {
  const text = `
import type { DataFrame } from "./src/index.js";
declare const prices: DataFrame<{ coin: string | null; usd_price: number | null; payload: { id: bigint } }>;
prices.select("coiin");
prices.select((p) => p.coiin);
prices.orderBy("payload.idd");
prices.groupBy("coiin");
prices.withColumnRenamed("coiin", "x");
prices.dropDuplicates("coiin");
prices.fillna(0, "coiin");
prices.drop("coiin");
prices.withColumnsRenamed({ coiin: "x" });
`;

  it("lists the names that exist", () => {
    const messages = compiled(text);
    expect(messages).toHaveLength(9);
    for (const message of messages) expect(message).toMatch(/["']coin["']/u);
    expect(messages[0]).toContain('"coin" | "usd_price"');
    expect(messages[1]).toContain("Did you mean 'coin'?");
    expect(messages[2]).toContain('"payload.id"');
    expect(messages.at(-1)).toContain("Did you mean to write 'coin'?");
    // The compiler reads all source files.
  }, 120_000);
});

/** The compiler's errors for a text at the root of the repository. */
function compiled(text: string): string[] {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const file = `${root}misspelt.ts`;
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.json`,
    { noEmit: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic() {
        throw new Error("tsconfig.json cannot be read.");
      },
    },
  );
  const options = { ...config?.options, incremental: false };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, text, ts.ScriptTarget.Latest)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return program
    .getSemanticDiagnostics(source)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
