import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { encodeRows } from "../../../src/arrow/encode/row-encoder.js";
import type { Dataset } from "../../../src/dataframe/dataset.js";
import type { ExecutePlanResponseSchema } from "../../../src/gen/spark/connect/base_pb.js";
import {
  ArgumentError,
  DecodeError,
  LongType,
  StringType,
  StructField,
  StructType,
  type DataFrame,
  type StandardSchema,
  type StandardSchemaResult,
} from "../../../src/index.js";
import { wireType } from "../../../src/plan/wire-type.js";
import { FakeSparkServer } from "../support/fake-spark-server.js";
import { offlineContext, rangeOf } from "../support/offline-session.js";

type Answer = MessageInitShape<typeof ExecutePlanResponseSchema>;

const schema = new StructType([
  StructField("id", LongType(), false),
  StructField("name", StringType()),
]);

let server: FakeSparkServer | undefined;
afterEach(() => server?.stop());

/** A DataFrame. The fake server answers every query on it with these rows, in batches of two. */
async function frameOf(names: readonly (string | null)[]): Promise<DataFrame> {
  const rows = names.map((name, id) => ({ id: BigInt(id), name }));
  const batches: Answer[] = [];
  for (let at = 0; at < rows.length; at += 2) {
    const part = rows.slice(at, at + 2);
    const value = {
      rowCount: BigInt(part.length),
      data: encodeRows(part, schema),
      startOffset: BigInt(at),
    };
    batches.push({
      responseId: `batch-${at}`,
      responseType: { case: "arrowBatch", value },
    });
  }
  server = await FakeSparkServer.start({
    executePlan: () => [
      { responseId: "schema", schema: wireType(schema) },
      ...batches,
      { responseId: "end", responseType: { case: "resultComplete", value: {} } },
    ],
  });
  return rangeOf(offlineContext(server, "4.3.0"));
}

interface Named {
  readonly key: number;
  readonly name: string;
}

function check(value: unknown): StandardSchemaResult<Named> {
  const { id, name } = value as { id: bigint; name: unknown };
  if (typeof name === "string") return { value: { key: Number(id), name } };
  return {
    issues: [
      { message: "expected text", path: ["name"] },
      { message: "expected more", path: [{ key: "lines" }, 0, "price"] },
      { message: "expected another row" },
    ],
  };
}

function validator<T>(validate: StandardSchema<T>["~standard"]["validate"]): StandardSchema<T> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const named = validator(check);
const namedLater = validator(async (value) => {
  await new Promise((resolve) => setImmediate(resolve));
  return check(value);
});

const GOOD = ["Ada", "Bo", "Cy"];
const BAD = ["Ada", "Bo", "Cy", null, "Eve"];
const EXPECTED: readonly Named[] = GOOD.map((name, key) => ({ key, name }));

async function listOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const actions: readonly (readonly [string, (rows: Dataset<Named>) => Promise<unknown>])[] = [
  ["collect()", (rows) => rows.collect()],
  ["take()", (rows) => rows.take(5)],
  ["head()", (rows) => rows.head(5)],
  ["tail()", (rows) => rows.tail(5)],
  ["toLocalIterator()", (rows) => listOf(rows.toLocalIterator())],
];

