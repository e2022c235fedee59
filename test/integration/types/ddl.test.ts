import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataType, type SparkSession, StructType } from "../../../src/index.js";
import { arbitraryType } from "../../support/arbitrary-types.js";
import { connect, isSparkAtLeast } from "../support.js";
import { askPyspark } from "./pyspark.js";

interface Answer {
  readonly schema?: unknown;
  readonly refused?: string;
}

const READ = [
  "a int",
  "a INTEGER, b Long, c byte, d short, e tinyint, f smallint, g bigint",
  "a real, b float, c double, d boolean, e binary, f void, g date",
  "h dec, i numeric(5), j DEC(5,2), k decimal, l decimal( 38 , 38 )",
  "a int not null comment 'x\\'y\\n\\u0041', b string",
  "a string collate unicode_ci",
  "a string collate UNICODE_CI not null comment 'c'",
  "a string collate system.builtin.UNICODE, b string collate `UNICODE`",
  "a string collate DE_ci_ai, b string collate zh_hant, c string collate SR_cyrl_srb_AI_CI",
  "a string collate UNICODE_AI_CI, b string collate utf8_lcase, c string collate utf8_binary",
  "a array<string collate UNICODE>, b map<string collate UNICODE_CI, string>",
  "a struct<b: string collate UNICODE, c: array<string collate UNICODE_CI>>",
  "a char(5), b character(7), c varchar(3)",
  "a timestamp, b timestamp_ltz, c timestamp_ntz",
  "a interval, b interval year, c interval year to month, d interval month",
  "a interval day, b interval day to hour, c interval day to minute, d interval day to second",
  "a interval hour, b interval hour to minute, c interval hour to second, d interval minute",
  "a interval second, b interval minute to second",
  "a variant, b variant not null",
  "a struct<x: int, y string not null comment 'c', `q``r`: array<int>>",
  "a struct<>",
  "a array<map<string,array<struct<a:int>>>>",
  "a map<int, string>",
  "a array < int >",
  "a array<array<int>>",
  "a struct<x:array<int>>comment 'z'",
  "struct<a:int>",
  "struct<a: int not null, b: struct<c: string>>",
  "`a b` int",
  "a: int",
  "1a int",
  "a int -- to the end",
  "a int /* between */ , b int",
  'a int comment "dq"',
  "a int comment r'x\\n'",
  "a int comment 'tab\\there %x \\% \\_ \\Z \\0 \\101 \\q'",
  "a int comment '\\U0001F600'",
  "a long comment ''",
  "int int, select int, not int",
  "a bigint,a string",
  "`` int",
  "",
] as const;
const READ_SINCE_4_1 = [
  "a time, b time(0), c time(6)",
  "a time(3) without time zone",
  'a int comment "x""y"',
  "a int comment 'x''y'",
  "a int comment 'x' 'y'",
] as const;
const READ_SINCE_4_2 = [
  "a timestamp without time zone, b timestamp with local time zone",
  "a char(5) collate utf8_binary",
  "a geometry(4326), b geography(4326), c geometry(any), d geography(ANY), e geometry(0)",
] as const;
const READ_SINCE_4_3 = [
  "a timestamp_ntz(6), b timestamp_ltz(6), c timestamp(6)",
  "a time(9)",
] as const;
/** Types that PySpark 4.3 cannot parse in a schema. */
const NANOSECONDS = [
  "a timestamp_ntz(9), b timestamp_ltz(7), c timestamp(8)",
  "a timestamp(7) without time zone, b timestamp(9) with local time zone",
  "a array<struct<b: timestamp_ntz(8)>>",
] as const;
const REFUSED = [
  "a",
  "a.b int",
  "12 int",
  "1e5 int",
  "1d int",
  "été int",
  "a-b int",
  "$a int",
  "a int,",
  ", a int",
  "a int b int",
  "a char",
  "a varchar",
  "a array",
  "a array<>",
  "a array<int not null>",
  "a map<int>",
  "a string collate",
  "a decimal(39,0)",
  "a decimal(5,6)",
  "a decimal(5,-2)",
  "a int null",
  "a foo",
  "a json",
  "a int(3)",
  "a binary(3)",
  "a double precision",
  "a bool",
  "a text",
  "`a` `int`",
  "a interval month to year",
  "a interval year to day",
  "a timestamp_ntz(10)",
  "a time(10)",
  "a int comment 'x' not null",
  "a struct<a int comment 'x' not null>",
  "a struct<x int default 5>",
  "a geometry",
] as const;

