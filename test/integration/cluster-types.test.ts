import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataSource, udf } from "../../src/cluster/index.js";
import {
  DayTimeInterval,
  StructType,
  Timestamp,
  type DataFrame,
  type DataType,
  type SparkSession,
} from "../../src/index.js";
import { connect, isSparkAtLeast } from "./support.js";
import { COLUMNS, H, hasRelease, type GeneratedColumn } from "./types/generated-columns.js";

const MORE: readonly GeneratedColumn[] = [
  { type: "void", generated: "null", extremes: [] },
  { type: "char(3)", generated: "hex(id % 4096)", extremes: ["''", "'é'"] },
  { type: "varchar(16)", generated: `hex(${H})`, extremes: ["''"] },
  { type: "string collate UTF8_LCASE", generated: `hex(${H})`, extremes: ["'Ä'"] },
  {
    type: "date",
    generated: "date_from_unix_date(hash(id, 8) DIV 3)",
    extremes: ["date_from_unix_date(-2147483648)", "date_from_unix_date(2147483647)"],
  },
  {
    type: "timestamp",
    generated: `timestamp_micros(${H})`,
    extremes: ["timestamp_micros(-9223372036854775808)", "timestamp_micros(9223372036854775807)"],
  },
  { type: "decimal(38,0)", generated: H, extremes: [`-${"9".repeat(38)}BD`] },
  {
    type: "array<float>",
    generated: `array(cast(${H} as float), float('NaN'), null, float(-0.0D))`,
    extremes: ["array()"],
  },
  {
    type: "map<string,map<string,array<binary>>>",
    generated: `map(hex(${H}), map('é', array(unhex(hex(${H})), null), 'n', null), 'n', null)`,
    extremes: ["map()", "map('a', map('b', array()))"],
  },
  { type: "struct<`2`:int,`1`:string>", generated: `struct(hash(id), hex(${H}))`, extremes: [] },
  {
    // What a variant loses in JavaScript is left out: 1.0 becomes the integer 1, and a variant null becomes NULL.
    type: "variant",
    generated: `parse_json(concat('{"a":', ${H}, ',"b":[0.5,null,true,"é😀"],"c":{}}'))`,
    extremes: ["parse_json('{}')", "parse_json('[]')", "parse_json('\"\"')"],
  },
  {
    type: "array<struct<v:variant>>",
    generated: "array(struct(parse_json(string(id))), null, struct(null))",
    extremes: [],
  },
];

/** What Spark's workers cannot return. */
const WITHOUT_RESULT = /^interval( year.*)?$/;
const TYPES = [...COLUMNS, ...MORE].filter(({ type }) => !WITHOUT_RESULT.test(type));
const ROWS = 2_000;
const COMPARED_TEXTS = 300;

/** One column of each type: a null in every eleventh row, and the special values in the first rows. */
function tableOf(columns: readonly GeneratedColumn[]): string {
  const values = columns.map(({ type, generated, extremes }, at) => {
    const cases = extremes.map((sql, row) => `WHEN ${row} THEN CAST(${sql} AS ${type})`);
    const rest = `CAST(IF(id % 11 = 10, NULL, ${generated}) AS ${type})`;
    return `CASE id ${cases.join(" ")} ELSE ${rest} END AS c${at}`.replace(
      "CASE id  ELSE",
      "CASE id WHEN -1 THEN NULL ELSE",
    );
  });
  return `SELECT id, ${values.join(", ")} FROM range(0, ${ROWS}, 1, 2)`;
}

/** SQL of a value in a form that Spark can compare. */
function comparable(type: string, value: string): string {
  if (type.startsWith("map")) return `CAST(${value} AS STRING)`;
  if (type.startsWith("geo")) return `struct(st_asbinary(${value}), st_srid(${value}))`;
  return type.includes("variant") ? `to_json(struct(${value} AS v))` : value;
}

/** The text of a value, for the same comparison on the client and in a worker. */
function textOf(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Map) return `Map${textOf([...value])}`;
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  // The worker does not know the fields of an interval.
  if ("micros" in value) return `micros ${String(value.micros)}`;
  if ("epochMicros" in value) return `epoch ${String(value.epochMicros)}`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}:${textOf(item)}`)
    .join()}}`;
}

