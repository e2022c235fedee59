import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { StructType, type DataType } from "../../../src/index.js";

const here = dirname(fileURLToPath(import.meta.url));

const TYPES = [
  "void",
  "BOOLEAN",
  "tinyint",
  "byte",
  "smallint",
  "short",
  "int",
  "Integer",
  "bigint",
  "long",
  "float",
  "real",
  "double",
  "decimal",
  "dec(10)",
  "numeric( 12 , 2 )",
  "string",
  "STRING COLLATE UNICODE_CI",
  "string collate system.builtin.UTF8_LCASE",
  "char(3)",
  "character (3)",
  "varchar(10)",
  "binary",
  "date",
  "time",
  "time(3) without time zone",
  "timestamp",
  "timestamp(9)",
  "timestamp with local time zone",
  "timestamp(7) without time zone",
  "timestamp_ltz",
  "timestamp_ltz(8)",
  "timestamp_ntz",
  "variant",
  "geometry(4326)",
  "geography(any)",
  "interval",
  "interval year",
  "interval year to month",
  "interval day to second",
  "INTERVAL MINUTE",
  "array<int>",
  "array < array<string collate UNICODE> >",
  "map<string,bigint>",
  "map<date, map<int, array<double>>>",
  "struct<>",
  "struct<a int>",
  "struct<a: int not null, `b c` : array<struct<d:date>> comment 'x > y, z'>",
  "map<struct<a: int not null>, interval month>",
];

const COLUMNS = [
  "",
  "  a int  ",
  "a int, b string",
  "a int not null,b string not null comment 'one, two',c date",
  "a:int,b :bigint not null",
  "`a b` int, `c` string not null",
  "a\n  int\tNOT\nNULL,\r\n b date",
  "date date, time time, interval interval, timestamp timestamp, struct struct<struct: struct<a: int>>",
  "a int comment 'it''s' \"and\" 'more', b int",
  "a int comment \"<'>\" , b interval day comment 'x'",
  "a decimal(10, 2) not null comment '(', b char(3)",
  "Comment string comment 'comment', not int not null, null int",
];

/** TypeScript's type of the decoded values of a type, written by hand from the type table. */
function printed(type: DataType): string {
  switch (type.kind) {
    case "void":
      return "null";
    case "boolean":
      return "boolean";
    case "byte":
    case "short":
    case "integer":
    case "float":
    case "double":
      return "number";
    case "long":
      return "bigint";
    case "binary":
      return "Uint8Array";
    case "timestamp":
    case "timestamp_ltz_nanos":
      return "Timestamp";
    case "year_month_interval":
      return "YearMonthInterval";
    case "day_time_interval":
      return "DayTimeInterval";
    case "calendar_interval":
      return "CalendarInterval";
    case "geometry":
      return "Geometry";
    case "geography":
      return "Geography";
    case "variant":
      return "unknown";
    case "array":
      return `(${printed(type.elementType)} | null)[]`;
    case "map":
      return `Map<${printed(type.keyType)}, ${printed(type.valueType)} | null>`;
    case "struct": {
      const fields = type.fields.map(
        ({ name, dataType, nullable }) =>
          `${JSON.stringify(name)}: ${printed(dataType)}${nullable ? " | null" : ""};`,
      );
      return `{ ${fields.join(" ")} }`;
    }
    case "udt":
      return printed(type.sqlType);
    default:
      return "string";
  }
}

/** The messages of the compiler for a file in this folder that has this text. */
function messagesOf(text: string): string[] {
  const name = join(here, "ddl-types.generated.ts");
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    lib: ["lib.es2023.d.ts", "lib.es2024.string.d.ts", "lib.esnext.disposable.d.ts"],
  };
  const host = ts.createCompilerHost(options);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, version) =>
    path === name ? ts.createSourceFile(path, text, version) : getSourceFile(path, version);
  const program = ts.createProgram([name], options, host);
  const source = program.getSourceFile(name);
  return program.getSemanticDiagnostics(source).map(({ start = 0, messageText }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${text.split("\n")[line - 1] ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("the types of DDL texts", () => {
  it("are those of the schemas that StructType.fromDDL() reads, for every type and form", () => {
    const texts = [
      ...TYPES.map((type) => `c ${type}`),
      ...TYPES.map((type) => `c ${type} not null comment 'last', d int`),
      ...COLUMNS,
    ];
    const tests = texts.map((text) => {
      const expected = printed(StructType.fromDDL(text));
      return `same<RowOfDdl<${JSON.stringify(text)}>, ${expected}>();`;
    });
    const head = `
      import type { CalendarInterval } from "../../../src/types/calendar-interval.js";
      import type { DayTimeInterval } from "../../../src/types/day-time-interval.js";
      import type { Geography, Geometry } from "../../../src/types/geometry.js";
      import type { Timestamp } from "../../../src/types/timestamp.js";
      import type { YearMonthInterval } from "../../../src/types/year-month-interval.js";
      import type { RowOfDdl } from "../../../src/types/value-of-ddl.js";
      type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      declare function same<A, B>(...wrong: Equal<A, B> extends true ? [] : [A]): void;
    `;
    const wrong = `same<RowOfDdl<"a int">, { a: number }>();`;
    const messages = messagesOf([head, ...tests, wrong].join("\n"));
    expect(messages).toEqual([expect.stringContaining(wrong)]);
  });
});
