/** Rows as JSON: the same as Spark's to_json(). */
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsToJson, toJsonLines, type SparkSession } from "../../../src/index.js";
import { isExactFraction } from "../../../src/types/json/number-text.js";
import { connect, isSparkAtLeast } from "../support.js";

/** Spark's to_json() with six fraction digits, as toJsonLines() writes them. */
const TO_JSON = `to_json(struct(*), map(
  'timestampFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", 'timestampNTZFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"))`;

/** A value of each type for which the JSON of Spark and of this package is the same. */
const SAME: readonly string[] = [
  "true",
  "1Y",
  "-1S",
  "2147483647",
  "9007199254740991L",
  "float(0.1)",
  "float(16777216)",
  "float('-0.0')",
  "float('NaN')",
  "0.1D",
  "1e21D",
  "1e-7D",
  "-0.0D",
  "double('NaN')",
  "double('-Infinity')",
  "24.90BD",
  "cast(1e-10 AS DECIMAL(38, 18))",
  "'a\"b é\\n\\t/<\\\\'",
  "cast('ab' AS CHAR(3))",
  "cast('ab' AS VARCHAR(3))",
  "X'00ff10'",
  "X''",
  "DATE'2024-05-01'",
  "DATE'-0044-03-15'",
  "DATE'+12345-01-01'",
  "TIMESTAMP'2024-05-01 12:00:00.123456'",
  "TIMESTAMP'1500-01-01 00:00:00'",
  "TIMESTAMP'+12345-01-01 00:00:00'",
  "TIMESTAMP_NTZ'2024-05-01 12:00:00.123456'",
  "INTERVAL '1-2' YEAR TO MONTH",
  "INTERVAL '-3' MONTH",
  "INTERVAL '1 02:03:04.5' DAY TO SECOND",
  "INTERVAL '36' HOUR",
  "make_interval(1, 2, 0, 3, 4, 5, 6.5)",
  "make_interval()",
  "array(1, NULL)",
  "array()",
  "map('z', 1, '10', 2, '9', NULL)",
  "map(9007199254740993L, 'x')",
  "map(1.5D, true)",
  "map(1.50BD, 1)",
  "map(true, map('k', array()))",
  "named_struct('a', 1, 'b', cast(NULL AS INT))",
  "array(named_struct('a', cast(NULL AS INT)))",
  "map('k', named_struct('a', cast(NULL AS INT)))",
  "cast(NULL AS INT)",
  "NULL",
  `parse_json('{"a":[1,null,"x",1.5,1e300],"b":null}')`,
  "to_variant_object(named_struct('b', X'00ff', 'd', 1.1BD, 'day', DATE'2024-05-01', 'nan', double('NaN')))",
];

/** Values for which the JSON differs, with Spark's and ours. The doc comment of toJsonLines() says why. */
const DIFFERENT: readonly (readonly [sql: string, ofSpark: RegExp, ours: string | undefined])[] = [
  ["parse_json('null')", /^null$/, undefined],
  ["map(DATE'2024-05-01', 1)", /^\{"19844":1\}$/, '{"2024-05-01":1}'],
  [
    "map(TIMESTAMP'2024-05-01 12:00:00.123456', 1)",
    /^\{"1714564800123456":1\}$/,
    '{"2024-05-01T12:00:00.123456Z":1}',
  ],
  ["map(INTERVAL '1' DAY, 1)", /^\{"86400000000":1\}$/, `{"INTERVAL '1' DAY":1}`],
  ["map(X'00ff', 1)", /^\{"\[B@.*":1\}$/, '{"AP8=":1}'],
  [
    "map(named_struct('a', 1, 'b', 'x'), 1)",
    /^\{"\[1,x\]":1\}$/,
    '{"{\\"a\\":1,\\"b\\":\\"x\\"}":1}',
  ],
  [
    "to_variant_object(named_struct('t', TIMESTAMP'2024-05-01 12:00:00.123456'))",
    /"2024-05-01 12:00:00\.123456\+00:00"/,
    '{"t":"2024-05-01T12:00:00.123456Z"}',
  ],
];