describe("values of every type in TypeScript on the cluster", () => {
  const columns = TYPES.filter(hasRelease);
  let spark: SparkSession;
  let table: DataFrame;
  let dataTypes: readonly DataType[];
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.session.timeZone", "America/St_Johns");
    if (isSparkAtLeast(4, 1)) await spark.conf.set("spark.sql.timeType.enabled", true);
    table = await spark.sql(tableOf(columns));
    dataTypes = (await table.schema()).fields.slice(1).map(({ dataType }) => dataType);
    await table.createOrReplaceTempView("input");
  });
  afterAll(async () => {
    await spark.stop();
  });

  /** The types with the number of rows in which two columns differ. */
  async function differences(from: string, other: (at: number) => string): Promise<unknown> {
    const counts = columns.map(({ type }, at) => {
      const [a, b] = [`c${at}`, other(at)].map((column) => comparable(type, column));
      return `count_if(NOT (${a} <=> ${b})) AS d${at}`;
    });
    const df = await spark.sql(`SELECT count(*), ${counts.join(", ")} FROM ${from}`);
    const [row = []] = await df.collect({ rowMode: "array" });
    const [count, ...differing] = row;
    expect(count).toBe(BigInt(ROWS));
    return Object.fromEntries(
      columns.map(({ type }, at) => [type, differing[at]]).filter(([, n]) => n !== 0n),
    );
  }

  it("come back from a function as they were, and arrive as collect() returns them", async ({
    skip,
  }) => {
    if (!isSparkAtLeast(4, 1)) skip("Spark 4.1 has functions of columns over Arrow");
    const same = columns.map((_, at) =>
      udf((value: unknown) => value, dataTypes[at] ?? "void", { name: `same_${at}` })(
        `c${at}`,
      ).alias(`r${at}`),
    );
    await table.select("*", ...same).createOrReplaceTempView("returned");
    expect(await differences("returned", (at) => `r${at}`)).toEqual({});

    const text = udf(textOf, "string");
    const few = table.limit(COMPARED_TEXTS);
    const values = await few.collect({ rowMode: "array" });
    const texts = await few
      .select(...columns.map((_, at) => text(`c${at}`).alias(`t${at}`)))
      .collect({ rowMode: "array" });
    for (const [row, arrived] of texts.entries())
      expect(arrived, `row ${row}`).toEqual((values[row] as unknown[]).slice(1).map(textOf));
  }, 120_000);

  it("pass through mapRows()", async () => {
    const schema = new StructType((await table.schema()).fields);
    await table
      .mapRows(async function* (rows) {
        for await (const row of rows) yield row;
      }, schema)
      .withColumnsRenamed(Object.fromEntries(columns.map((_, at) => [`c${at}`, `r${at}`])))
      .createOrReplaceTempView("mapped");
    expect(await differences("input JOIN mapped USING (id)", (at) => `r${at}`)).toEqual({});
  }, 120_000);

  it("of a data source are the rows of createDataFrame()", async () => {
    const ddl = `flag BOOLEAN, tiny TINYINT, small SMALLINT, int INT, big BIGINT, single FLOAT, real DOUBLE,
      exact DECIMAL(38, 18), text STRING, bytes BINARY, day DATE, moment TIMESTAMP,
      local TIMESTAMP_NTZ, span INTERVAL DAY TO SECOND, days INTERVAL DAY, list ARRAY<ARRAY<BIGINT>>,
      map MAP<STRING, MAP<INT, DATE>>, nested STRUCT<a: INT, b: STRUCT<c: ARRAY<STRING>>>, any VARIANT`;
    const read = (): unknown[] => [
      {
        flag: true,
        tiny: -128,
        small: 32_767,
        int: -2_147_483_648,
        big: -9_223_372_036_854_775_808n,
        single: NaN,
        real: -0,
        exact: "-99999999999999999999.999999999999999999",
        text: "é😀\u0000",
        bytes: new Uint8Array([0, 255]),
        day: "0001-01-01",
        moment: Timestamp.parse("9999-12-31T23:59:59.999999Z"),
        local: "1582-10-10T00:00:00",
        span: new DayTimeInterval(-1n),
        days: new DayTimeInterval(86_400_000_000n),
        list: [[1n, null], [], null],
        map: new Map([["a", new Map([[1, "2024-02-29"]])]]),
        nested: { a: null, b: { c: ["x", null] } },
        any: { a: [1, 0.5, null] },
      },
      {},
    ];
    class EveryType extends DataSource {
      override schema(): string {
        return ddl;
      }
      override read(): Iterable<never> {
        return read() as never;
      }
    }
    await spark.dataSource.register(EveryType);
    const rows = await spark.read.format("EveryType").load().collect();
    expect(rows).toEqual(await spark.createDataFrame(read() as never, ddl).collect());
    expect(rows).toHaveLength(2);
  }, 60_000);

  it("that Spark's workers cannot return or receive are refused", async () => {
    const none = (): never[] => [];
    const years = spark.range(1).mapRows(none, "y ARRAY<INTERVAL YEAR>");
    await expect(years.collect()).rejects.toThrow("none cannot return INTERVAL YEAR");
    const months = await spark.sql("SELECT make_ym_interval(1, 2) AS months");
    await expect(months.mapRows(none, "n INT").collect()).rejects.toThrow(
      "none cannot receive the column months",
    );
  });

  it("with nanoseconds arrive as they are", async ({ skip }) => {
    if (!isSparkAtLeast(4, 3)) skip("Spark 4.3 has nanoseconds");
    await spark.conf.set("spark.sql.timestampNanosTypes.enabled", true);
    const text = "2024-05-06 07:08:09.123456789";
    const df = await spark.sql(
      `SELECT TIMESTAMP_NTZ '${text}' AS n, array(CAST('${text}Z' AS TIMESTAMP_LTZ(9))) AS z`,
    );
    const shown = udf((...values: unknown[]) => values.map(String).join(" "), "string");
    const [row] = await df.select(shown("n", "z").alias("shown")).collect();
    const iso = text.replace(" ", "T");
    expect(row).toEqual({ shown: `${iso} ${iso}Z` });
  });
});
