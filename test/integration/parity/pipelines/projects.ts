import { IntegerType, StringType, StructField, StructType } from "../../../../src/index.js";
import type { SparkSession, DataFrame } from "../../../../src/index.js";
import { col, expr } from "../../../../src/functions/index.js";
import type {
  Pipeline,
  PipelineOptions,
  PipelineStartOptions,
} from "../../../../src/pipelines/index.js";

/** The projects whose requests the golden test compares, one for each kind of definition and each option. */

/** The same project in Python and in TypeScript. */
interface Project {
  readonly title: string;
  readonly options: PipelineOptions;
  readonly python?: string;
  /** SQL files by their names. */
  readonly sql?: Readonly<Record<string, string>>;
  readonly ours: (p: Pipeline) => unknown;
  readonly run?: { readonly python: object; readonly ours: PipelineStartOptions };
}

const options: PipelineOptions = { storage: "file:///tmp/golden" };

const rate = ({ readStream }: SparkSession): DataFrame => readStream.format("rate").load();
const RATE = 'spark.readStream.format("rate").load()';

const schema = new StructType([
  StructField("coin", StringType(), false),
  StructField("price", IntegerType(), true, { comment: "in cents" }),
]);
const SCHEMA =
  'T.StructType([T.StructField("coin", T.StringType(), False), T.StructField("price", T.IntegerType(), True, {"comment": "in cents"})])';

const TABLE = [
  'comment="c", format="parquet", table_properties={"a": "1", "b": "2"}, partition_cols=["x", "y"]',
  'schema="coin STRING, x INT, y INT"',
].join(", ");
const table = {
  comment: "c",
  format: "parquet",
  tableProperties: { a: "1", b: "2" },
  partitionCols: ["x", "y"],
  schema: "coin STRING, x INT, y INT",
};

/** Python of a flow function under a decorator. */
function decorated(decorator: string, name: string, body: string): string {
  return `@dp.${decorator}\ndef ${name}():\n    return ${body}\n`;
}

const datasets: readonly Project[] = [
  {
    title: "a streaming table without options",
    options,
    python: decorated("table", "prices", RATE),
    ours: (p) => p.streamingTable("prices", rate),
  },
  {
    title: "a streaming table with all options and DDL as schema",
    options,
    python: decorated(`table(name="prices", spark_conf={"k": "v"}, ${TABLE})`, "any", RATE),
    ours: (p) => p.streamingTable("prices", rate, { ...table, sparkConf: { k: "v" } }),
  },
  {
    title: "a streaming table with a StructType and clustering columns",
    options,
    python: decorated(`table(schema=${SCHEMA}, cluster_by=["coin", "price"])`, "prices", RATE),
    ours: (p) => p.streamingTable("prices", rate, { schema, clusterBy: ["coin", "price"] }),
  },
  {
    title: "a materialized view without options",
    options,
    python: decorated("materialized_view", "daily", 'spark.table("prices").groupBy("x").count()'),
    ours: (p) => p.materializedView("daily", (spark) => spark.table("prices").groupBy("x").count()),
  },
  {
    title: "a materialized view with all options and DDL as schema",
    options,
    python: decorated(
      `materialized_view(name="daily", spark_conf={"k": "v"}, ${TABLE})`,
      "any",
      "spark.range(3)",
    ),
    ours: (p) =>
      p.materializedView("daily", (spark) => spark.range(3), { ...table, sparkConf: { k: "v" } }),
  },
  {
    title: "a materialized view with a StructType and clustering columns",
    options,
    python: decorated(
      `materialized_view(schema=${SCHEMA}, cluster_by=["coin"])`,
      "daily",
      "spark.range(3)",
    ),
    ours: (p) =>
      p.materializedView("daily", (spark) => spark.range(3), { schema, clusterBy: ["coin"] }),
  },
  {
    title: "temporary views with and without options",
    options,
    python:
      decorated("temporary_view", "recent", 'spark.read.table("prices").limit(10)') +
      decorated(
        'temporary_view(name="named", comment="c", spark_conf={"k": "v"})',
        "any",
        "spark.range(3)",
      ),
    ours: (p) =>
      p
        .temporaryView("recent", (spark) => spark.read.table("prices").limit(10))
        .temporaryView("named", (spark) => spark.range(3), {
          comment: "c",
          sparkConf: { k: "v" },
        }),
  },
  {
    title: "streaming tables without a flow of their own",
    options,
    python: [
      'dp.create_streaming_table("plain")',
      `dp.create_streaming_table("full", ${TABLE})`,
      `dp.create_streaming_table("typed", schema=${SCHEMA}, cluster_by=["coin"])`,
    ].join("\n"),
    ours: (p) =>
      p
        .createStreamingTable("plain")
        .createStreamingTable("full", table)
        .createStreamingTable("typed", { schema, clusterBy: ["coin"] }),
  },
];