describe("DDL on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("is parsed by the client as Spark parses it", async () => {
    const texts: string[] = [
      ...READ,
      ...(isSparkAtLeast(4, 1) ? READ_SINCE_4_1 : []),
      ...(isSparkAtLeast(4, 2) ? READ_SINCE_4_2 : []),
      ...(isSparkAtLeast(4, 3) ? READ_SINCE_4_3 : []),
    ];
    const answers = await askPyspark<Answer[]>("pyspark_ddl.py", texts);
    for (const [index, text] of texts.entries()) {
      const answer = answers[index];
      expect(answer, text).toHaveProperty("schema");
      expect(StructType.fromDDL(text), text).toEqual(StructType.fromJson(answer?.schema));
    }
  });

  it("with nanoseconds is parsed by the client as Spark parses it", async ({ skip }) => {
    if (!isSparkAtLeast(4, 3)) skip("Spark 4.3 has nanoseconds");
    await spark.conf.set("spark.sql.timestampNanosTypes.enabled", true);
    for (const ddl of NANOSECONDS) {
      const schema = await (await spark.sql(`SELECT from_json('{}', '${ddl}') AS s`)).schema();
      expect(StructType.fromDDL(ddl), ddl).toEqual(schema.fields[0]?.dataType);
    }
  });

  it("is refused by the client if Spark refuses it", async () => {
    const answers = await askPyspark<Answer[]>("pyspark_ddl.py", REFUSED);
    for (const [index, text] of REFUSED.entries()) {
      expect(answers[index], text).toHaveProperty("refused");
      expect(() => StructType.fromDDL(text), text).toThrow(/character \d+:/);
    }
  });

  it("that the client prints for any schema is the same schema to Spark", async ({ skip }) => {
    if (!isSparkAtLeast(4, 3)) skip("the types are those of Spark 4.3");
    const types = fc
      .sample(arbitraryType, { numRuns: 150, seed: 8 })
      .filter((type) => !/timestamp_[nl]tz\(/.test(DataType.simpleString(type)));
    const schemas = types.map((type, index) => new StructType().add(`c${index}`, type));
    const answers = await askPyspark<Answer[]>(
      "pyspark_ddl.py",
      schemas.map((schema) => schema.toDDL()),
    );
    for (const [index, schema] of schemas.entries()) {
      const answer = answers[index];
      expect(answer, schema.toDDL()).toHaveProperty("schema");
      expect(StructType.fromJson(answer?.schema), schema.toDDL()).toEqual(schema);
      expect(JSON.parse(schema.json()), schema.toDDL()).toEqual(answer?.schema);
    }
  });

  it("that Spark's functions return can be parsed", async () => {
    const df = await spark.sql(`SELECT
      schema_of_json('{"a b": [1, {"c": 1.5}], "d": "x"}'),
      schema_of_json('[{"x": {"y z": null}}]'),
      schema_of_csv('1,abc,2.5'),
      typeof(map(1, named_struct('a', INTERVAL '1' DAY)))`);
    const [row] = await df.collect({ rowMode: "array" });
    expect(row?.map((text) => DataType.simpleString(DataType.fromDDL(text as string)))).toEqual([
      "struct<a b:array<string>,d:string>",
      "array<struct<x:struct<y z:string>>>",
      "struct<_c0:int,_c1:string,_c2:double>",
      "map<int,struct<a:interval day>>",
    ]);
  });
});
