import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CalendarInterval } from "../../../src/types/calendar-interval.js";
import type { DayTimeField, YearMonthField } from "../../../src/types/data-type.js";
import { DayTimeInterval } from "../../../src/types/day-time-interval.js";
import { sqlString } from "../../../src/types/ddl.js";
import { dataTypeFromJson } from "../../../src/types/parse-schema-json.js";
import { dataTypeToJson } from "../../../src/types/schema-json.js";
import { StructType } from "../../../src/types/struct-type.js";
import { YearMonthInterval } from "../../../src/types/year-month-interval.js";

/** The output of Spark's own classes, written by spark_schemas.py. */
interface SparkPrinting {
  readonly schemas: readonly {
    readonly json: unknown;
    readonly ddl: string;
    readonly sql: string;
    readonly simple: string;
    readonly tree: string;
  }[];
  readonly dayTimes: readonly {
    readonly micros: string;
    readonly start: DayTimeField;
    readonly end: DayTimeField;
    readonly text: string;
  }[];
  readonly yearMonths: readonly {
    readonly months: number;
    readonly start: YearMonthField;
    readonly end: YearMonthField;
    readonly text: string;
  }[];
  readonly calendars: readonly {
    readonly months: number;
    readonly days: number;
    readonly micros: string;
    readonly text: string;
  }[];
}

const spark = JSON.parse(
  readFileSync(new URL("spark-schemas.json", import.meta.url), "utf8"),
) as SparkPrinting;

function structFrom(json: unknown): StructType {
  const type = dataTypeFromJson(json);
  if (type instanceof StructType) return type;
  throw new Error("not a struct");
}

describe.each(spark.schemas)("the schema $simple", ({ json, ddl, sql, simple, tree }) => {
  const struct = structFrom(json);

  it("has the same JSON after parsing and printing", () => {
    expect(dataTypeToJson(struct)).toEqual(json);
    expect(JSON.parse(struct.json())).toEqual(json);
  });

  it("prints as DDL, SQL, simple string and tree like in Spark", () => {
    expect(struct.toDDL()).toBe(ddl);
    expect(sqlString(struct)).toBe(sql);
    expect(struct.simpleString()).toBe(simple);
    expect(struct.treeString()).toBe(tree);
  });
});

describe("intervals", () => {
  it.each(spark.dayTimes)("$micros µs from $start to $end print like in Spark", (c) => {
    expect(new DayTimeInterval(BigInt(c.micros), c.start, c.end).toString()).toBe(c.text);
  });

  it.each(spark.yearMonths)("$months months from $start to $end print like in Spark", (c) => {
    expect(new YearMonthInterval(c.months, c.start, c.end).toString()).toBe(c.text);
  });

  it.each(spark.calendars)("$months months $days days $micros µs print like in Spark", (c) => {
    expect(new CalendarInterval(c.months, c.days, BigInt(c.micros)).toString()).toBe(c.text);
  });
});