/** The JSON with one notation for equal numbers: `1.0E21` and `1e+21`, `1.10` and `1.1`. */
function sameNotation(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => {
    if (token.startsWith('"') || !/[.eE]/.test(token)) return token;
    if (!isExactFraction(token)) throw new Error(`${token} has more digits than a double holds`);
    return Object.is(Number(token), -0) ? "-0" : String(Number(token));
  });
}

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
  await spark.conf.set("spark.sql.session.timeZone", "UTC");
  if (isSparkAtLeast(4, 1)) await spark.conf.set("spark.sql.timeType.enabled", true);
});
afterAll(async () => {
  await spark.stop();
});

function selected(values: readonly string[]): string {
  return `SELECT ${values.map((value, at) => `${value} AS c${at}`).join(", ")}`;
}

describe("the JSON of rows on a real Spark", () => {
  it("is that of to_json(struct(*)) for each type", async () => {
    const values = [
      ...SAME,
      ...(isSparkAtLeast(4, 1) ? ["TIME'12:34:56.789'", "TIME'12:34:56'"] : []),
    ];
    const df = await spark.sql(selected(values));
    const [line] = (await text(toJsonLines(df, { bigint: "number", decimal: "number" }))).split(
      "\n",
    );
    const [row] = await df.selectExpr(`${TO_JSON} AS json`).collect();
    const ofSpark = sameNotation(String(row?.["json"]));
    expect(sameNotation(line ?? "")).toBe(ofSpark);
    // Without the types of columns, BIGINT and DECIMAL are text, and a FLOAT has the digits of its double.
    const byValue = JSON.parse(rowsToJson(await df.collect())) as object[];
    const forms = JSON.parse(await text(toJsonLines(df))) as object;
    expect(Object.keys(byValue[0] ?? {})).toEqual(Object.keys(forms));
    expect(forms).toMatchObject({ c4: "9007199254740991", c15: "24.90", c5: 0.1 });
    const plain = Object.entries(forms).filter(([name]) => !["c5", "c47"].includes(name));
    expect(byValue[0]).toMatchObject(Object.fromEntries(plain));
  });

  it("differs from to_json() only where the documentation says so", async () => {
    const df = await spark.sql(selected(DIFFERENT.map(([sql]) => sql)));
    const ours = JSON.parse(await text(toJsonLines(df))) as Record<string, unknown>;
    const columns = DIFFERENT.map((_, at) => `to_json(c${at}) AS c${at}`);
    const [ofSpark = {}] = await df.selectExpr(...columns).collect();
    for (const [at, [, theirs, text]] of DIFFERENT.entries()) {
      expect(ofSpark[`c${at}`]).toMatch(theirs);
      expect(JSON.stringify(ours[`c${at}`])).toBe(text);
    }
  });

  it("names the column and the value that a JSON number cannot hold", async () => {
    const big = await spark.sql("SELECT named_struct('n', array(9007199254740993)) AS s");
    await expect(text(toJsonLines(big, { bigint: "number" }))).rejects.toMatchObject({
      code: "INEXACT_JSON_NUMBER",
      message:
        'Column s.n.element (BIGINT) is 9007199254740993, which a JavaScript number cannot hold exactly. Write it with bigint: "string".',
    });
    const decimal = await spark.sql("SELECT 0.12345678901234567890BD AS d");
    await expect(text(toJsonLines(decimal, { decimal: "number" }))).rejects.toThrow(
      'Column d (DECIMAL) is 0.12345678901234567890, which a JavaScript number cannot hold exactly. Write it with decimal: "string".',
    );
  });
});

it("a result of several batches goes to an HTTP response as NDJSON", async () => {
  const df = spark.range(0, 25_000, 1, 3).selectExpr("id", "CAST(NULL AS INT) AS n");
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/x-ndjson");
    pipeline(toJsonLines(df), response).catch(() => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const lines = (await (await fetch(`http://127.0.0.1:${port}/`)).text()).split("\n");
  server.close();
  expect(lines.pop()).toBe("");
  expect(lines).toHaveLength(25_000);
  expect(lines.at(-1)).toBe('{"id":"24999"}');
});
