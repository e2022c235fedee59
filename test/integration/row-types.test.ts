import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  SparkError,
  StructType,
  registerTable,
  type DataFrame,
  type NullableRowOfDdl,
  type RowOfDdl,
  type SparkSession,
} from "../../src/index.js";
import { coingecko, rest, weather } from "../../src/sources/index.js";
import { connect, uniqueName } from "./support.js";

describe("the types of rows on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect(coingecko, rest, weather);
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function ddlOf(df: DataFrame): Promise<string> {
    return (await df.schema()).toDDL();
  }

  it("are those of the server for the data sources that TypeScript knows", async () => {
    const prices = spark.readStream.format("coingecko").load();
    const priceDdl = "coin STRING,usd_price DOUBLE,ts_ingest BIGINT";
    expectTypeOf(prices).toEqualTypeOf<DataFrame<RowOfDdl<typeof priceDdl>>>();
    expect(await ddlOf(prices)).toBe(priceDdl);

    const stations = [{ id: "oslo", lat: 59.9, lon: 10.7 }];
    const conditions = spark.read.format("weather").options(weather.options({ stations })).load();
    const weatherDdl =
      "station STRING,temperature_2m DOUBLE,relative_humidity_2m DOUBLE,ts_ingest BIGINT";
    expectTypeOf(conditions).toEqualTypeOf<DataFrame<RowOfDdl<typeof weatherDdl>>>();
    expect(await ddlOf(conditions)).toBe(weatherDdl);

    const ticks = spark.readStream.format("rate").load();
    const rateDdl = "timestamp TIMESTAMP,value BIGINT";
    expectTypeOf(ticks).toEqualTypeOf<DataFrame<RowOfDdl<typeof rateDdl>>>();
    expect(await ddlOf(ticks)).toBe(rateDdl);
  });

  it("are those of the server for rest with a schema", async () => {
    const url = "https://api.example.com/items";
    const items = spark.read.format("rest").options(
      rest.options({
        url,
        outputType: "struct",
        schema: "id bigint, total decimal(12,2)",
        includeMetadata: true,
        onError: "deadLetter",
      }),
    );
    const ddl =
      "output STRUCT<id: BIGINT, total: DECIMAL(12,2)>," +
      "_meta STRUCT<url: STRING, status: INT, page: INT, index: INT>," +
      "_error STRUCT<kind: STRING, message: STRING, status: INT, raw: STRING>";
    expectTypeOf(items.load()).toEqualTypeOf<
      DataFrame<
        RowOfDdl<"output STRUCT<id: BIGINT, total: DECIMAL(12,2)>, _meta STRUCT<url: STRING, status: INT, page: INT, index: INT>, _error STRUCT<kind: STRING, message: STRING, status: INT, raw: STRING>">
      >
    >();
    expect(await ddlOf(items.load())).toBe(ddl);
    const columns = spark.read
      .format("rest")
      .options(rest.options({ url, outputType: "columns", schema: "id bigint not null" }))
      .load();
    expectTypeOf(columns).toEqualTypeOf<DataFrame<NullableRowOfDdl<"id BIGINT">>>();
    expect((await columns.schema()).fieldNames).toEqual(["id"]);
  });

  it("are those of the server for local rows without a schema", async () => {
    const df = spark.createDataFrame([
      { id: 1n, at: new Date(0), tags: ["a"], place: { lat: 1.5, city: "b" }, ok: true },
    ]);
    const ddl =
      "id BIGINT,at TIMESTAMP,tags ARRAY<STRING>,place STRUCT<lat: DOUBLE, city: STRING>,ok BOOLEAN";
    type Row = RowOfDdl<typeof ddl>;
    expectTypeOf<Omit<Row, "place">>().toEqualTypeOf<
      Omit<typeof df extends DataFrame<infer R> ? R : never, "place">
    >();
    // A number may be a DOUBLE or a BIGINT.
    expectTypeOf<Row>().toExtend<typeof df extends DataFrame<infer R> ? R : never>();
    expect(await ddlOf(df)).toBe(ddl);
    expect(await ddlOf(spark.range(1))).toBe("id BIGINT NOT NULL");
  });

  it("are checked by table() with `verify`, and the error has the diff of the columns", async () => {
    const view = uniqueName("orders");
    const rows = await spark.sql("SELECT 1L AS id, 'a' AS total, 2 AS extra");
    await rows.createOrReplaceTempView(view);
    const right = "id BIGINT NOT NULL, extra INT NOT NULL, total STRING NOT NULL";
    const df = await spark.table(view, { verify: right });
    expect((await df.collect())[0]?.id).toBe(1n);

    registerTable(view, "id INT NOT NULL, total STRING NOT NULL, note STRING");
    const drifted = spark.table(view, { verify: true });
    await expect(drifted).rejects.toThrow(SparkError);
    await expect(drifted).rejects.toMatchObject({
      code: "SCHEMA_CHANGED",
      message: [
        `Table ${view} does not have the expected columns (- expected, + in the table, ~ changed):`,
        "  ~ id int not null → bigint not null",
        "  - note string",
        "  + extra int not null",
        "Update the program and the expected schema, for example with npx sparktide types.",
      ].join("\n"),
    });
    await expect(
      spark.table(view, {
        verify: StructType.fromDDL(right).add("more", StructType.fromDDL("a int")),
      }),
    ).rejects.toThrow("- more struct<a:int>");
  });

  it("cannot be verified by table() without an expected schema", async () => {
    const view = uniqueName("unregistered");
    await expect(spark.table(view, { verify: true })).rejects.toThrow(
      `No schema is registered for table ${view}.`,
    );
    await expect(spark.table(view, { verify: false as unknown as true })).rejects.toThrow(
      "verify must be true, a StructType or DDL, got false.",
    );
    await expect(spark.table(view, { verify: "id bigints" })).rejects.toThrow("bigints");
    await expect(spark.table(view, { verify: "id bigint" })).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    });
  });
});