describe.each([
  ["a synchronous", named],
  ["an asynchronous", namedLater],
] as const)("a Dataset with %s validator", (_kind, schemaOfRows) => {
  it.each(actions)("returns the validator's output: %s", async (_name, act) => {
    const rows = (await frameOf(GOOD)).as(schemaOfRows);
    expect(await act(rows)).toEqual(EXPECTED);
  });

  it.each(actions)(
    "rejects at the first invalid row and names its number, paths and issues: %s",
    async (_name, act) => {
      const rows = (await frameOf(BAD)).as(schemaOfRows);
      const error: unknown = await act(rows).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DecodeError);
      expect(error).toMatchObject({
        code: "ROW_INVALID",
        column: "name",
        message: expect.stringContaining(
          "Row 3 of the result does not match the schema given to as(): name: expected text; lines.0.price: expected more; expected another row.",
        ) as unknown,
        cause: [{ path: ["name"] }, {}, {}],
      });
    },
  );

  it("yields the rows before the first invalid row", async () => {
    const rows = (await frameOf(BAD)).as(schemaOfRows).toLocalIterator();
    const seen: Named[] = [];
    await expect(async () => {
      for await (const row of rows) seen.push(row);
    }).rejects.toMatchObject({ code: "ROW_INVALID" });
    expect(seen).toEqual(EXPECTED);
  });

  it("validates the rows of first() and head()", async () => {
    const good = (await frameOf(["Ada"])).as(schemaOfRows);
    expect([await good.first(), await good.head()]).toEqual([EXPECTED[0], EXPECTED[0]]);
    server?.stop();
    const bad = (await frameOf([null])).as(schemaOfRows);
    await expect(bad.first()).rejects.toMatchObject({ code: "ROW_INVALID" });
    await expect(bad.head()).rejects.toMatchObject({ code: "ROW_INVALID" });
  });

  it("returns undefined or an empty array for an empty result", async () => {
    const rows = (await frameOf([])).as(schemaOfRows);
    expect([await rows.first(), await rows.head(), await rows.collect()]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  it.each<readonly [string, (rows: Dataset<Named>) => Dataset<Named>]>([
    ["filter()", (rows) => rows.filter("id > 1")],
    ["where()", (rows) => rows.where("id > 1")],
    ["orderBy()", (rows) => rows.orderBy("id")],
    ["sort()", (rows) => rows.sort("id")],
    ["limit()", (rows) => rows.limit(5)],
    ["offset()", (rows) => rows.offset(0)],
    ["distinct()", (rows) => rows.distinct()],
  ])("still validates rows after %s", async (_name, change) => {
    const rows = (await frameOf(BAD)).as(schemaOfRows);
    await expect(change(rows).collect()).rejects.toMatchObject({ code: "ROW_INVALID" });
    expect(await change(rows).toDF().collect()).toHaveLength(BAD.length);
  });
});

describe("as()", () => {
  it("passes the validator values in the forms that the action's options select", async () => {
    const seen: unknown[] = [];
    const rows = (await frameOf(["Ada"])).as(
      validator((value) => {
        seen.push(value);
        return { value };
      }),
    );
    await rows.collect();
    await rows.collect({ int64: "number" });
    await rows.tail(1, { rowMode: "array", int64: "string" });
    expect(seen).toEqual([{ id: 0n, name: "Ada" }, { id: 0, name: "Ada" }, ["0", "Ada"]]);
  });

  it("lists five issues and counts the rest in the message, and keeps all as the cause", async () => {
    const issues = Array.from({ length: 7 }, (_, index) => ({ message: `issue ${index}` }));
    const rows = (await frameOf(["Ada"])).as(validator(() => ({ issues })));
    await expect(rows.collect()).rejects.toMatchObject({
      column: "*",
      message: expect.stringContaining("issue 4; and 2 more.") as unknown,
      cause: issues,
    });
  });

  it("treats a row with an empty list of issues as invalid", async () => {
    const rows = (await frameOf(["Ada"])).as(validator(() => ({ issues: [] })));
    await expect(rows.collect()).rejects.toMatchObject({ code: "ROW_INVALID", column: "*" });
  });

  it("rejects with the error that the validator throws", async () => {
    const failure = new Error("the validator is broken");
    const rows = (await frameOf(["Ada"])).as(
      validator(() => {
        throw failure;
      }),
    );
    await expect(rows.collect()).rejects.toBe(failure);
  });

  it("stops after the current row when the signal aborts an asynchronous validator", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    let calls = 0;
    const rows = (await frameOf(["Ada", "Bo"])).as(
      validator((value) => {
        calls += 1;
        abort.abort(reason);
        return Promise.resolve({ value });
      }),
    );
    await expect(rows.collect({ signal: abort.signal })).rejects.toBe(reason);
    expect(calls).toBe(1);
  });

  it("accepts schemas that are functions", async () => {
    const callable = Object.assign(() => undefined, named);
    expect(await (await frameOf(["Ada"])).as(callable).collect()).toEqual([EXPECTED[0]]);
  });

  it.each<readonly [string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a Spark schema", schema],
    ["a schema of another version", { "~standard": { version: 2, validate: check } }],
    ["a schema without a validate function", { "~standard": { version: 1 } }],
  ])("refuses %s before the first request", async (_name, wrong) => {
    const df = await frameOf([]);
    expect(() => df.as(wrong as never)).toThrow(ArgumentError);
    expect(server?.requests("executePlan")).toEqual([]);
  });

  it("types the rows by the validator's output", async () => {
    const df = await frameOf([]);
    expectTypeOf(df.as(named)).toEqualTypeOf<Dataset<Named>>();
    expectTypeOf(df.as(namedLater)).toEqualTypeOf<Dataset<Named>>();
    expectTypeOf(() => df.as(named).collect()).returns.resolves.toEqualTypeOf<Named[]>();
    expectTypeOf(() => df.as(named).first()).returns.resolves.toEqualTypeOf<Named | undefined>();
    expectTypeOf(df.as(named).toDF()).toEqualTypeOf<DataFrame>();
    const inPlace = df.as({
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (row) =>
          row === null ? { issues: [{ message: "expected a row" }] } : { value: { row: 1 } },
      },
    });
    expectTypeOf(inPlace).toEqualTypeOf<Dataset<{ row: number }>>();
    const read = <T>(given: StandardSchema<T>): Promise<T[]> => df.as(given).collect();
    expectTypeOf(() => read(named)).returns.resolves.toEqualTypeOf<Named[]>();
    // Libraries declare their schemas like this: separate input and output types, a union as result.
    interface Issue {
      readonly message: string;
      readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
    }
    type Result<O> =
      { readonly value: O; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
    interface Library<I, O> {
      readonly "~standard": {
        readonly version: 1;
        readonly vendor: string;
        readonly types?: { readonly input: I; readonly output: O } | undefined;
        readonly validate: (value: unknown) => Result<O> | Promise<Result<O>>;
      };
      readonly parse: (value: unknown) => O;
    }
    const library = { ...named, parse: () => ({}) } as unknown as Library<{ id: bigint }, Named>;
    expectTypeOf(df.as(library)).toEqualTypeOf<Dataset<Named>>();
  });
});