const flows: readonly Project[] = [
  {
    title: "append flows, named by their function or by an option",
    options,
    python: [
      // Plain files cannot have two flows.
      'dp.create_streaming_table("prices", format="delta")',
      decorated('append_flow(target="prices")', "rising", RATE),
      decorated(
        'append_flow(target="prices", name="named", spark_conf={"k": "v", "n": "1"})',
        "any",
        'spark.readStream.table("raw").where("value > 1")',
      ),
    ].join("\n"),
    ours: (p) => {
      function rising(spark: SparkSession): DataFrame {
        return rate(spark);
      }
      p.createStreamingTable("prices", { format: "delta" })
        .appendFlow("prices", rising)
        .appendFlow("prices", (spark) => spark.readStream.table("raw").where("value > 1"), {
          name: "named",
          sparkConf: { k: "v", n: "1" },
        });
    },
  },
  {
    title: "a sink and a flow into it",
    options,
    python: [
      'dp.create_sink("plain", "console")',
      'dp.create_sink("alerts", "kafka", {"topic": "t", "kafka.bootstrap.servers": "localhost:9092"})',
      decorated('append_flow(target="alerts", name="to_alerts")', "any", RATE),
    ].join("\n"),
    ours: (p) =>
      p
        .sink("plain", { format: "console" })
        .sink("alerts", {
          format: "kafka",
          options: { topic: "t", "kafka.bootstrap.servers": "localhost:9092" },
        })
        .appendFlow("alerts", rate, { name: "to_alerts" }),
  },
  {
    title: "an AUTO CDC flow without options",
    options,
    python: [
      'dp.create_streaming_table("users")',
      'dp.create_auto_cdc_flow("users", "changes", ["id"], "version")',
    ].join("\n"),
    ours: (p) =>
      p.createStreamingTable("users").autoCdcFlow({
        ...{ target: "users", source: "changes", keys: ["id"], sequenceBy: "version" },
      }),
  },
  {
    title: "an AUTO CDC flow of type 1 with SQL text",
    options,
    python: [
      'dp.create_streaming_table("users")',
      'dp.create_auto_cdc_flow("users", "changes", ["id", "region"], "struct(version, time)", "op = \'D\'", ["id", "region", "name"], stored_as_scd_type=1, name="apply")',
    ].join("\n"),
    ours: (p) =>
      p.createStreamingTable("users").autoCdcFlow({
        target: "users",
        source: "changes",
        keys: ["id", "region"],
        sequenceBy: "struct(version, time)",
        applyAsDeletes: "op = 'D'",
        columnList: ["id", "region", "name"],
        storedAsScdType: 1,
        name: "apply",
      }),
  },
  {
    title: "an AUTO CDC flow with Columns",
    options,
    python: [
      'dp.create_streaming_table("users")',
      'dp.create_auto_cdc_flow("users", "changes", [F.col("id")], F.expr("version + 1"), F.col("op") == "D", except_column_list=[F.col("op"), F.col("version")])',
    ].join("\n"),
    ours: (p) =>
      p.createStreamingTable("users").autoCdcFlow({
        target: "users",
        source: "changes",
        keys: [col("id")],
        sequenceBy: expr("version + 1"),
        applyAsDeletes: col("op").eq("D"),
        exceptColumnList: [col("op"), col("version")],
      }),
  },
  {
    title: "an AUTO CDC flow of type 2 with a list of tracked columns",
    options,
    python: [
      'dp.create_streaming_table("users")',
      'dp.create_auto_cdc_flow("users", "changes", ["id"], "version", stored_as_scd_type=2, track_history_column_list=["name", "city"], spark_conf={"k": "v"})',
    ].join("\n"),
    ours: (p) =>
      p.createStreamingTable("users").autoCdcFlow({
        ...{ target: "users", source: "changes", keys: ["id"], sequenceBy: "version" },
        storedAsScdType: 2,
        trackHistoryColumnList: ["name", "city"],
        sparkConf: { k: "v" },
      }),
  },
  {
    title: "an AUTO CDC flow of type 2 with a list of columns that are not tracked",
    options,
    python: [
      'dp.create_streaming_table("users")',
      'dp.create_auto_cdc_flow("users", "changes", ["id"], "version", stored_as_scd_type=2, track_history_except_column_list=[F.col("seen")])',
    ].join("\n"),
    ours: (p) =>
      p.createStreamingTable("users").autoCdcFlow({
        ...{ target: "users", source: "changes", keys: ["id"], sequenceBy: "version" },
        storedAsScdType: 2,
        trackHistoryExceptColumnList: [col("seen")],
      }),
  },
];

