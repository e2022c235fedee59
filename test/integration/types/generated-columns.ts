// Values of Spark's types as SQL, generated on the server.

import { isSparkAtLeast } from "../support.js";

/** SQL of a pseudo-random 64-bit number for each row, the same on every server. */
export const H = "xxhash64(id, 8)";
/** A second pseudo-random number. */
export const G = "xxhash64(id, 9)";

/** A type with SQL of its values. */
export interface GeneratedColumn {
  readonly type: string;
  /** SQL of 10,000 generated values over `id`. */
  readonly generated: string;
  /** SQL of the smallest, largest and special values of the type. */
  readonly extremes: readonly string[];
  readonly since?: readonly [number, number];
  /** `cast`: PySpark cannot collect all values of the type, so compare with the server's cast to text. */
  readonly oracle?: "cast";
}

const micros = `timestamp_micros(pmod(${H}, 315537897599999999) - 62135596800000000)`;

/** These dates are within the years 1 to 9999, because PySpark cannot hold others. */
export const COLUMNS: readonly GeneratedColumn[] = [
  { type: "boolean", generated: `${H} > 0`, extremes: ["true", "false"] },
  {
    type: "tinyint",
    generated: `cast(pmod(${H}, 256) - 128 as tinyint)`,
    extremes: ["-128", "127"],
  },
  {
    type: "smallint",
    generated: `cast(pmod(${H}, 65536) - 32768 as smallint)`,
    extremes: ["-32768", "32767"],
  },
  { type: "int", generated: `hash(id, 8)`, extremes: ["-2147483648", "2147483647"] },
  {
    type: "bigint",
    generated: H,
    extremes: ["-9223372036854775808", "9223372036854775807", "9007199254740993"],
  },
  {
    type: "float",
    generated: `cast(${H} / pow(2, pmod(${G}, 100)) as float)`,
    extremes: ["'NaN'", "'Infinity'", "'-Infinity'", "-0.0D", "1.4E-45D", "3.4028235E38D"],
  },
  {
    type: "double",
    generated: `${H} * pow(10D, pmod(${G}, 500) - 250)`,
    extremes: ["'NaN'", "'-Infinity'", "-0.0D", "4.9E-324D", "1.7976931348623157E308D"],
  },
  {
    type: "decimal(38,18)",
    generated: `cast(${H} as decimal(38,18)) / 1000003`,
    extremes: ["99999999999999999999.999999999999999999BD", "-0.000000000000000001BD", "0"],
  },
  {
    type: "decimal(10,0)",
    generated: `cast(pmod(${H}, 10000000000) as decimal(10,0))`,
    extremes: ["-9999999999BD", "0"],
  },
  {
    type: "decimal(5,5)",
    generated: `cast(pmod(${H}, 100000) / 100000BD as decimal(5,5))`,
    extremes: ["-0.99999BD", "0"],
  },
  {
    type: "string",
    generated: `concat(hex(${H}), char(pmod(${G}, 256)), if(id % 3 = 0, 'é😀\\u0000\\n', ''))`,
    extremes: ["''", "'\\u0000'", "'😀'", "'\\uFEFFx'", "repeat('ä', 5000)"],
  },
  { type: "binary", generated: `unhex(hex(${H}))`, extremes: ["X''", "X'00FF'"] },
  {
    type: "date",
    generated: `date_add(DATE '0001-01-01', cast(pmod(${H}, 3652058) as int))`,
    extremes: ["'0001-01-01'", "'9999-12-31'", "'1582-10-10'", "'1969-12-31'"],
  },
  {
    type: "timestamp",
    generated: micros,
    extremes: [
      "'0001-01-01 00:00:00Z'",
      "'9999-12-31 23:59:59.999999Z'",
      "'1969-12-31 23:59:59.999999Z'",
    ],
  },
  {
    type: "timestamp_ntz",
    generated: `cast(${micros} as timestamp_ntz)`,
    extremes: ["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"],
  },
  {
    type: "time(6)",
    generated: `make_time(cast(pmod(${H}, 24) as int), cast(pmod(${G}, 60) as int), cast(pmod(${G}, 59999999) / 1000000BD as decimal(16,6)))`,
    extremes: ["'00:00:00'", "'23:59:59.999999'"],
    since: [4, 1],
  },
  {
    type: "interval day to second",
    generated: `make_dt_interval(0, 0, 0, pmod(${H}, 1000000000000) / 1000000BD)`,
    extremes: ["INTERVAL '-106751990 04:00:54.775808' DAY TO SECOND", "INTERVAL '0' SECOND"],
  },
  {
    type: "interval hour",
    generated: `cast(make_dt_interval(0, cast(pmod(${H}, 10000) as int)) as interval hour)`,
    extremes: ["INTERVAL '-5' HOUR"],
  },
  {
    type: "interval year to month",
    generated: `make_ym_interval(0, hash(id, 8))`,
    extremes: ["INTERVAL '-178956970-8' YEAR TO MONTH", "INTERVAL '0-0' YEAR TO MONTH"],
    oracle: "cast",
  },
  {
    type: "interval",
    generated: `make_interval(0, hash(id, 8) % 1000, 0, hash(id, 9) % 1000, 0, 0, (${H} % 1000000000000) / 1000000BD)`,
    extremes: ["make_interval()", "make_interval(0, -1, 0, 1, 0, 0, -0.000001)"],
    oracle: "cast",
  },
  {
    type: "array<array<bigint>>",
    generated: `array(array(${H}, null), array(), null, array(${G}))`,
    extremes: ["array()", "null"],
  },
  {
    type: "array<string>",
    generated: `transform(sequence(0, cast(pmod(${H}, 5) as int)), x -> if(x = 2, null, concat('é', ${G} + x)))`,
    extremes: ["array()", "array(null)"],
  },
  {
    type: "map<string,array<int>>",
    generated: `map(hex(${H}), array(hash(id, 1), null), 'é', null)`,
    extremes: ["map()"],
  },
  {
    type: "map<int,map<date,decimal(5,2)>>",
    generated: `map(hash(id, 1), map(date_add(DATE '2000-01-01', cast(id as int)), cast(pmod(${H}, 99999) / 100BD as decimal(5,2))))`,
    extremes: ["map(1, map())"],
  },
  {
    type: "struct<a:int,b:struct<c:string,d:array<struct<e:double>>>>",
    generated: `named_struct('a', if(id % 2 = 0, null, hash(id, 1)), 'b', if(id % 5 = 0, null, named_struct('c', hex(${H}), 'd', array(named_struct('e', cast(${G} as double)), null))))`,
    extremes: ["named_struct('a', null, 'b', null)"],
  },
  {
    type: "geometry(4326)",
    generated: `st_setsrid(st_geomfromwkb(unhex('0101000000000000000000F03F0000000000000040')), 4326)`,
    extremes: [],
    since: [4, 2],
  },
  {
    type: "geography(4326)",
    generated: `st_geogfromwkb(unhex('0101000000000000000000F03F0000000000000040'))`,
    extremes: [],
    since: [4, 2],
  },
];
/** The generated rows of {@link queryOf}. */
export const GENERATED = 10_000;

/** Whether the run's Spark has the type. */
export function hasRelease({ since: [major, minor] = [4, 0] }: GeneratedColumn): boolean {
  return isSparkAtLeast(major, minor);
}

/** A null in every eleventh row, and the special values before the generated ones. */
export function queryOf({ type, generated, extremes }: GeneratedColumn, expression = "v"): string {
  const firsts = ["null", ...extremes].map(
    (sql, at) => `SELECT ${at - 1000} AS id, CAST(${sql} AS ${type}) AS v`,
  );
  const rest = `SELECT id, CAST(IF(id % 11 = 10, NULL, ${generated}) AS ${type}) AS v FROM range(0, ${GENERATED}, 1, 1)`;
  const all = [...firsts, rest].join(" UNION ALL ");
  return `SELECT ${expression} FROM (${all}) ORDER BY id`;
}
