import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  DayTimeInterval,
  YearMonthInterval,
  type DayTimeField,
  type SparkSession,
  type YearMonthField,
} from "../../../src/index.js";
import { lit } from "../../../src/functions/index.js";
import { connect } from "../support.js";

const DAY_TIME = ["day", "hour", "minute", "second"] as const;
const YEAR_MONTH = ["year", "month"] as const;

/** The fields of each type, from the largest to the smallest. */
function rangesOf<F>(fields: readonly F[]): (readonly [F, F])[] {
  return fields.flatMap((start, index) => fields.slice(index).map((end) => [start, end] as const));
}

function ddl([start, end]: readonly [string, string]): string {
  return `INTERVAL ${start === end ? start : `${start} TO ${end}`}`.toUpperCase();
}

const MICROS = [1n, -1n, 90_061_654_321n, -129_600_000_000n, 2n ** 63n - 1n, -(2n ** 63n), 0n];
const MONTHS = [1, -1, 11, -13, 18, 2 ** 31 - 1, -(2 ** 31)];

function dayTimes([start, end]: readonly [DayTimeField, DayTimeField]): DayTimeInterval[] {
  return MICROS.map((micros) => new DayTimeInterval(micros, start, end));
}

function yearMonths([start, end]: readonly [YearMonthField, YearMonthField]): YearMonthInterval[] {
  return MONTHS.map((months) => new YearMonthInterval(months, start, end));
}

const CASES = [
  ...rangesOf(DAY_TIME).map((fields) => [ddl(fields), dayTimes(fields)] as const),
  ...rangesOf(YEAR_MONTH).map((fields) => [ddl(fields), yearMonths(fields)] as const),
];

describe("interval values with more precision than their type", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it.each(["true", "false"])(
    "are unchanged after a round trip to the server, for each type, with ANSI %s",
    async (ansi) => {
      await spark.conf.set("spark.sql.ansi.enabled", ansi);
      const schema = CASES.map(
        ([type], i) =>
          `v${i} ${type} NOT NULL, l${i} ARRAY<${type}>, m${i} MAP<${type}, STRUCT<v: ${type} NOT NULL>>`,
      ).join(", ");
      const given = MICROS.map((_, row) =>
        CASES.flatMap(([, values]) => {
          const v = values[row];
          return [v, [v, null], new Map([[v, [v]]])];
        }),
      );
      const df = spark.createDataFrame(given, schema);
      expect(await df.collect({ rowMode: "array" })).toEqual(given);
      // Decoded values can be encoded again, and the server gets equal values.
      const again = spark.createDataFrame(await df.collect(), await df.schema());
      expect((await again.schema()).json()).toBe((await df.schema()).json());
      const comparable = CASES.flatMap((_, i) => [`v${i}`, `l${i}`]);
      const difference = df.select(...comparable).exceptAll(again.select(...comparable));
      expect(await difference.count()).toBe(0);
      await spark.conf.unset("spark.sql.ansi.enabled");
    },
  );

  it("come from casts on the server, and are equal there after a round trip", async () => {
    const df = await spark.sql(`SELECT
      CAST(1.5BD AS INTERVAL DAY) a, CAST(80.654321BD AS INTERVAL HOUR TO MINUTE) b,
      CAST(-1.25BD AS INTERVAL YEAR) c`);
    const rows = await df.collect();
    expect(rows).toEqual([
      {
        a: new DayTimeInterval(129_600_000_000n, "day", "day"),
        b: new DayTimeInterval(4_839_259_260n, "hour", "minute"),
        c: new YearMonthInterval(-15, "year", "year"),
      },
    ]);
    const again = spark.createDataFrame(rows, await df.schema());
    expect(await df.exceptAll(again).count()).toBe(0);
  });

  it("are unchanged as literals and SQL arguments, for each type", async () => {
    for (const [type, values] of CASES) {
      const columns = values.map((v, index) => lit(v, type).alias(`c${index}`));
      const list = lit(values).alias("list");
      const isEqual = lit(values[2]).eq(lit(values[2], type)).alias("isEqual");
      expect(
        await spark
          .range(1)
          .select(...columns, list, isEqual)
          .collect(),
      ).toEqual([
        {
          ...Object.fromEntries(values.map((v, index) => [`c${index}`, v])),
          list: values,
          isEqual: true,
        },
      ]);
      const names = values.map((_, index) => `:c${index} AS c${index}`).join(", ");
      const args = Object.fromEntries(values.map((v, index) => [`c${index}`, v]));
      expect(await (await spark.sql(`SELECT ${names}`, args)).collect()).toEqual([args]);
    }
  });

  it("are refused if the type cannot hold the fields of the value, and in typed literals of arrays", () => {
    expect(() => spark.createDataFrame([[new DayTimeInterval(1n)]], "v INTERVAL DAY")).toThrow(
      "Column v, row 0: DayTimeInterval does not fit interval day",
    );
    expect(() => lit(new YearMonthInterval(1), "INTERVAL YEAR")).toThrow(
      "does not fit interval year",
    );
  });
});
