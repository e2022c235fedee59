/** Each method of spark.catalog sends the same request as PySpark's method. */
import { afterAll, beforeAll } from "vitest";
import {
  IntegerType,
  StorageLevel,
  StructField,
  StructType,
  StringType,
  type SparkSession,
} from "../../../src/index.js";
import { connect } from "../support.js";
import { describeGoldenActions, type GoldenAction } from "./golden-plans.js";

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(async () => {
  await spark.stop();
});

const schema = new StructType([
  StructField("a", IntegerType(), false),
  StructField("b", StringType(), true, { comment: "text" }),
]);
const PYTHON_SCHEMA =
  'T.StructType([T.StructField("a", T.IntegerType(), False), T.StructField("b", T.StringType(), True, {"comment": "text"})])';

const actions: readonly GoldenAction[] = [
  ["spark.catalog.currentCatalog()", () => spark.catalog.currentCatalog()],
  ['spark.catalog.setCurrentCatalog("c")', () => spark.catalog.setCurrentCatalog("c")],
  ["spark.catalog.listCatalogs()", () => spark.catalog.listCatalogs()],
  ['spark.catalog.listCatalogs("s*")', () => spark.catalog.listCatalogs("s*")],
  ["spark.catalog.currentDatabase()", () => spark.catalog.currentDatabase()],
  ['spark.catalog.setCurrentDatabase("d")', () => spark.catalog.setCurrentDatabase("d")],
  ["spark.catalog.listDatabases()", () => spark.catalog.listDatabases()],
  ['spark.catalog.listDatabases("d*")', () => spark.catalog.listDatabases("d*")],
  ['spark.catalog.getDatabase("d")', () => spark.catalog.getDatabase("d")],
  ['spark.catalog.databaseExists("d")', () => spark.catalog.databaseExists("d")],
  ['spark.catalog.createDatabase("d")', () => spark.catalog.createDatabase("d")],
  [
    'spark.catalog.createDatabase("d", True, {"k": "v"})',
    () => spark.catalog.createDatabase("d", { ifNotExists: true, properties: { k: "v" } }),
  ],
  ['spark.catalog.dropDatabase("d")', () => spark.catalog.dropDatabase("d")],
  [
    'spark.catalog.dropDatabase("d", True, True)',
    () => spark.catalog.dropDatabase("d", { ifExists: true, cascade: true }),
  ],
  ["spark.catalog.listTables()", () => spark.catalog.listTables()],
  ['spark.catalog.listTables("d")', () => spark.catalog.listTables("d")],
  ['spark.catalog.listTables("d", "t*")', () => spark.catalog.listTables("d", "t*")],
  ['spark.catalog.listTables(None, "t*")', () => spark.catalog.listTables(undefined, "t*")],
  ["spark.catalog.listViews()", () => spark.catalog.listViews()],
  ['spark.catalog.listViews("d")', () => spark.catalog.listViews("d")],
  ['spark.catalog.listViews("d", "v*")', () => spark.catalog.listViews("d", "v*")],
  ['spark.catalog.getTable("t")', () => spark.catalog.getTable("t")],
  ['spark.catalog.tableExists("t")', () => spark.catalog.tableExists("t")],
  ['spark.catalog.tableExists("t", "d")', () => spark.catalog.tableExists("t", "d")],
  ['spark.catalog.listColumns("t")', () => spark.catalog.listColumns("t")],
  ['spark.catalog.listColumns("t", "d")', () => spark.catalog.listColumns("t", "d")],
  ['spark.catalog.dropTable("t")', () => spark.catalog.dropTable("t")],
  [
    'spark.catalog.dropTable("t", True, True)',
    () => spark.catalog.dropTable("t", { ifExists: true, purge: true }),
  ],
  ['spark.catalog.dropView("v")', () => spark.catalog.dropView("v")],
  ['spark.catalog.dropView("v", True)', () => spark.catalog.dropView("v", { ifExists: true })],
  ['spark.catalog.dropTempView("v")', () => spark.catalog.dropTempView("v")],
  ['spark.catalog.dropGlobalTempView("v")', () => spark.catalog.dropGlobalTempView("v")],
  ['spark.catalog.truncateTable("t")', () => spark.catalog.truncateTable("t")],
  ['spark.catalog.analyzeTable("t")', () => spark.catalog.analyzeTable("t")],
  [
    'spark.catalog.analyzeTable("t", True)',
    () => spark.catalog.analyzeTable("t", { noScan: true }),
  ],
  ['spark.catalog.listPartitions("t")', () => spark.catalog.listPartitions("t")],
  ['spark.catalog.recoverPartitions("t")', () => spark.catalog.recoverPartitions("t")],
  ['spark.catalog.getTableProperties("t")', () => spark.catalog.getTableProperties("t")],
  ['spark.catalog.getCreateTableString("t")', () => spark.catalog.getCreateTableString("t")],
  [
    'spark.catalog.getCreateTableString("t", True)',
    () => spark.catalog.getCreateTableString("t", { asSerde: true }),
  ],
  ["spark.catalog.listFunctions()", () => spark.catalog.listFunctions()],
  ['spark.catalog.listFunctions("d")', () => spark.catalog.listFunctions("d")],
  ['spark.catalog.listFunctions("d", "f*")', () => spark.catalog.listFunctions("d", "f*")],
  ['spark.catalog.getFunction("f")', () => spark.catalog.getFunction("f")],
  ['spark.catalog.functionExists("f")', () => spark.catalog.functionExists("f")],
  ['spark.catalog.functionExists("f", "d")', () => spark.catalog.functionExists("f", "d")],
  ['spark.catalog.isCached("t")', () => spark.catalog.isCached("t")],
  ['spark.catalog.cacheTable("t")', () => spark.catalog.cacheTable("t")],
  [
    'spark.catalog.cacheTable("t", StorageLevel.DISK_ONLY_2)',
    () => spark.catalog.cacheTable("t", StorageLevel.DISK_ONLY_2),
  ],
  ['spark.catalog.uncacheTable("t")', () => spark.catalog.uncacheTable("t")],
  ["spark.catalog.clearCache()", () => spark.catalog.clearCache()],
  ['spark.catalog.refreshTable("t")', () => spark.catalog.refreshTable("t")],
  ['spark.catalog.refreshByPath("/p")', () => spark.catalog.refreshByPath("/p")],
  ['spark.catalog.createTable("t")', () => spark.catalog.createTable("t")],
  [
    `spark.catalog.createTable("t", "/p", "csv", ${PYTHON_SCHEMA}, "words", header="true")`,
    () =>
      spark.catalog.createTable("t", {
        path: "/p",
        source: "csv",
        schema,
        description: "words",
        options: { header: "true" },
      }),
  ],
  [
    'spark.catalog.createExternalTable("t", "/p")',
    () => spark.catalog.createExternalTable("t", { path: "/p" }),
  ],
];

describeGoldenActions("spark.catalog", actions);
