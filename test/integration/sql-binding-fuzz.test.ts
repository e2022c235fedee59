import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lit } from "../../src/functions/index.js";
import { DayTimeInterval, SparkSession, Timestamp, YearMonthInterval } from "../../src/index.js";
import { LocalSpark } from "../../src/local/index.js";
import { expressionOf } from "../../src/plan/literal.js";
import { boundText } from "../../src/plan/sql-arguments.js";
import { SeededRandom } from "../support/seeded-random.js";

/** The number of generated statements. A long run sets it to 10,000. */
const STATEMENTS = Number(process.env["SPARKTIDE_SQL_FUZZ"] ?? 300);
const SEED = Number(process.env["SPARKTIDE_SQL_FUZZ_SEED"] ?? 15);
/** The number of statements that run as columns of a single query, which is faster on the server. */
const AT_ONCE = 50;

const NASTY = [
  "'",
  '"',
  "\\",
  "`",
  "--",
  "/*",
  "*/",
  "/*+",
  ";",
  "?",
  ":p",
  "::",
  "${x}",
  "$$",
  "%",
  "\\_",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\u00a0",
  "\u2028",
  "é",
  "日本",
  "r'",
  "X'00'",
  " OR 1=1",
  "BEGIN ",
  "a",
  " ",
  "\\u0041",
  "\\101",
];
const SOURCE = `FROM (SELECT parse_json('{"p": 1, "a": {"b": [2]}, "int": 3}') AS v,
  named_struct('a', 1) AS s, array(1, 2) AS xs, 5 AS limit, 6 AS begin, 'k' AS \`q :p ?\`)`;

class Generator {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #one<T>(items: readonly [T, ...T[]]): T {
    return items[this.#below(items.length)] ?? items[0];
  }

