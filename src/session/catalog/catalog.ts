import type { DataFrame } from "../../dataframe/dataframe.js";
import type { StorageLevel } from "../../dataframe/storage-level.js";
import { ArgumentError, ProtocolError } from "../../errors.js";
import { SIGNAL, checkMethods } from "../../option-check.js";
import { catalogRelation, type CatalogCall } from "../../plan/catalog.js";
import { queryPlan, storageLevelFields } from "../../plan/command.js";
import { wireType } from "../../plan/wire-type.js";
import type { StructType } from "../../types/struct-type.js";
import type {
  CatalogColumn,
  CatalogDatabase,
  CatalogFunction,
  CatalogMetadata,
  CatalogPartition,
  CatalogTable,
} from "./catalog-entries.js";
import {
  CatalogRow,
  columnOf,
  databaseOf,
  functionOf,
  metadataOf,
  partitionOf,
  tableOf,
} from "./catalog-row.js";
import type { SessionContext } from "../../dataframe/session-context.js";
import type { CallOptions } from "../../connection/call-options.js";
import type { PythonUdf } from "../registration/udf-registration.js";

/** Describes a new table; see Catalog.createTable(). */
export interface CreateTableOptions extends CallOptions {
  /** The folder of the table's files. The table is then external: dropping it keeps the files. */
  readonly path?: string | undefined;
  /** The data source. Default: `spark.sql.sources.default`. */
  readonly source?: string | undefined;
  /** The columns. Default: the columns of the files at `path`. */
  readonly schema?: StructType | undefined;
  readonly description?: string | undefined;
  /** The data source's options. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** Options of the drop methods. */
export interface DropOptions extends CallOptions {
  /** Whether to ignore a name that does not exist. Default false: it is an error. */
  readonly ifExists?: boolean | undefined;
}

/**
 * The session's catalogs, with their databases, tables, views, functions and cached tables. Each method sends
 * a request. Names refer to the current database unless qualified: `db.table` or `catalog.db.table`. Patterns
 * are those of SHOW TABLES: `*` matches any text, `|` separates alternatives.
 */
export class Catalog {
  readonly #context: SessionContext;

  /** @internal Use spark.catalog. */
  constructor(context: SessionContext) {
    this.#context = context;
  }

  // ── Catalogs and databases ───────────────────────────────────────────────────────────────────

