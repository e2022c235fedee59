import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { col, lit, sum } from "../../../src/functions/index.js";
import { DataFrame, SparkSession, Window, type Column } from "../../../src/index.js";
import { Timestamp } from "../../../src/types/timestamp.js";
import { LongType, StringType, StructType } from "../../../src/index.js";
import { wireType } from "../../../src/plan/wire-type.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

const schema = new StructType().add("id", LongType()).add("name", StringType());

let server: FakeSparkServer | undefined;
afterEach(() => server?.stop());

async function frame(): Promise<DataFrame> {
  server = await FakeSparkServer.start({
    analyzePlan: () => ({ result: { case: "schema", value: { schema: wireType(schema) } } }),
    executePlan: () => [
      { responseId: "schema", schema: wireType(schema) },
      { responseId: "end", responseType: { case: "resultComplete", value: {} } },
    ],
  });
  return rangeOf(offlineContext(server, "4.3.0"));
}

describe("printing", () => {
  it("a DataFrame shows its columns once an answer of the server had them", async () => {
    const known = "DataFrame[id: bigint, name: string]";
    const df = await frame();
    expect([String(df), inspect(df), df.toString()]).toEqual(Array(3).fill("DataFrame[…]"));
    await df.columns();
    expect([String(df), inspect({ df }), inspect([df])]).toEqual([
      known,
      `{ df: ${known} }`,
      `[ ${known} ]`,
    ]);
    const other = df.filter("id > 1");
    expect(String(other)).toBe("DataFrame[…]");
    await other.collect();
    expect(String(other)).toBe(known);
    expect(inspect(df.rollup("id"))).toBe(
      "GroupedData[grouping expressions: [id], value: [id: bigint, name: string], type: RollUp]",
    );
    expect(inspect(DataFrame.prototype)).toContain("DataFrame");
  });

  it("a Column and a window show their expression", () => {
    const window = Window.partitionBy("b").orderBy("c");
    expect(inspect([col("a").gt(1), sum("a").over(window)])).toBe(
      "[\n  Column<'(a > 1)'>,\n  Column<'WindowExpression(sum(a), (WindowSpec(PartitionBy(b), OrderBy(c ASC NULLS FIRST))))'>\n]",
    );
    expect(inspect(window)).toBe("WindowSpec(PartitionBy(b), OrderBy(c ASC NULLS FIRST))");
    expect(String(window.rowsBetween(Window.unboundedPreceding, 0))).toContain(
      "WindowFrame(ROW_FRAME, unbounded, 0)",
    );
    expect(String(lit(Timestamp.parse("1969-12-31T23:59:59.5Z")))).toBe(
      "Column<'1969-12-31 23:59:59.500000'>",
    );
    expect(String(lit("2024-05-01").cast("date"))).toBe("Column<'CAST(2024-05-01 AS DATE)'>");
  });

  it("a Column that is too deep to print shows that it is cut", () => {
    let chain: Column = col("a");
    for (let at = 0; at < 20_000; at++) chain = chain.plus(1);
    expect(String(chain)).toBe("Column<'…'>");
  });

  it("nothing prints the internals of a session, which hold the token", async () => {
    server = await FakeSparkServer.start({});
    const context = offlineContext(server, "4.3.0");
    const session = Object.create(SparkSession.prototype) as SparkSession;
    expect(inspect(session)).toBe("[SparkSession]");
    // A DataFrame refers to the connection, with its token, but does not print it.
    expect(inspect(rangeOf(context), { depth: Infinity, showHidden: true })).toBe("DataFrame[…]");
  });
});
