/** The same project by PySpark's `spark-pipelines` and by a Pipeline makes the same tables, also in a second run. */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { DataFrame, SparkSession } from "../../../src/index.js";
import { expr, max, min } from "../../../src/functions/index.js";
import {
  pipeline,
  type Pipeline,
  type PipelineStartOptions,
} from "../../../src/pipelines/index.js";
import { connect, uniqueName, uniquePath } from "../support.js";

const CLI = fileURLToPath(new URL("pyspark_pipelines_cli.py", import.meta.url));
const SCHEMA = "coin STRING, price INT, at TIMESTAMP";

/** One of both projects: its database, its folder for checkpoints, and the folder of its sink. */
interface Side {
  readonly database: string;
  readonly storage: string;
  readonly sink: string;
}

function newSide(name: string): Side {
  const folder = uniquePath(name);
  return {
    database: uniqueName(name),
    storage: `file://${folder}/storage`,
    sink: `${folder}/sink`,
  };
}

const source = uniquePath("prices");
const theirs = newSide("theirs");
const ours = newSide("ours");

const DAILY_SQL = `
  CREATE STREAMING TABLE events COMMENT 'all events' AS SELECT coin, price FROM STREAM prices;
  CREATE MATERIALIZED VIEW totals PARTITIONED BY (coin) AS SELECT sum(price) AS total, coin FROM prices GROUP BY coin;
  CREATE STREAMING TABLE large TBLPROPERTIES ('a' = '1');
  CREATE FLOW to_large AS INSERT INTO large BY NAME SELECT coin, price FROM STREAM prices WHERE price > 3;
`;

const PYTHON = `
from pyspark import pipelines as dp
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.active()

def incoming():
    return spark.readStream.format("json").schema("${SCHEMA}").load("${source}")

@dp.table(
    name="prices",
    comment="prices of coins",
    partition_cols=["coin"],
    table_properties={"kept": "for years"},
    schema="price INT COMMENT 'in cents', at TIMESTAMP, coin STRING",
    format="parquet",
)
def any_name():
    return incoming().select("price", "at", "coin")

@dp.temporary_view(comment="prices below 3")
def cheap():
    return spark.read.table("prices").where("price < 3")

@dp.materialized_view(comment="cheapest", spark_conf={"spark.sql.session.timeZone": "Asia/Tokyo"})
def cheapest():
    hour = F.max(F.expr("hour(at)")).alias("hour")
    return spark.table("cheap").groupBy("coin").agg(F.min("price").alias("price"), hour)

dp.create_streaming_table("odd", comment="odd prices", cluster_by=["coin"], schema="${SCHEMA}")

@dp.append_flow(target="odd", name="to_odd", spark_conf={"spark.sql.shuffle.partitions": "1"})
def any_flow():
    return incoming().where("price % 2 = 1")

dp.create_sink("files", "json", {"path": "${theirs.sink}"})

@dp.append_flow(target="files")
def to_files():
    return spark.readStream.table("prices").select("coin", "price")
`;

const incoming = ({ readStream }: SparkSession): DataFrame =>
  readStream.format("json").schema(SCHEMA).load(source);

const CONF = { "spark.sql.shuffle.partitions": "2" };

function ourProject(): Pipeline {
  return pipeline({ storage: ours.storage, database: ours.database, conf: CONF })
    .streamingTable("prices", (spark) => incoming(spark).select("price", "at", "coin"), {
      comment: "prices of coins",
      partitionCols: ["coin"],
      tableProperties: { kept: "for years" },
      schema: "price INT COMMENT 'in cents', at TIMESTAMP, coin STRING",
      format: "parquet",
    })
    .temporaryView("cheap", (spark) => spark.read.table("prices").where("price < 3"), {
      comment: "prices below 3",
    })
    .materializedView(
      "cheapest",
      (spark) =>
        spark
          .table("cheap")
          .groupBy("coin")
          .agg(min("price").alias("price"), max(expr("hour(at)")).alias("hour")),
      { comment: "cheapest", sparkConf: { "spark.sql.session.timeZone": "Asia/Tokyo" } },
    )
    .createStreamingTable("odd", { comment: "odd prices", clusterBy: ["coin"], schema: SCHEMA })
    .appendFlow("odd", (spark) => incoming(spark).where("price % 2 = 1"), {
      name: "to_odd",
      sparkConf: { "spark.sql.shuffle.partitions": "1" },
    })
    .sink("files", { format: "json", options: { path: ours.sink } })
    .appendFlow("files", function to_files({ readStream }) {
      return readStream.table("prices").select("coin", "price");
    })
    .sql({ file: "daily.sql", text: DAILY_SQL });
}

let spark: SparkSession;
let project: string;

async function addRows(file: string, rows: readonly object[]): Promise<void> {
  await writeFile(join(source, file), rows.map((row) => JSON.stringify(row)).join("\n"));
}