  /**
   * Returns the catalog that names without a catalog refer to. Spark's default: `spark_catalog`.
   *
   * @example await spark.catalog.currentCatalog(); // 'spark_catalog'
   */
  async currentCatalog(options: CallOptions = {}): Promise<string> {
    return (await this.#one({ case: "currentCatalog", value: {} }, options)).text(0);
  }
  /**
   * Makes a catalog the session's current catalog.
   *
   * @throws {SparkException} the catalog does not exist
   * @example await spark.catalog.setCurrentCatalog("spark_catalog");
   */
  async setCurrentCatalog(catalogName: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "setCurrentCatalog", value: { catalogName } }, options);
  }
  /**
   * Lists the catalogs that this session has used. Spark loads other catalogs at their first use.
   *
   * @example await spark.catalog.listCatalogs("spark*");
   */
  async listCatalogs(pattern?: string, options: CallOptions = {}): Promise<CatalogMetadata[]> {
    const rows = await this.#rows({ case: "listCatalogs", value: like(pattern) }, options);
    return rows.map(metadataOf);
  }
  /**
   * Returns the database that names without a database refer to. Spark's default: `default`.
   *
   * @example await spark.catalog.currentDatabase(); // 'default'
   */
  async currentDatabase(options: CallOptions = {}): Promise<string> {
    return (await this.#one({ case: "currentDatabase", value: {} }, options)).text(0);
  }
  /**
   * Makes a database the session's current database.
   *
   * @throws {AnalysisException} the database does not exist
   * @example await spark.catalog.setCurrentDatabase("demo");
   */
  async setCurrentDatabase(dbName: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "setCurrentDatabase", value: { dbName } }, options);
  }
  /**
   * Lists the databases of the current catalog, or those with names that match the pattern.
   *
   * @example const names = (await spark.catalog.listDatabases()).map(({ name }) => name);
   */
  async listDatabases(pattern?: string, options: CallOptions = {}): Promise<CatalogDatabase[]> {
    const rows = await this.#rows({ case: "listDatabases", value: like(pattern) }, options);
    return rows.map(databaseOf);
  }
  /**
   * Describes a database.
   *
   * @throws {AnalysisException} the database does not exist
   * @example const { locationUri } = await spark.catalog.getDatabase("demo");
   */
  async getDatabase(dbName: string, options: CallOptions = {}): Promise<CatalogDatabase> {
    return databaseOf(await this.#one({ case: "getDatabase", value: { dbName } }, options));
  }
  /**
   * Whether the database exists.
   *
   * @example await spark.catalog.databaseExists("default"); // true
   */
  async databaseExists(dbName: string, options: CallOptions = {}): Promise<boolean> {
    return (await this.#one({ case: "databaseExists", value: { dbName } }, options)).flag(0);
  }
  /**
   * Creates a database.
   *
   * @param options.ifNotExists keeps an existing database. Default false: it is an error
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.createDatabase("demo", { ifNotExists: true });
   */
  async createDatabase(
    dbName: string,
    options: {
      readonly ifNotExists?: boolean | undefined;
      readonly properties?: Readonly<Record<string, string>> | undefined;
    } & CallOptions = {},
  ): Promise<void> {
    this.#require("createDatabase()");
    const { ifNotExists = false, properties = {} } = options;
    const value = { dbName, ifNotExists, properties: { ...properties } };
    await this.#run({ case: "createDatabase", value }, options);
  }
  /**
   * Drops a database.
   *
   * @param options.cascade drops the database's contents too. Default false: a database that is not empty is an error
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.dropDatabase("demo", { ifExists: true, cascade: true });
   */
  async dropDatabase(
    dbName: string,
    options: { readonly cascade?: boolean | undefined } & DropOptions = {},
  ): Promise<void> {
    this.#require("dropDatabase()");
    const { ifExists = false, cascade = false } = options;
    await this.#run({ case: "dropDatabase", value: { dbName, ifExists, cascade } }, options);
  }

  // ── Tables and views ─────────────────────────────────────────────────────────────────────────

  /**
   * Lists the tables and views of a database, and the session's temporary views.
   *
   * @example const tables = await spark.catalog.listTables("demo", "people*");
   */
  async listTables(
    dbName?: string,
    pattern?: string,
    options: CallOptions = {},
  ): Promise<CatalogTable[]> {
    const value = { ...within(dbName), ...like(pattern) };
    return (await this.#rows({ case: "listTables", value }, options)).map(tableOf);
  }
  /**
   * Lists the views of a database, and the session's temporary views.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example const views = await spark.catalog.listViews("demo");
   */
  async listViews(
    dbName?: string,
    pattern?: string,
    options: CallOptions = {},
  ): Promise<CatalogTable[]> {
    this.#require("listViews()");
    // Without a database the server ignores the pattern.
    const database =
      dbName ?? (pattern === undefined ? undefined : await this.currentDatabase(options));
    const value = { ...within(database), ...like(pattern) };
    return (await this.#rows({ case: "listViews", value }, options)).map(tableOf);
  }
  /**
   * Describes a table or view.
   *
   * @throws {AnalysisException} the table or view does not exist
   * @example const { tableType } = await spark.catalog.getTable("demo.people");
   */
  async getTable(tableName: string, options: CallOptions = {}): Promise<CatalogTable> {
    return tableOf(await this.#one({ case: "getTable", value: { tableName } }, options));
  }
  /**
   * Whether the table or view exists, including temporary views.
   *
   * @param dbName deprecated in Spark: write `db.table` as the name
   * @example await spark.catalog.tableExists("demo.people");
   */
  async tableExists(
    tableName: string,
    dbName?: string,
    options: CallOptions = {},
  ): Promise<boolean> {
    const value = { tableName, ...within(dbName) };
    return (await this.#one({ case: "tableExists", value }, options)).flag(0);
  }
  /**
   * Lists the columns of a table or view.
   *
   * @param dbName deprecated in Spark: write `db.table` as the name
   * @throws {AnalysisException} the table or view does not exist
   * @example const columns = await spark.catalog.listColumns("demo.people");
   */
  async listColumns(
    tableName: string,
    dbName?: string,
    options: CallOptions = {},
  ): Promise<CatalogColumn[]> {
    const value = { tableName, ...within(dbName) };
    return (await this.#rows({ case: "listColumns", value }, options)).map(columnOf);
  }
  /**
   * Creates a table and returns it as a DataFrame.
   *
   * @throws {AnalysisException} the table exists, or neither `schema` nor files at `path` define its columns
   * @example
   * await spark.catalog.createTable("demo.people", {
   *   source: "delta",
   *   schema: await people.schema(),
   * });
   */
  async createTable(tableName: string, options: CreateTableOptions = {}): Promise<DataFrame> {
    const { path, source, schema, description } = options;
    const value = {
      tableName,
      ...(path !== undefined && { path }),
      ...(source !== undefined && { source }),
      ...(description !== undefined && { description }),
      ...(schema !== undefined && { schema: wireType(schema) }),
      options: { ...options.options },
    };
    await this.#run({ case: "createTable", value }, options);
    return this.#context.session().table(tableName);
  }
  /**
   * The same as createTable(), under a name that Spark has deprecated.
   *
   * @example await spark.catalog.createExternalTable("demo.logs", { path: "/data/logs" });
   */
  createExternalTable(
    tableName: string,
    options: Omit<CreateTableOptions, "description"> = {},
  ): Promise<DataFrame> {
    return this.createTable(tableName, options);
  }
  /**
   * Drops a table. The files of an external table stay.
   *
   * @param options.purge deletes the data at once, without moving it to the catalog's trash
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.dropTable("demo.people", { ifExists: true });
   */
  async dropTable(
    tableName: string,
    options: { readonly purge?: boolean | undefined } & DropOptions = {},
  ): Promise<void> {
    this.#require("dropTable()");
    const { ifExists = false, purge = false } = options;
    await this.#run({ case: "dropTable", value: { tableName, ifExists, purge } }, options);
  }
  /**
   * Drops a view of a database, not a temporary view.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.dropView("demo.adults", { ifExists: true });
   */
  async dropView(viewName: string, options: DropOptions = {}): Promise<void> {
    this.#require("dropView()");
    const { ifExists = false } = options;
    await this.#run({ case: "dropView", value: { viewName, ifExists } }, options);
  }
  /**
   * Drops a temporary view of the session. Returns whether it existed.
   *
   * @example await spark.catalog.dropTempView("people");
   */
  async dropTempView(viewName: string, options: CallOptions = {}): Promise<boolean> {
    return (await this.#one({ case: "dropTempView", value: { viewName } }, options)).flag(0);
  }
  /**
   * Drops a view of `global_temp`; pass its name without `global_temp`. Returns whether it existed.
   *
   * @example await spark.catalog.dropGlobalTempView("people");
   */
  async dropGlobalTempView(viewName: string, options: CallOptions = {}): Promise<boolean> {
    return (await this.#one({ case: "dropGlobalTempView", value: { viewName } }, options)).flag(0);
  }
  /**
   * Deletes a table's rows and keeps the table.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.truncateTable("demo.people");
   */
  async truncateTable(tableName: string, options: CallOptions = {}): Promise<void> {
    this.#require("truncateTable()");
    await this.#run({ case: "truncateTable", value: { tableName } }, options);
  }
  /**
   * Computes a table's statistics for the optimizer.
   *
   * @param options.noScan computes only the size, without reading the rows. Default false
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example await spark.catalog.analyzeTable("demo.people", { noScan: true });
   */
  async analyzeTable(
    tableName: string,
    options: { readonly noScan?: boolean | undefined } & CallOptions = {},
  ): Promise<void> {
    this.#require("analyzeTable()");
    const { noScan = false } = options;
    await this.#run({ case: "analyzeTable", value: { tableName, noScan } }, options);
  }
  /**
   * Lists a table's partitions.
   *
   * @throws {AnalysisException} the table is not partitioned
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example const partitions = await spark.catalog.listPartitions("demo.people");
   */
  async listPartitions(tableName: string, options: CallOptions = {}): Promise<CatalogPartition[]> {
    this.#require("listPartitions()");
    const rows = await this.#rows({ case: "listPartitions", value: { tableName } }, options);
    return rows.map(partitionOf);
  }
  /**
   * Adds partitions that exist in the table's folder but not in the catalog.
   *
   * @example await spark.catalog.recoverPartitions("demo.people");
   */
  async recoverPartitions(tableName: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "recoverPartitions", value: { tableName } }, options);
  }
  /**
   * Returns a table's properties by name.
   *
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example const { owner } = await spark.catalog.getTableProperties("demo.people");
   */
  async getTableProperties(
    tableName: string,
    options: CallOptions = {},
  ): Promise<Record<string, string>> {
    this.#require("getTableProperties()");
    const rows = await this.#rows({ case: "getTableProperties", value: { tableName } }, options);
    return Object.fromEntries(rows.map((row) => [row.text(0), row.text(1)]));
  }
  /**
   * Returns the SQL that creates the table or view.
   *
   * @param options.asSerde uses Hive's syntax, for a Hive table. Default false
   * @throws {UnsupportedOperationException} the server is older than Spark 4.2
   * @example const ddl = await spark.catalog.getCreateTableString("demo.people");
   */
  async getCreateTableString(
    tableName: string,
    options: { readonly asSerde?: boolean | undefined } & CallOptions = {},
  ): Promise<string> {
    this.#require("getCreateTableString()");
    const { asSerde = false } = options;
    const call: CatalogCall = { case: "getCreateTableString", value: { tableName, asSerde } };
    return (await this.#one(call, options)).text(0);
  }

  // ── Functions ────────────────────────────────────────────────────────────────────────────────

  /**
   * Lists the functions of a database, and all built-in functions.
   *
   * @example const functions = await spark.catalog.listFunctions("default", "my_*");
   */
  async listFunctions(
    dbName?: string,
    pattern?: string,
    options: CallOptions = {},
  ): Promise<CatalogFunction[]> {
    const value = { ...within(dbName), ...like(pattern) };
    return (await this.#rows({ case: "listFunctions", value }, options)).map(functionOf);
  }
  /**
   * Describes a function.
   *
   * @throws {AnalysisException} the function does not exist
   * @example const { className } = await spark.catalog.getFunction("upper");
   */
  async getFunction(functionName: string, options: CallOptions = {}): Promise<CatalogFunction> {
    return functionOf(await this.#one({ case: "getFunction", value: { functionName } }, options));
  }
  /**
   * Whether the function exists, also as a built-in or temporary function.
   *
   * @param dbName deprecated in Spark: write `db.function` as the name
   * @example await spark.catalog.functionExists("upper"); // true
   */
  async functionExists(
    functionName: string,
    dbName?: string,
    options: CallOptions = {},
  ): Promise<boolean> {
    const value = { functionName, ...within(dbName) };
    return (await this.#one({ case: "functionExists", value }, options)).flag(0);
  }
  /**
   * The same as spark.udf.registerPython(), under a name that Spark has deprecated.
   *
   * @example
   * await spark.catalog.registerFunction("twice", {
   *   source: "def twice(n): return n * 2",
   *   function: "twice",
   *   returnType: "bigint",
   * });
   */
  registerFunction(name: string, udf: PythonUdf, options: CallOptions = {}): Promise<void> {
    return this.#context.session().udf.registerPython(name, udf, options);
  }

  // ── Cached tables ────────────────────────────────────────────────────────────────────────────

  /**
   * Whether the server keeps the table's rows, after cacheTable().
   *
   * @throws {AnalysisException} the table or view does not exist
   * @example await spark.catalog.isCached("demo.people");
   */
  async isCached(tableName: string, options: CallOptions = {}): Promise<boolean> {
    return (await this.#one({ case: "isCached", value: { tableName } }, options)).flag(0);
  }
  /**
   * Makes the server keep a table's rows when a query first reads them.
   *
   * @param storageLevel where to keep the rows. Spark's default: in memory, and on disk if memory is full
   * @example await spark.catalog.cacheTable("demo.people", StorageLevel.MEMORY_ONLY);
   */
  async cacheTable(
    tableName: string,
    storageLevel?: StorageLevel,
    options: CallOptions = {},
  ): Promise<void> {
    const value = {
      tableName,
      ...(storageLevel !== undefined && { storageLevel: storageLevelFields(storageLevel) }),
    };
    await this.#run({ case: "cacheTable", value }, options);
  }
  /**
   * Makes the server drop the rows that it keeps of a table.
   *
   * @example await spark.catalog.uncacheTable("demo.people");
   */
  async uncacheTable(tableName: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "uncacheTable", value: { tableName } }, options);
  }
  /**
   * Drops all cached rows of the server, **including those of other sessions**.
   *
   * @example await spark.catalog.clearCache();
   */
  async clearCache(options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "clearCache", value: {} }, options);
  }
  /**
   * Drops Spark's cached files and rows of a table, after another program changed the table.
   *
   * @example await spark.catalog.refreshTable("demo.people");
   */
  async refreshTable(tableName: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "refreshTable", value: { tableName } }, options);
  }
  /**
   * Drops Spark's cached data of files at or below this path.
   *
   * @example await spark.catalog.refreshByPath("/data/people");
   */
  async refreshByPath(path: string, options: CallOptions = {}): Promise<void> {
    await this.#run({ case: "refreshByPath", value: { path } }, options);
  }

  #require(method: string): void {
    this.#context.connection.version.require(`catalog.${method}`, 4, 2);
  }
  async #run(call: CatalogCall, options: CallOptions): Promise<void> {
    await this.#rows(call, options);
  }
  async #one(call: CatalogCall, options: CallOptions): Promise<CatalogRow> {
    const [row] = await this.#rows(call, options);
    if (row !== undefined) return row;
    throw new ProtocolError("NO_ANSWER", "The server did not answer a catalog call.");
  }
  async #rows(call: CatalogCall, { signal }: CallOptions): Promise<CatalogRow[]> {
    checkNames(call);
    const { connection } = this.#context;
    const plan = queryPlan(connection.relation(catalogRelation(call)));
    const rows: CatalogRow[] = [];
    for await (const batch of connection.rowBatches(plan, { rowMode: "array", signal })) {
      for (const row of batch) rows.push(new CatalogRow(row as unknown[]));
    }
    return rows;
  }
}

checkMethods(Catalog.prototype, {
  currentCatalog: [0, SIGNAL],
  currentDatabase: [0, SIGNAL],
  clearCache: [0, SIGNAL],
  setCurrentCatalog: [1, SIGNAL],
  listCatalogs: [1, SIGNAL],
  setCurrentDatabase: [1, SIGNAL],
  listDatabases: [1, SIGNAL],
  getDatabase: [1, SIGNAL],
  databaseExists: [1, SIGNAL],
  getTable: [1, SIGNAL],
  dropTempView: [1, SIGNAL],
  dropGlobalTempView: [1, SIGNAL],
  truncateTable: [1, SIGNAL],
  listPartitions: [1, SIGNAL],
  recoverPartitions: [1, SIGNAL],
  getTableProperties: [1, SIGNAL],
  getFunction: [1, SIGNAL],
  isCached: [1, SIGNAL],
  uncacheTable: [1, SIGNAL],
  refreshTable: [1, SIGNAL],
  refreshByPath: [1, SIGNAL],
  listTables: [2, SIGNAL],
  listViews: [2, SIGNAL],
  tableExists: [2, SIGNAL],
  listColumns: [2, SIGNAL],
  listFunctions: [2, SIGNAL],
  functionExists: [2, SIGNAL],
  registerFunction: [2, SIGNAL],
  cacheTable: [2, SIGNAL],
  createDatabase: [1, ["ifNotExists", "properties", "signal"]],
  dropDatabase: [1, ["cascade", "ifExists", "signal"]],
  createTable: [1, ["path", "source", "schema", "description", "options", "signal"]],
  createExternalTable: [1, ["path", "source", "schema", "options", "signal"]],
  dropTable: [1, ["purge", "ifExists", "signal"]],
  dropView: [1, ["ifExists", "signal"]],
  analyzeTable: [1, ["noScan", "signal"]],
  getCreateTableString: [1, ["asSerde", "signal"]],
});

/** Fields that must not be empty: for Spark an empty name means a different request. */
const NAMES: ReadonlySet<string> = new Set([
  "catalogName",
  "dbName",
  "tableName",
  "viewName",
  "functionName",
]);

function checkNames({ value }: CatalogCall): void {
  for (const [field, name] of Object.entries(value ?? {})) {
    if (NAMES.has(field) && (typeof name !== "string" || name.trim() === "")) {
      throw new ArgumentError(
        field,
        `${field} must be a name that is not empty, got ${JSON.stringify(name)}.`,
      );
    }
  }
}

function like(pattern: string | undefined): { pattern?: string } {
  return pattern === undefined ? {} : { pattern };
}

function within(dbName: string | undefined): { dbName?: string } {
  return dbName === undefined ? {} : { dbName };
}
