import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { fileText } from "../../src/cli/catalog-types/declarations-file.js";
import type { StructType } from "../../src/index.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = mkdtempSync(join(root, "build", "types-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A program with each type, as a column and inside arrays, maps and structs. The test imports it, and so does tsc. */
const SCHEMA = `
import * as sparktide from "sparktide";
const { ArrayType, BinaryType, BooleanType, ByteType, CalendarIntervalType, CharType, DateType, DayTimeIntervalType, DecimalType, DoubleType, FloatType, GeographyType, GeometryType, IntegerType, LongType, MapType, NullType, ShortType, StringType, StructField, StructType, TimestampLTZNanosType, TimestampNTZNanosType, TimestampNTZType, TimestampType, TimeType, VarcharType, VariantType, YearMonthIntervalType } = sparktide;
export const everyType = new StructType([
  StructField("nothing", NullType()),
  StructField("flag", BooleanType(), false),
  StructField("tiny", ByteType()),
  StructField("small", ShortType()),
  StructField("int", IntegerType(), false),
  StructField("long", LongType(), false),
  StructField("real", FloatType()),
  StructField("double", DoubleType()),
  StructField("decimal", DecimalType(12, 2), false),
  StructField("text", StringType()),
  StructField("char", CharType(3)),
  StructField("varchar", VarcharType(3)),
  StructField("bytes", BinaryType()),
  StructField("date", DateType()),
  StructField("time", TimeType()),
  StructField("timestamp", TimestampType(), false),
  StructField("local", TimestampNTZType()),
  StructField("localNanos", TimestampNTZNanosType()),
  StructField("nanos", TimestampLTZNanosType()),
  StructField("months", YearMonthIntervalType()),
  StructField("duration", DayTimeIntervalType("hour", "second")),
  StructField("interval", CalendarIntervalType()),
  StructField("variant", VariantType()),
  StructField("shape", GeometryType(4326)),
  StructField("place", GeographyType(4326)),
  StructField("texts", ArrayType(StringType())),
  StructField("full", ArrayType(LongType(), false), false),
  StructField("matrix", ArrayType(ArrayType(DecimalType(), false))),
  StructField("variants", ArrayType(VariantType())),
  StructField("times", MapType(StringType(), TimestampType())),
  StructField("counts", MapType(DateType(), LongType(), false), false),
  StructField(
    "nested",
    new StructType([
      StructField("a b", IntegerType(), false),
      StructField("list", ArrayType(new StructType([StructField("x", DoubleType())]))),
    ]),
  ),
  StructField("größe", StringType()),
  StructField("2nd", StringType()),
  StructField('quo"ted', StringType()),
  StructField("class", StringType()),
]);
`;

describe("the file of sparktide types", () => {
  it(
    "declares the same row as RowOfSchema, for each type of Spark",
    { timeout: 120_000 },
    async () => {
      const path = join(scratch, "schema.ts");
      writeFileSync(path, SCHEMA);
      const { everyType } = (await import(path)) as { everyType: StructType };
      const entry = { comment: "All types", schema: everyType } as const;
      const text = fileText(
        [
          { ...entry, kind: "table", names: ["db.every", "every"], parts: ["db", "every"] },
          { ...entry, kind: "source", names: ["every"], parts: ["every", "format"] },
        ],
        [],
      );
      writeFileSync(join(scratch, "tables.d.ts"), text);
      const program = `
      import type { Formats, ObjectRow, RowOfSchema, Tables } from "sparktide";
      import { everyType } from "./schema.js";
      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      type Flat<T> = { [K in keyof T]: T[K] };
      type Expected = Flat<RowOfSchema<typeof everyType>>;
      export const same: [
        Same<Flat<Tables["db.every"]>, Expected>,
        Same<Flat<Tables["every"]>, Expected>,
        Same<Flat<Formats["every"]>, Expected>,
      ] = [true, true, true];
      export const row: ObjectRow = {} as Tables["every"];
      // @ts-expect-error -- the column is nullable
      export const text: string = ({} as Tables["every"]).text;`;
      writeFileSync(join(scratch, "program.ts"), program);
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
      const tsc = spawnSync(
        process.execPath,
        [
          ...[join(root, "node_modules/typescript/bin/tsc"), ...options, "--ignoreConfig"],
          ...["--types", "node", "program.ts", "tables.d.ts"],
        ],
        { cwd: scratch, encoding: "utf8" },
      );
      expect(tsc.stdout).toBe("");
    },
  );
});