const TEXT = "CREATE MATERIALIZED VIEW numbers AS SELECT * FROM range(3);\n";
const MORE =
  "CREATE STREAMING TABLE events;\nCREATE FLOW fill AS INSERT INTO events BY NAME SELECT * FROM STREAM raw;\n";

const rest: readonly Project[] = [
  {
    title: "SQL files",
    options,
    sql: { "numbers.sql": TEXT, "more.sql": MORE },
    ours: (p) => p.sql({ file: "numbers.sql", text: TEXT }).sql({ file: "more.sql", text: MORE }),
  },
  {
    title: "the catalog, the database and the configuration",
    options: {
      ...options,
      catalog: "spark_catalog",
      database: "default",
      conf: { "spark.sql.shuffle.partitions": "3", "spark.sql.ansi.enabled": "true" },
    },
    python: decorated("materialized_view", "daily", "spark.range(3)"),
    ours: (p) => p.materializedView("daily", (spark) => spark.range(3)),
  },
  {
    title: "a flow function that sends SQL",
    options,
    python: decorated("materialized_view", "daily", 'spark.sql("SHOW DATABASES")'),
    ours: (p) => p.materializedView("daily", (spark) => spark.sql("SHOW DATABASES")),
  },
];

const runs: readonly Project[] = (
  [
    ["nothing", {}, {}],
    ["a dry run", { dry: true }, { dryRun: true }],
    ["refresh", { refresh: ["daily", "x.y"] }, { refresh: ["daily", "x.y"] }],
    ["fullRefresh", { full_refresh: ["daily"] }, { fullRefresh: ["daily"] }],
    [
      "both lists",
      { full_refresh: ["daily"], refresh: ["x"] },
      { fullRefresh: ["daily"], refresh: ["x"] },
    ],
    ["fullRefreshAll", { full_refresh_all: true }, { fullRefreshAll: true }],
  ] as const
).map(([title, python, ours]) => ({
  title: `the start of a run with ${title}`,
  options,
  python: decorated("materialized_view", "daily", "spark.range(3)"),
  ours: (p) => p.materializedView("daily", (spark) => spark.range(3)),
  run: { python, ours },
}));

export const projects: readonly Project[] = [...datasets, ...flows, ...rest, ...runs];