  #text(): string {
    return Array.from({ length: this.#below(7) }, () => NASTY[this.#below(NASTY.length)]).join("");
  }

  /** A number of at most this many bits; small and large numbers are equally frequent. */
  #bits(count: number): bigint {
    const random = (BigInt(this.#below(2 ** 32)) << 32n) | BigInt(this.#below(2 ** 32));
    return BigInt.asIntN(count, BigInt.asIntN(64, random) >> BigInt(this.#below(64)));
  }

  #scalar(): unknown {
    return this.#one<() => unknown>([
      () => this.#text(),
      () => this.#text(),
      () => Number(this.#bits(32)),
      () => this.#bits(64),
      () => this.#one([NaN, Infinity, -Infinity, -0, 1e300, 5e-324, 0.1, -1.5, 1e21]),
      () => this.#random.next() * 10 ** (this.#below(600) - 300),
      () => this.#random.next() < 0.5,
      () => Uint8Array.from({ length: this.#below(5) }, () => this.#below(256)),
      () => new Date(Number(this.#bits(47))),
      () => Timestamp.fromEpochMicros(this.#bits(57)),
      () => lit(Number(this.#bits(8)), "tinyint"),
      () => lit(Number(this.#bits(16)), "smallint"),
      () => lit(Math.fround(this.#random.next() * 10 ** (this.#below(70) - 35)), "float"),
      () => lit(this.#one([NaN, Infinity, -0]), "float"),
      () => this.#decimal(),
      () => lit(`20${this.#below(90) + 10}-0${this.#below(9) + 1}-1${this.#below(10)}`, "date"),
      () => lit(`1969-12-31T23:59:59.${this.#below(900_000) + 100_000}`, "timestamp_ntz"),
      () => lit(new DayTimeInterval(this.#bits(63)), "interval day to second"),
      () => lit(new YearMonthInterval(Number(this.#bits(31))), "interval year to month"),
      () => lit(this.#text(), "string collate UNICODE_CI"),
      () => lit(null, this.#one(["bigint", "string", "date"])),
      () => null,
    ])();
  }

  /** A decimal with the precision of its digits, because the server's binding drops a wider type. */
  #decimal(): unknown {
    const digits = this.#below(38) + 1;
    const scale = this.#below(digits + 1);
    const text = `${this.#below(9) + 1}${"7".repeat(digits - 1)}`;
    const sign = this.#one(["", "-"]);
    const whole = text.slice(0, digits - scale);
    const fraction = scale === 0 ? "" : `.${text.slice(digits - scale)}`;
    return lit(`${sign}${whole || "0"}${fraction}`, `decimal(${digits},${scale})`);
  }

  value(): unknown {
    const kind = this.#below(12);
    if (kind === 0) return [Number(this.#bits(32)), Number(this.#bits(32))];
    if (kind === 1) return [this.#text(), this.#text()];
    if (kind === 2) return new Map([[this.#text(), this.#bits(64)]]);
    if (kind === 3) return { a: this.#bits(64), "b c": this.#text() };
    return this.#scalar();
  }

  #blank(): string {
    return this.#one([
      " ",
      " ",
      "\n",
      " /* ? :p */ ",
      " /* a /* :p */ ? */ ",
      " -- it's :p ?\n",
      " -- :p \\\n ?\n",
      "\u00a0",
    ]);
  }

  #noise(): string {
    return this.#one([
      "'a :p ?'",
      "'it''s :p'",
      "'\\' ?'",
      "'\\\\'",
      '"d :p ?"',
      "r'raw\\'",
      'R"x \' :p"',
      "'-- :p'",
      "'/* ?'",
      "`q :p ?`",
      "xs[0]",
      "1e+5",
      "1.5BD",
      "limit",
      "begin",
      "X'00'",
      "DATE'2020-01-01'",
      "v:p::int",
      "v:a.b[0]::string",
      "v:['int']::int",
      "s.a::int",
      "CAST(s AS STRUCT<a:int>)",
      "'a' ':p'",
    ]);
  }

  /** A column with a marker that may occur more than once. */
  column(marker: () => string): string {
    const b = this.#blank.bind(this);
    return this.#one<() => string>([
      () => `${b()}${marker()}${b()}`,
      () => `(${b()}${marker()})`,
      () => `array(${marker()},${b()}${marker()})`,
      () => `CASE WHEN${b()}${this.#noise()} IS NOT NULL THEN${b()}${marker()} END`,
      () => `CASE${b()}1 WHEN 1 THEN ${marker()} ELSE NULL END`,
      () => `named_struct('x',${b()}${marker()}).x`,
      () => `transform(array(${marker()}), x ->${b()}x)`,
      () => `struct(${this.#noise()},${b()}${marker()}, ${this.#noise()})`,
      () => `typeof(${b()}${marker()})`,
      () => `${marker()} IS NULL AND${b()}${this.#noise()} IS NOT NULL`,
      () => `coalesce(${marker()},${b()}${marker()})`,
      () => `if(NOT${b()}${marker()} IS NULL,${b()}1, 2)`,
      () => `(SELECT${b()}${marker()})`,
      () => `hex(CAST(${marker()} AS STRING))`,
      () => `to_json(struct(${marker()} AS a))`,
    ])();
  }
}

interface Statement {
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
  readonly named: boolean;
}

describe("arguments bound in the client", () => {
  let server: LocalSpark;
  let spark: SparkSession;
  beforeAll(async () => {
    // A server without Delta, whose parser drops arguments: this server binds them itself.
    server = await LocalSpark.start({ delta: false, heapMb: 1024 });
    spark = await SparkSession.builder().remote(server.url).create();
    // Each statement runs once, so compiling its plan would take most of the time.
    await spark.conf.set("spark.sql.codegen.wholeStage", false);
    await spark.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
  });
  afterAll(async () => {
    await spark.stop();
    await server.stop();
  });

  function statements(): readonly Statement[] {
    const generator = new Generator(SEED);
    return Array.from({ length: Math.ceil(STATEMENTS / AT_ONCE) }, (_, batch) => {
      const named = batch % 2 === 0;
      const values: unknown[] = [];
      const columns = Array.from({ length: AT_ONCE }, () => {
        const value = generator.value();
        const name = values.length;
        return generator.column(() => {
          // A named marker always has the same value, a question mark has the next value.
          if (!named || values.length === name) values.push(value);
          return named ? `:p${name}` : "?";
        });
      });
      return { columns, values, named };
    });
  }

  async function answer(text: string, args: Parameters<SparkSession["sql"]>[1]): Promise<unknown> {
    try {
      const df = await spark.sql(text, args);
      const rows = await df.collect({ rowMode: "array" });
      return { schema: (await df.schema()).json(), rows };
    } catch (error) {
      return { error: (error as { errorClass?: string }).errorClass ?? String(error) };
    }
  }

  /** The results of the text with arguments, and of the text with the values in it. */
  async function both({ columns, values, named }: Statement): Promise<readonly [unknown, unknown]> {
    const list = columns.map((column, index) => `${column} AS c${index}`).join(", ");
    const text = `SELECT ${list} ${SOURCE}`;
    const args = named ? Object.fromEntries(values.map((value, n) => [`p${n}`, value])) : values;
    const expressions = values.map(expressionOf);
    const bound = boundText(
      text,
      {
        positional: named ? [] : expressions,
        named: new Map(named ? expressions.map((value, n) => [`p${n}`, value]) : []),
      },
      "escaped",
    );
    return [await answer(text, args), await answer(bound, undefined)];
  }

  it(`give the same rows and schemas as the server's own binding: ${STATEMENTS} statements, seed ${SEED}`, async () => {
    let failed = 0;
    for (const statement of statements()) {
      const [server_, client] = await both(statement);
      expect(client, JSON.stringify(statement.columns)).toEqual(server_);
      if (server_ !== null && typeof server_ === "object" && "error" in server_) failed += 1;
    }
    // If both refuse a statement, the test compares nothing.
    expect(failed).toBe(0);
  }, 3_600_000);
});
