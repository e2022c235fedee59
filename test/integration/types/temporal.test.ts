/** Dates and times as Temporal objects, on a runtime with Temporal: Node 26. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lit } from "../../../src/functions/index.js";
import type { ObjectRow, SparkSession } from "../../../src/index.js";
import { connect, isSparkAtLeast } from "../support.js";

const HAS_TEMPORAL = "Temporal" in globalThis;
/** The years 1 and 9999, the day of the calendar change, a leap day, a microsecond before 1970. */
const QUERY = `SELECT CAST(t AS DATE) AS d, CAST(t AS TIMESTAMP) AS ltz, CAST(t AS TIMESTAMP_NTZ) AS ntz FROM VALUES
  ('0001-01-01 00:00:00'), ('1582-10-15 12:00:00'), ('1969-12-31 23:59:59.999999'), ('2024-02-29 01:02:03.000001'),
  ('9999-12-31 23:59:59.999999'), (NULL) AS v(t)`;
const CLASSES = {
  d: "PlainDate",
  ltz: "Instant",
  ntz: "PlainDateTime",
  clock: "PlainTime",
} as const;

describe.skipIf(!HAS_TEMPORAL)("Temporal on a real Spark (needs a runtime that has it)", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
    await spark.conf.set("spark.sql.session.timeZone", "Asia/Kathmandu");
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("decodes each type to its Temporal class, to the microsecond, and accepts the objects as input", async () => {
    if (isSparkAtLeast(4, 1)) await spark.conf.set("spark.sql.timeType.enabled", true);
    const clock = isSparkAtLeast(4, 1) ? ["TIME'23:59:59.000001' AS clock"] : [];
    const df = (await spark.sql(QUERY)).selectExpr("*", ...clock);
    const texts = await df.collect({ temporal: "string" });
    const rows = await df.collect({ temporal: "temporal" });
    expect(rows).toHaveLength(texts.length);
    for (const [at, row] of rows.entries()) {
      for (const [name, value] of Object.entries(row)) {
        if (value === null) continue;
        const kind = CLASSES[name as keyof typeof CLASSES];
        expect(Object.prototype.toString.call(value)).toBe(`[object Temporal.${kind}]`);
        expect(sameMoment(name, (value as { toString(): string }).toString()), name).toBe(
          sameMoment(name, String(texts[at]?.[name])),
        );
      }
    }
    const back = spark.createDataFrame(rows, await df.schema());
    expect(await back.collect({ temporal: "string" })).toEqual(texts);
    const [, , row = {}] = rows;
    expect(await one(row)).toEqual([texts[2]]);
  });

  /** The values of the row as literals of their types. */
  async function one(row: ObjectRow): Promise<ObjectRow[]> {
    const columns = Object.entries(row).map(([name, value]) => lit(value).alias(name));
    return spark
      .range(1)
      .select(...columns)
      .collect({ temporal: "string" });
  }
});

/** Temporal omits trailing zeros of a fraction, and writes years by ISO 8601. */
function sameMoment(name: string, text: string): string {
  return name === "d" ? text : text.replace(/(\.\d*?)0+(?=Z|$)/, "$1").replace(/\.(?=Z|$)/, "");
}
