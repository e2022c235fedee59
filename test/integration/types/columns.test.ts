/** Results as an array of values for each column. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ObjectRow, SparkSession } from "../../../src/index.js";
import { connect } from "../support.js";

const QUERY = `SELECT id, IF(id % 3 = 0, NULL, hex(id)) AS s, cast(id AS DECIMAL(30, 4)) AS d,
  timestamp_micros(id * 1000003) AS t, array(id, NULL) AS a, map(cast(id AS STRING), id) AS m,
  named_struct('x', id, 'y', array(named_struct('z', id))) AS st, cast(NULL AS VOID) AS \`__proto__\`
  FROM range(0, 2500, 1, 3)`;

function transposed(rows: readonly ObjectRow[]): Record<string, unknown[]> {
  const [first = {}] = rows;
  return Object.fromEntries(Object.keys(first).map((name) => [name, rows.map((row) => row[name])]));
}

describe("toColumns on a real Spark", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  it("returns the values of the rows, in their order, across batches", async () => {
    await spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 400);
    const df = await spark.sql(QUERY);
    const columns = await df.toColumns();
    expect(Object.keys(columns)).toEqual(await df.columns());
    expect(columns["id"]).toHaveLength(2_500);
    expect(columns).toEqual(transposed(await df.collect()));
    const options = { int64: "string", decimal: "number", temporal: "string" } as const;
    expect(await df.toColumns(options)).toEqual(transposed(await df.collect(options)));
  });

  it("returns each column as an empty array for a result without rows", async () => {
    const df = (await spark.sql(QUERY)).where("id < 0").drop("__proto__");
    expect(await df.toColumns()).toEqual({ id: [], s: [], d: [], t: [], a: [], m: [], st: [] });
    expect(await spark.emptyDataFrame("a INT, b STRING").toColumns()).toEqual({ a: [], b: [] });
  });

  it("returns columns from which createDataFrame() makes the same DataFrame", async () => {
    // Spark cannot compare maps.
    const df = (await spark.sql(QUERY)).drop("__proto__", "m");
    const back = spark.createDataFrame(await df.toColumns(), await df.schema());
    expect(await back.count()).toBe(2_500);
    expect(await df.exceptAll(back).count()).toBe(0);
  });

  it("refuses two columns with the same name, which an object cannot hold", async () => {
    const df = await spark.sql("SELECT 1 AS x, 2 AS x");
    await expect(df.toColumns()).rejects.toMatchObject({ code: "DUPLICATE_COLUMN" });
  });
});
