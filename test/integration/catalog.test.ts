import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AnalysisException,
  ArgumentError,
  LongType,
  StorageLevel,
  StringType,
  StructField,
  StructType,
  type SparkSession,
} from "../../src/index.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const SCHEMA = new StructType([
  StructField("id", LongType(), false),
  StructField("day", StringType(), true, { comment: "of the week" }),
]);

describe("spark.catalog", () => {
  let spark: SparkSession;
  const database = uniqueName("catalog");
  beforeAll(async () => {
    spark = await connect();
    await spark.sql(`CREATE DATABASE ${database} COMMENT 'for tests'`);
    await spark.catalog.setCurrentDatabase(database);
  });
  afterAll(async () => {
    await spark.sql(`DROP DATABASE IF EXISTS ${database} CASCADE`);
    await spark.stop();
  });

  it("returns and changes the current catalog and database", async () => {
    expect(await spark.catalog.currentCatalog()).toBe("spark_catalog");
    await spark.catalog.setCurrentCatalog("spark_catalog");
    await spark.catalog.setCurrentDatabase(database);
    expect(await spark.catalog.currentDatabase()).toBe(database);
    const catalogs = await spark.catalog.listCatalogs("spark*");
    expect(catalogs).toEqual([{ name: "spark_catalog", description: null }]);
    await expect(spark.catalog.setCurrentDatabase("no_such_database")).rejects.toBeInstanceOf(
      AnalysisException,
    );
  });

  it("finds databases by name and by pattern", async () => {
    const found = await spark.catalog.getDatabase(database);
    expect(found).toMatchObject({
      name: database,
      catalog: "spark_catalog",
      description: "for tests",
    });
    expect(found.locationUri).toContain(database);
    expect(await spark.catalog.listDatabases(`${database}*`)).toEqual([found]);
    expect(await spark.catalog.databaseExists(database)).toBe(true);
    expect(await spark.catalog.databaseExists("no_such_database")).toBe(false);
  });

  it("creates a table, returns it as a DataFrame, and describes it and its columns", async () => {
    const name = uniqueName("made");
    const made = await spark.catalog.createTable(name, {
      source: "parquet",
      schema: SCHEMA,
      description: "made by a test",
      options: { compression: "none" },
    });
    expect(await made.count()).toBe(0);
    expect(await made.columns()).toEqual(["id", "day"]);
    const table = {
      name,
      catalog: "spark_catalog",
      namespace: [database],
      database,
      description: "made by a test",
      tableType: "MANAGED",
      isTemporary: false,
    };
    expect(await spark.catalog.getTable(name)).toEqual(table);
    expect(await spark.catalog.listTables(database, "made*")).toEqual([table]);
    expect(await spark.catalog.tableExists(name)).toBe(true);
    expect(await spark.catalog.tableExists(name, "default")).toBe(false);
    expect(await spark.catalog.listColumns(name)).toEqual([
      column("id", "bigint", null),
      column("day", "string", "of the week"),
    ]);
    await expect(spark.catalog.createTable(name, { schema: SCHEMA })).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_ALREADY_EXISTS",
    });
    await spark.sql(`DROP TABLE ${name}`);
    await expect(spark.catalog.getTable(name)).rejects.toMatchObject({
      errorClass: "TABLE_OR_VIEW_NOT_FOUND",
    });
  });

  it("creates an external table over files and recovers its missing partitions", async () => {
    const path = uniquePath("external");
    await mkdir(join(path, "day=mon"), { recursive: true });
    await writeFile(join(path, "day=mon", "part.csv"), "1\n2\n");
    const name = uniqueName("external");
    await spark.sql(
      `CREATE TABLE ${name} (id BIGINT, day STRING) USING csv PARTITIONED BY (day) LOCATION '${path}'`,
    );
    expect(await spark.table(name).count()).toBe(0);
    await spark.catalog.recoverPartitions(name);
    expect(await spark.table(name).count()).toBe(2);
    if (isSparkAtLeast(4, 2)) {
      expect(await spark.catalog.listPartitions(name)).toEqual([{ partition: "day=mon" }]);
    }
    expect(await spark.catalog.getTable(name)).toMatchObject({ tableType: "EXTERNAL" });
    const other = uniqueName("external");
    const rows = await spark.catalog.createExternalTable(other, {
      path: join(path, "day=mon"),
      source: "csv",
    });
    expect(await rows.count()).toBe(2);
    await spark.sql(`DROP TABLE ${name}`);
    await spark.sql(`DROP TABLE ${other}`);
  });

  it("lists temporary views beside tables, and drops them", async () => {
    const view = uniqueName("view");
    await spark.range(3).createTempView(view);
    const [found] = await spark.catalog.listTables(undefined, view);
    expect(found).toMatchObject({ name: view, isTemporary: true, tableType: "TEMPORARY" });
    expect(found?.database).toBeNull();
    expect(await spark.catalog.dropTempView(view)).toBe(true);
    expect(await spark.catalog.dropTempView(view)).toBe(false);
    await spark.range(3).createGlobalTempView(view);
    expect(await spark.catalog.tableExists(`global_temp.${view}`)).toBe(true);
    expect(await spark.catalog.dropGlobalTempView(view)).toBe(true);
    expect(await spark.catalog.dropGlobalTempView(view)).toBe(false);
  });

  it("finds built-in functions and functions of a database", async () => {
    expect(await spark.catalog.functionExists("upper")).toBe(true);
    expect(await spark.catalog.functionExists("no_such_function")).toBe(false);
    const upper = await spark.catalog.getFunction("upper");
    expect(upper).toMatchObject({ name: "upper", isTemporary: true });
    expect(upper.className).toContain("Upper");
    const listed = await spark.catalog.listFunctions(undefined, "upp*");
    expect(listed.map(({ name }) => name)).toEqual(["upper"]);
    expect((await spark.catalog.listFunctions()).length).toBeGreaterThan(400);
    expect(await spark.catalog.listFunctions(database, "no_such*")).toEqual([]);
    await expect(spark.catalog.getFunction("no_such_function")).rejects.toBeInstanceOf(
      AnalysisException,
    );
  });

  it("caches a table, on disk if requested, and uncaches it", async () => {
    const name = uniqueName("cached");
    await spark.range(3).write.saveAsTable(name);
    expect(await spark.catalog.isCached(name)).toBe(false);
    await spark.catalog.cacheTable(name, StorageLevel.DISK_ONLY);
    expect(await spark.catalog.isCached(name)).toBe(true);
    expect((await spark.table(name).storageLevel()).equals(StorageLevel.DISK_ONLY)).toBe(true);
    await spark.catalog.uncacheTable(name);
    expect(await spark.catalog.isCached(name)).toBe(false);
    await spark.catalog.cacheTable(name);
    expect(await spark.catalog.isCached(name)).toBe(true);
    await spark.catalog.uncacheTable(name);
    await spark.sql(`DROP TABLE ${name}`);
  });

  it("sees files that others wrote after a refresh", async () => {
    const path = uniquePath("refreshed");
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "one.csv"), "1\n");
    const name = uniqueName("refreshed");
    await spark.catalog.createTable(name, { path, source: "csv" });
    const cached = await spark.table(name).cache();
    expect(await cached.count()).toBe(1);
    await writeFile(join(path, "two.csv"), "2\n");
    expect(await spark.table(name).count()).toBe(1);
    await spark.catalog.refreshTable(name);
    expect(await spark.table(name).count()).toBe(2);
    await writeFile(join(path, "three.csv"), "3\n");
    expect(await spark.table(name).count()).toBe(2);
    await spark.catalog.refreshByPath(path);
    expect(await spark.table(name).count()).toBe(3);
    await cached.unpersist();
    await spark.sql(`DROP TABLE ${name}`);
  });

  it.runIf(isSparkAtLeast(4, 2))("creates and drops databases", async () => {
    const name = uniqueName("dropped");
    await spark.catalog.createDatabase(name, { properties: { team: "blue" } });
    await expect(spark.catalog.createDatabase(name)).rejects.toMatchObject({
      errorClass: "SCHEMA_ALREADY_EXISTS",
    });
    await spark.catalog.createDatabase(name, { ifNotExists: true });
    const described = await spark.sql(`DESCRIBE DATABASE EXTENDED ${name}`);
    const facts = await described.collect({ rowMode: "array" });
    expect(facts.find(([key]) => key === "Properties")?.[1]).toContain("(team,blue)");
    await spark.sql(`CREATE TABLE ${name}.kept (id INT) USING parquet`);
    await expect(spark.catalog.dropDatabase(name)).rejects.toMatchObject({
      errorClass: "SCHEMA_NOT_EMPTY",
    });
    await spark.catalog.dropDatabase(name, { cascade: true });
    expect(await spark.catalog.databaseExists(name)).toBe(false);
    await expect(spark.catalog.dropDatabase(name)).rejects.toMatchObject({
      errorClass: "SCHEMA_NOT_FOUND",
    });
    await spark.catalog.dropDatabase(name, { ifExists: true });
  });

  it.runIf(isSparkAtLeast(4, 2))(
    "returns a table's properties, statistics and SQL, and truncates and drops it",
    async () => {
      const name = uniqueName("described");
      await spark.sql(
        `CREATE TABLE ${name} USING parquet TBLPROPERTIES ('team' = 'blue') AS SELECT id FROM range(5)`,
      );
      expect(await spark.catalog.getTableProperties(name)).toMatchObject({ team: "blue" });
      const made = await spark.catalog.getCreateTableString(name);
      expect(made).toContain("CREATE TABLE");
      expect(made).toContain("'team' = 'blue'");
      await spark.catalog.analyzeTable(name, { noScan: true });
      expect(await statistics(spark, name)).toContain("bytes");
      await spark.catalog.analyzeTable(name);
      expect(await statistics(spark, name)).toContain("5 rows");
      await spark.catalog.truncateTable(name);
      expect(await spark.table(name).count()).toBe(0);
      await spark.catalog.dropTable(name);
      await expect(spark.catalog.dropTable(name)).rejects.toMatchObject({
        errorClass: "TABLE_OR_VIEW_NOT_FOUND",
      });
      await spark.catalog.dropTable(name, { ifExists: true, purge: true });
    },
  );

  it.runIf(isSparkAtLeast(4, 2))("lists and drops the views of a database", async () => {
    const name = uniqueName("listed");
    await spark.sql(`CREATE VIEW ${name} AS SELECT 1 AS one`);
    const [found, ...others] = await spark.catalog.listViews(undefined, "listed*");
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name, database, tableType: "VIEW", isTemporary: false });
    expect((await spark.catalog.listViews(database)).map((view) => view.name)).toContain(name);
    await spark.catalog.dropView(name);
    expect(await spark.catalog.listViews(database, "listed*")).toEqual([]);
    await expect(spark.catalog.dropView(name)).rejects.toBeInstanceOf(AnalysisException);
    await spark.catalog.dropView(name, { ifExists: true });
  });

  it.runIf(!isSparkAtLeast(4, 2))(
    "refuses methods that need Spark 4.2 with an error that says so",
    async () => {
      const { catalog } = spark;
      const calls: Record<string, () => Promise<unknown>> = {
        analyzeTable: () => catalog.analyzeTable("t"),
        createDatabase: () => catalog.createDatabase("d"),
        dropDatabase: () => catalog.dropDatabase("d"),
        dropTable: () => catalog.dropTable("t"),
        dropView: () => catalog.dropView("v"),
        getCreateTableString: () => catalog.getCreateTableString("t"),
        getTableProperties: () => catalog.getTableProperties("t"),
        listPartitions: () => catalog.listPartitions("t"),
        listViews: () => catalog.listViews(),
        truncateTable: () => catalog.truncateTable("t"),
      };
      for (const [name, call] of Object.entries(calls)) {
        await expect(call()).rejects.toMatchObject({
          errorClass: "NEEDS_NEWER_SPARK",
          message: expect.stringContaining(`catalog.${name}() needs Spark 4.2`) as string,
        });
      }
    },
  );

  it("refuses an empty name before it sends a request", async () => {
    await expect(spark.catalog.getTable(" ")).rejects.toMatchObject({ argument: "tableName" });
    await expect(spark.catalog.databaseExists("")).rejects.toBeInstanceOf(ArgumentError);
  });

  it("rejects with the reason of an aborted signal", async () => {
    const reason = new Error("enough");
    const listing = spark.catalog.listTables(undefined, undefined, {
      signal: AbortSignal.abort(reason),
    });
    await expect(listing).rejects.toBe(reason);
  });
});

function column(name: string, dataType: string, description: string | null): object {
  return {
    name,
    dataType,
    description,
    nullable: true,
    isPartition: false,
    isBucket: false,
    isCluster: false,
  };
}

async function statistics(spark: SparkSession, table: string): Promise<string> {
  const described = await spark.sql(`DESCRIBE TABLE EXTENDED ${table}`);
  const facts = await described.collect({ rowMode: "array" });
  return String(facts.find(([key]) => key === "Statistics")?.[1]);
}
