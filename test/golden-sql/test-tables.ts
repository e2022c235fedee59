import { join } from "node:path";
import type { SparkSession } from "../../src/index.js";

const ONEK_COLUMNS = `unique1 int, unique2 int, two int, four int, ten int, twenty int, hundred int,
  thousand int, twothousand int, fivethous int, tenthous int, odd int, even int,
  stringu1 string, stringu2 string, string4 string`;

/** Creates the tables that Spark's golden files expect in the database `default`. */
export async function createTestTables(spark: SparkSession, folder: string): Promise<void> {
  const postgres = (file: string): string => join(folder, "test-data", "postgresql", file);
  const values: Record<string, string> = {
    testdata: "SELECT CAST(id AS INT) AS key, CAST(id AS STRING) AS value FROM range(1, 101)",
    arraydata: `SELECT * FROM VALUES (array(1, 2, 3), array(array(1, 2, 3))),
      (array(2, 3, 4), array(array(2, 3, 4))) AS t(arraycol, nestedarraycol)`,
    mapdata: `SELECT * FROM VALUES (map(1, 'a1', 2, 'b1', 3, 'c1', 4, 'd1', 5, 'e1')),
      (map(1, 'a2', 2, 'b2', 3, 'c2', 4, 'd2')), (map(1, 'a3', 2, 'b3', 3, 'c3')),
      (map(1, 'a4', 2, 'b4')), (map(1, 'a5')) AS t(mapcol)`,
  };
  for (const [name, query] of Object.entries(values)) {
    await spark.sql(
      `CREATE TABLE ${name} USING parquet AS SELECT /*+ REPARTITION(1) */ * FROM (${query})`,
    );
  }
  const files: readonly (readonly [string, string, string])[] = [
    ["aggtest", "agg.data", "a int, b float"],
    ["onek", "onek.data", ONEK_COLUMNS],
    ["tenk1", "tenk.data", ONEK_COLUMNS],
  ];
  for (const [name, file, columns] of files) {
    await spark.read
      .schema(columns)
      .options({ delimiter: "\t", header: "false" })
      .csv(postgres(file))
      .coalesce(1)
      .write.format("parquet")
      .saveAsTable(name);
  }
}

/** Functions for the PostgreSQL files. Spark's suite defines them in Scala. */
export async function createPostgresFunctions(spark: SparkSession): Promise<void> {
  const functions = {
    "booleq(a BOOLEAN, b BOOLEAN) RETURNS BOOLEAN": "a = b",
    "boolne(a BOOLEAN, b BOOLEAN) RETURNS BOOLEAN": "a <> b",
    "vol(s STRING) RETURNS STRING": "s",
  };
  for (const [head, body] of Object.entries(functions)) {
    await spark.sql(`CREATE TEMPORARY FUNCTION ${head} RETURN ${body}`);
  }
}
