import {
  ArrayType,
  BooleanType,
  DecimalType,
  DoubleType,
  IntegerType,
  LongType,
  MapType,
  SparkSession,
  StringType,
  StructField,
  StructType,
  TimestampType,
  type DataFrame,
  type Timestamp,
} from "../../../src/index.js";
import { FakeSparkServer } from "./fake-spark-server.js";

const priceSchema = new StructType([
  StructField("coin", StringType()),
  StructField("usd_price", DoubleType()),
  StructField("ts_ingest", LongType()),
]);
export type Price = { coin: string | null; usd_price: number | null; ts_ingest: bigint | null };

const coinSchema = new StructType([
  StructField("coin", StringType(), false),
  StructField("name", StringType(), false),
  StructField("rank", IntegerType()),
]);
export type Coin = { coin: string; name: string; rank: number | null };

const lineSchema = new StructType([
  StructField("sku", StringType(), false),
  StructField("count", IntegerType(), false),
]);
const deepSchema = new StructType([StructField("x", IntegerType(), false)]);
const payloadSchema = new StructType([
  StructField("id", LongType(), false),
  StructField("deep", deepSchema),
  StructField("lines", ArrayType(lineSchema, false), false),
]);
const orderSchema = new StructType([
  StructField("id", LongType(), false),
  StructField("total", DecimalType(10, 2)),
  StructField("paid", BooleanType(), false),
  StructField("at", TimestampType(), false),
  StructField("payload", payloadSchema),
  StructField("labels", MapType(StringType(), IntegerType()), false),
  StructField("unit.price", DoubleType(), false),
]);
export type Line = { sku: string; count: number };
export type Payload = { id: bigint; deep: { x: number } | null; lines: Line[] };
export type Order = {
  id: bigint;
  total: string | null;
  paid: boolean;
  at: Timestamp;
  payload: Payload | null;
  labels: Map<string, number | null>;
  "unit.price": number;
};

/** DataFrames with row types that TypeScript knows, and one without. They are on a server that runs no query. */
export interface TypedFrames {
  readonly prices: DataFrame<Price>;
  readonly coins: DataFrame<Coin>;
  readonly orders: DataFrame<Order>;
  /** The rows are ObjectRow, as of `spark.sql()`. */
  readonly open: DataFrame;
  stop(): Promise<void>;
}

export async function typedFrames(): Promise<TypedFrames> {
  const server = await FakeSparkServer.start({
    analyzePlan: () => ({ result: { case: "sparkVersion", value: { version: "4.3.0" } } }),
    config: () => ({}),
  });
  const spark = await SparkSession.builder().remote(server.remote).create();
  return {
    prices: spark.createDataFrame([], priceSchema),
    coins: spark.createDataFrame([], coinSchema),
    orders: spark.createDataFrame([], orderSchema),
    open: spark.emptyDataFrame().untyped(),
    async stop(): Promise<void> {
      await spark.stop();
      server.stop();
    },
  };
}

/** Takes code that must not compile, each with `@ts-expect-error`. The code never runs. */
export function refused(...uses: readonly (() => unknown)[]): number {
  return uses.length;
}
