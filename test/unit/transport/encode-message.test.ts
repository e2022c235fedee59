import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { InterruptRequest_InterruptType as InterruptType } from "../../../src/gen/spark/connect/base_pb.js";
import { col, expr, lit } from "../../../src/functions/index.js";
import { StringType, StructField, StructType, type Column } from "../../../src/index.js";
import type { DataFrame } from "../../../src/dataframe/dataframe.js";
import type { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

const HALF = "a\ud83d";

describe("a text with half of a surrogate pair", () => {
  let calls = 0;
  let server: FakeSparkServer;
  let client: SparkConnectClient;
  let df: DataFrame;
  beforeEach(async () => {
    calls = 0;
    const counted = (): never => {
      calls += 1;
      throw new Error("not to be called");
    };
    server = await FakeSparkServer.start({
      config: (request) => {
        if (request.operation?.opType.case !== "getOption") calls += 1;
        return {};
      },
      analyzePlan: counted,
      executePlan: counted,
      interrupt: counted,
      addArtifacts: counted,
    });
    client = server.client();
    df = rangeOf(offlineContext(server, "4.2.1"));
  });
  afterEach(async () => {
    server.stop();
    await client.close();
  });

  async function refusal(action: () => Promise<unknown>): Promise<string> {
    const error: unknown = await action().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ArgumentError);
    expect(calls).toBe(0);
    return (error as Error).message;
  }

  it.each<[string, (df: DataFrame) => DataFrame, RegExp]>([
    ["lit", (of) => of.filter(col("id").eq(lit(HALF))), /literal\.string of the request/],
    ["isin", (of) => of.filter(col("id").isin(["x", HALF])), /literal\.string/],
    ["a map literal's key", (of) => of.select(lit(new Map([[HALF, 1]]))), /literal\.string/],
    ["fillna", (of) => of.na.fill(HALF), /values\[0\]\.string/],
    ["replace", (of) => of.na.replace("x", HALF), /newValue\.string/],
    ["SQL text", (of) => of.select(expr(`'${HALF}'`)), /expressionString\.expression/],
    ["a column's name", (of) => of.select(col(HALF)), /unparsedIdentifier/],
    ["an alias", (of) => of.select(col("id").alias(HALF)), /alias\.name\[0\]/],
    ["a hint", (of) => of.hint(HALF), /hint\.name/],
    ["a type", (of) => of.select(col("id").cast(HALF)), /cast\.typeStr/],
  ])("is refused in %s, with its place in the request", async (_, make, place) => {
    const made = make(df);
    expect(await refusal(() => made.collect())).toMatch(place);
    expect(await refusal(() => made.schema())).toMatch(place);
  });

  it("is refused in the configuration, in tags, views and artifacts", async () => {
    const set = (): Promise<unknown> =>
      client.config({ case: "set", value: { pairs: [{ key: "k", value: HALF }] } });
    expect(await refusal(set)).toMatch(/pairs\[0\]\.value/);
    const interrupt = {
      interruptType: InterruptType.TAG,
      interrupt: { case: "operationTag", value: HALF },
    } as const;
    expect(await refusal(() => client.interrupt(interrupt))).toMatch(/operationTag/);
    expect(await refusal(() => df.createOrReplaceTempView(HALF))).toMatch(/name of the request/);
    const send = (): Promise<unknown> =>
      client.addArtifacts(() => [
        {
          case: "batch",
          value: { artifacts: [{ name: HALF, data: { data: new Uint8Array(1), crc: 0n } }] },
        },
      ]);
    expect(await refusal(send)).toMatch(/artifacts\[0\]\.name/);
  });

  it("is refused in JSON, because an answer of the server cannot contain it", () => {
    const named = new StructType([StructField(HALF, StringType())]);
    expect(() => named.json()).toThrow(ArgumentError);
    const column: Column = col("id");
    expect(() => column.alias("x", { metadata: { comment: HALF } })).toThrow(ArgumentError);
    expect(() => df.withMetadata("id", { [HALF]: 1 })).toThrow(ArgumentError);
  });

  it("is distinguished from complete pairs, which are accepted in any text", async () => {
    await expect(
      client.config({ case: "set", value: { pairs: [{ key: "k", value: "😀" }] } }),
    ).resolves.toBeDefined();
  });
});
