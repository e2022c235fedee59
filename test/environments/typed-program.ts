/** What the tests with several versions of TypeScript share. */
/**
 * Dependencies whose own declarations need TypeScript 5.7: they give type arguments to Uint8Array and similar types, which
 * TS2315 reports. With an older TypeScript, only `skipLibCheck: true` hides these errors.
 */
export const NEWER_DEPENDENCIES: RegExp =
  /^node_modules\/(@bufbuild\/protobuf|flatbuffers)\/\S+: error TS2315: Type '\w+Array' is not generic\.$/;

/** Whether a version needs the exception above. */
export function isBefore57(version: string): boolean {
  return /^5\.[456]\./.test(version);
}

/**
 * A program with typed DataFrames, for a compiler. It does not import sparktide/testing, which needs an optional package.
 */
export const TYPED_PROGRAM = `
import { LongType, SparkSession, StructField, StructType, type Column, type DataFrame, type RowOfSchema, type Tables, type Timestamp } from "sparktide";
import { col, count, max, sum, to_date, upper } from "sparktide/functions";
import { LocalSpark } from "sparktide/local";
import { weather } from "sparktide/sources";

declare module "sparktide" {
  interface Tables {
    "sales.orders": {
      id: bigint; customer_id: bigint; status: string | null; total: number | null; discount: number | null;
      placed_at: Timestamp | null; payload: { sku: string; price: number | null } | null;
    };
  }
}
type Customer = { customer_id: bigint; name: string; region: string | null };
type RowOf<Frame> = Frame extends DataFrame<infer Row> ? Row : never;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_same: Same<A, B>): void {}

declare const session: SparkSession;
const orders = session.table("sales.orders");
same<RowOf<typeof orders>, Tables["sales.orders"]>(true);
declare const customers: DataFrame<Customer>;

const net = orders
  .filter((o) => o.total.gt(100).and(o.status.eq("paid")))
  .withColumn("net", (o) => o.total.minus(o.discount))
  .withColumns((o) => ({ day: to_date(o.placed_at), state: upper(o.status) }))
  .drop("payload", "day", "state")
  .withColumnRenamed("status", "old")
  .select("id", "old", "net")
  .orderBy("net", { ascending: false });
same<RowOf<typeof net>, { id: bigint; old: string | null; net: number | null }>(true);

const joined = orders.join(customers, "customer_id", "left").select("id", "name", "payload.sku");
same<RowOf<typeof joined>, { id: bigint; name: string | null; sku: string | null }>(true);

const sides = orders
  .join(customers, (o, c) => o.customer_id.eq(c.customer_id), "full")
  .select((o, c) => ({ left: o.customer_id, right: c.customer_id, name: c.name }));
same<RowOf<typeof sides>["name"], string | null>(true);

const grouped = orders.groupBy("status").pivot("customer_id", ["a", "b"]).agg((o) => ({ n: count("*"), high: max(o.total) }));
same<keyof RowOf<typeof grouped>, "status" | "a_n" | "b_n" | "a_high" | "b_high">(true);
const counted = orders.groupBy((o) => [o.customer_id, to_date(o.placed_at).alias("day")]).count();
same<RowOf<typeof counted>["count"], bigint>(true);

const named: Column<string | null> = orders.col("payload.sku");
const untyped: DataFrame = orders;
untyped.select("anything", col("else"), sum("total")).filter("total > 1");

// @ts-expect-error: the name is misspelt
orders.select("totl");
// @ts-expect-error: the name is misspelt
orders.filter((o) => o.totl.gt(1));
// @ts-expect-error: the right side has no such column
orders.join(customers, "total");

export async function main(): Promise<void> {
  await using spark = await SparkSession.builder().local().dataSources(weather).create();
  const schema = new StructType([StructField("id", LongType(), false)]);
  const rows: RowOfSchema<typeof schema>[] = await (await spark.sql("SELECT 1 AS id")).to(schema).collect();
  for await (const row of joined.toLocalIterator()) same<typeof row, RowOf<typeof joined>>(true);
  orders.writeStream.foreachBatch(async (batch) => {
    await batch.filter((o) => o.total.gt(1)).count();
  });
  await using local = await LocalSpark.start();
  // @ts-expect-error: the imports have their own types, not any
  const wrong: number = [rows, local, named] as const;
}
`;

/** The options of all compilations. */
export const COMPILE: readonly string[] = [
  ...["--noEmit", "--strict", "--target", "es2022", "--types", "node"],
  ...["--lib", "es2022,esnext.disposable", "--pretty", "false"],
];
