import { describe, expectTypeOf, it } from "vitest";
import type { DataFrame, DataFrameReader, DataStreamReader } from "../../../src/index.js";
import { rest, type RestOptions } from "../../../src/sources/index.js";

declare const read: DataFrameReader;
declare const readStream: DataStreamReader;

const url = "https://api.example.com/items";

describe("a DataFrame of rest", () => {
  it("has the JSON text of each record by default", () => {
    const rows = () => read.format("rest").options(rest.options({ url })).load();
    expectTypeOf(rows).returns.toEqualTypeOf<DataFrame<{ output: string | null }>>();
    const stream = () => readStream.options(rest.options({ url })).format("rest").load();
    expectTypeOf(stream).returns.toEqualTypeOf<DataFrame<{ output: string | null }>>();
    // @ts-expect-error: the output is text
    const wrong = (): DataFrame<{ output: number }> => rows();
    expectTypeOf(wrong).toBeFunction();
  });

  it("has the fields of the schema in output or as columns", () => {
    const schema = "id bigint, total decimal(12,2) not null";
    type Item = { id: bigint | null; total: string | null };
    const struct = () =>
      read
        .format("rest")
        .options(rest.options({ url, outputType: "struct", schema }))
        .load();
    expectTypeOf(struct).returns.toEqualTypeOf<DataFrame<{ output: Item | null }>>();
    const columns = () =>
      readStream
        .format("rest")
        .options(rest.options({ url, outputType: "columns", schema }))
        .load();
    expectTypeOf(columns).returns.toEqualTypeOf<DataFrame<Item>>();
    const variant = () => read.options(rest.options({ url, outputType: "variant" })).load();
    expectTypeOf(variant).returns.toEqualTypeOf<DataFrame<{ output: unknown }>>();
  });

  it("has the columns that other options add", () => {
    const rows = () =>
      read
        .format("rest")
        .options(
          rest.options({
            url,
            inputData: [{ id: 1 }],
            includeInput: true,
            includeMetadata: true,
            onError: "deadLetter",
          }),
        )
        .load();
    expectTypeOf(rows).returns.toEqualTypeOf<
      DataFrame<{
        output: string | null;
        _input: string | null;
        _meta: {
          url: string | null;
          status: number | null;
          page: number | null;
          index: number | null;
        } | null;
        _error: {
          kind: string | null;
          message: string | null;
          status: number | null;
          raw: string | null;
        } | null;
      }>
    >();
    const byStatus = () =>
      read.options(rest.options({ url, onStatus: { 409: "deadLetter" } })).load();
    expectTypeOf(byStatus).returns.toExtend<
      DataFrame<{ output: string | null; _error: unknown }>
    >();
  });

  it("has ObjectRows if TypeScript does not know the options", () => {
    const options: RestOptions = { url };
    const schema: string = "id bigint";
    const readers = [
      () => read.format("rest").load(),
      () => read.options(rest.options(options)).load(),
      () => read.options(rest.options({ url, outputType: "columns", schema })).load(),
      () => read.options(rest.options({ url, outputType: "struct" })).load(),
      () => read.options(rest.options({ url })).option("outputType", "variant").load(),
      () => read.options(rest.options({ url })).options({ includeMetadata: true }).load(),
      () => read.options({ ...rest.options({ url }), outputType: "variant" }).load(),
    ] as const;
    for (const reader of readers) expectTypeOf(reader).returns.toEqualTypeOf<DataFrame>();
  });

  it("keeps its type with options that do not change the columns", () => {
    const rows = () =>
      read.options(rest.options({ url })).option("maxPages", 3).options({ maxRetries: 1 }).load();
    expectTypeOf(rows).returns.toEqualTypeOf<DataFrame<{ output: string | null }>>();
  });

  it("takes the schema of the reader", () => {
    const rows = () =>
      read
        .options(rest.options({ url, outputType: "struct" }))
        .schema("output struct<id: bigint>")
        .load();
    expectTypeOf(rows).returns.toEqualTypeOf<DataFrame<{ output: { id: bigint | null } | null }>>();
  });

  it("refuses options that rest does not have", () => {
    // @ts-expect-error: the option is outputType
    expectTypeOf(() => rest.options({ url, outputtype: "struct" })).toBeFunction();
    // @ts-expect-error: outputType has no such value
    expectTypeOf(() => rest.options({ url, outputType: "rows" })).toBeFunction();
  });
});

describe("the other options of readers", () => {
  it("give kafka other columns", () => {
    const rows = () => readStream.format("kafka").option("subscribe", "a").load();
    expectTypeOf(rows).returns.toExtend<
      DataFrame<{ key: Uint8Array | null; offset: bigint | null; partition: number | null }>
    >();
    const headers = () => readStream.format("kafka").option("includeHeaders", true).load();
    expectTypeOf(headers).returns.toEqualTypeOf<DataFrame>();
  });

  it("may be applied one by one in a loop", () => {
    const load = (options: Record<string, string>): DataFrame => {
      let reader: DataFrameReader = read.format("rest");
      for (const [name, value] of Object.entries(options)) reader = reader.option(name, value);
      let inferred = read;
      inferred = inferred.option("outputType", "struct");
      inferred = inferred.options(options);
      return [reader, inferred][0]?.load() ?? read.load();
    };
    expectTypeOf(load).toBeFunction();
  });
});