beforeAll(async () => {
  spark = await connect();
  for (const { database } of [theirs, ours]) await spark.sql(`CREATE DATABASE ${database}`);
  await mkdir(source, { recursive: true });
  project = uniquePath("project");
  await mkdir(project, { recursive: true });
  const spec = {
    name: "markets",
    storage: theirs.storage,
    database: theirs.database,
    configuration: CONF,
    libraries: [{ glob: { include: "transformations/**" } }],
  };
  await mkdir(join(project, "transformations"));
  await writeFile(join(project, "spark-pipeline.yml"), JSON.stringify(spec));
  await writeFile(join(project, "transformations", "markets.py"), PYTHON);
  await writeFile(join(project, "transformations", "daily.sql"), DAILY_SQL);
});
afterAll(async () => {
  for (const { database } of [theirs, ours])
    await spark.sql(`DROP DATABASE IF EXISTS ${database} CASCADE`);
  await spark.stop();
});

/** Runs both projects at the same time. */
async function runBoth(args: readonly string[], options: PipelineStartOptions): Promise<void> {
  const python = promisify(execFile)(inject("python"), ["-W", "ignore", CLI, "run", ...args], {
    cwd: project,
    env: { ...process.env, SPARK_REMOTE: inject("sparkUrl") },
  });
  const own = ourProject()
    .start(spark, options)
    .then((run) => run.result());
  await Promise.all([python, own]);
}

interface Table {
  readonly create: string;
  readonly rows: readonly string[];
}

async function sortedRows(frame: DataFrame): Promise<string[]> {
  const rows = await frame.selectExpr("to_json(struct(*)) AS row").collect();
  return rows.map((row) => String(row["row"])).sort();
}

/** All tables of a side: the text that creates each, and its rows. */
async function tablesOf({ database, sink }: Side): Promise<Record<string, Table>> {
  const tables: Record<string, Table> = {};
  const names = await (await spark.sql(`SHOW TABLES IN ${database}`)).collect();
  for (const { tableName } of names) {
    const name = `${database}.${String(tableName)}`;
    // This session still knows the files that another session replaced.
    await spark.sql(`REFRESH TABLE ${name}`);
    const [create] = await (await spark.sql(`SHOW CREATE TABLE ${name}`)).collect();
    tables[String(tableName)] = {
      create: String(create?.["createtab_stmt"]).replaceAll(database, "database"),
      rows: await sortedRows(spark.table(name)),
    };
  }
  tables["files"] = {
    create: "the sink",
    rows: await sortedRows(spark.read.schema("coin STRING, price INT").json(sink)),
  };
  return tables;
}

/** The number of rows of each table. */
function counts(tables: Record<string, Table>): Record<string, number> {
  return Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows.length]));
}

describe("the tables of a pipeline equal those of PySpark's spark-pipelines", () => {
  it("after the first run", async () => {
    await addRows("1.json", [
      { coin: "a", price: 1, at: "2026-01-01T00:00:00Z" },
      { coin: "a", price: 4, at: "2026-01-01T01:00:00Z" },
      { coin: "b", price: 2, at: "2026-01-01T23:00:00Z" },
    ]);
    await runBoth([], {});
    const tables = await tablesOf(ours);
    expect(tables).toEqual(await tablesOf(theirs));
    const ofFlows = { prices: 3, events: 3, large: 1, odd: 1, files: 3 };
    expect(counts(tables)).toEqual({ ...ofFlows, cheapest: 2, totals: 2 });
    expect(tables["odd"]?.create).toContain("cluster_by(coin)");
    // Tokyo's hours.
    expect(tables["cheapest"]?.rows[0]).toBe('{"coin":"a","price":1,"hour":9}');
  });

  it("after a second run, with new rows", async () => {
    await addRows("2.json", [
      { coin: "b", price: 7, at: "2026-01-02T00:00:00Z" },
      { coin: "c", price: 2, at: "2026-01-02T01:00:00Z" },
    ]);
    await runBoth([], {});
    const tables = await tablesOf(ours);
    expect(tables).toEqual(await tablesOf(theirs));
    const ofFlows = { prices: 5, events: 5, large: 2, odd: 2, files: 5 };
    expect(counts(tables)).toEqual({ ...ofFlows, cheapest: 3, totals: 3 });
  });

  // Two runs take 20 seconds, so `npm test` stops there.
  const isMatrix = process.env["SPARKTIDE_TEST_SPARK_VERSION"] !== undefined;
  it.skipIf(!isMatrix)(
    "after a full refresh of a streaming table whose source lost rows",
    async () => {
      await rm(join(source, "1.json"));
      await runBoth(["--full-refresh", "odd"], { fullRefresh: ["odd"] });
      const tables = await tablesOf(ours);
      expect(tables).toEqual(await tablesOf(theirs));
      expect(counts(tables)).toMatchObject({ odd: 1, prices: 5 });
    },
  );
});
