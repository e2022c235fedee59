import {
  SparkError,
  type CatalogTable,
  type DataFrame,
  type SparkSession,
  type StructType,
} from "../../index.js";
import { suggestion } from "../../near-name.js";
import { byCodeUnits, type Declared } from "./declared.js";
import { repeatedNames } from "./row-text.js";

/** The number of schemas that the command asks the server for at the same time. */
const PARALLEL = 8;

/** The tables to declare. Without databases and tables, those of the current database. */
export interface TableSelection {
  readonly databases: readonly string[];
  readonly tables: readonly string[];
}

interface FoundTable {
  readonly table: CatalogTable;
  /** Whether a temporary view hides the table's name without its database. */
  readonly isHidden: boolean;
}

/**
 * Reads the schemas of the selected tables and views, in the order of their names.
 *
 * @throws {SparkError} a database or table does not exist, or its schema cannot be read; the message has its name
 */
export async function readTables(
  spark: SparkSession,
  { databases, tables }: TableSelection,
  signal: AbortSignal,
): Promise<Declared[]> {
  const call = { signal };
  const catalog = await spark.catalog.currentCatalog(call);
  const database = await spark.catalog.currentDatabase(call);
  const isCurrent = (table: CatalogTable): boolean =>
    table.catalog === catalog && table.database === database;
  // Without a name, Spark lists the current database.
  const listed = databases.length + tables.length === 0 ? [undefined] : databases;
  const found: FoundTable[] = [];
  for (const name of listed) {
    if (name !== undefined) await requireDatabase(spark, name, signal);
    const all = await spark.catalog.listTables(name, undefined, call);
    const temporary = all.filter(isSessionView).map((table) => table.name);
    found.push(...all.map((table) => ({ table, isHidden: temporary.includes(table.name) })));
  }
  for (const name of tables) {
    const table = await spark.catalog.getTable(name, call).catch(unreadable(`Table ${name}`));
    const bare = isCurrent(table) ? await spark.catalog.getTable(quoted(table.name), call) : table;
    found.push({ table, isHidden: isSessionView(bare) });
  }
  const byName = new Map<
    string,
    { readonly entry: FoundTable; readonly names: Declared["names"] }
  >();
  for (const entry of found) {
    const { table, isHidden } = entry;
    const parts = partsOf(table, catalog);
    const full = parts.map(quoted).join(".");
    const names: Declared["names"] =
      isCurrent(table) && !isHidden ? [full, quoted(table.name)] : [full];
    byName.set(full, { entry, names });
  }
  const chosen = [...byName.values()].sort((a, b) => byCodeUnits(a.names[0], b.names[0]));
  const declared: Declared[] = [];
  for (let start = 0; start < chosen.length; start += PARALLEL) {
    const some = chosen.slice(start, start + PARALLEL).map(async ({ entry: { table }, names }) => {
      const schema = await schemaOf(spark.table(names[0]), `table ${names[0]}`, signal);
      const comment = table.description ?? undefined;
      return { kind: "table" as const, names, parts: partsOf(table, catalog), comment, schema };
    });
    declared.push(...(await Promise.all(some)));
  }
  return declared;
}

/**
 * Reads the schema of a data source. Tries a batch first, then a stream, because some sources are only one of them.
 *
 * @throws {SparkError} the server does not know the source, or cannot tell its schema
 */
export async function readSource(
  spark: SparkSession,
  name: string,
  options: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Declared> {
  const batch = (): DataFrame => spark.read.format(name).options(options).load();
  const stream = (): DataFrame => spark.readStream.format(name).options(options).load();
  const schema = await schemaOf(batch(), `source ${name}`, signal).catch(async (error: unknown) => {
    signal.throwIfAborted();
    try {
      return await schemaOf(stream(), `source ${name}`, signal);
    } catch {
      throw error;
    }
  });
  return { kind: "source", names: [name], parts: [name, "format"], comment: undefined, schema };
}

async function schemaOf(df: DataFrame, what: string, signal: AbortSignal): Promise<StructType> {
  const schema = await df
    .schema({ signal })
    .catch(unreadable(`The schema of ${what} cannot be read`));
  const [repeated] = repeatedNames(schema);
  if (repeated === undefined) return schema;
  throw new SparkError(
    "REPEATED_COLUMN",
    `The ${what} has more than one column ${JSON.stringify(repeated)} in the same struct, so a row as an object cannot hold both. Give the columns different names, for example in a view.`,
  );
}

async function requireDatabase(
  spark: SparkSession,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (await spark.catalog.databaseExists(name, { signal })) return;
  const known = await spark.catalog.listDatabases(undefined, { signal });
  const near = suggestion(
    name,
    known.map((database) => database.name),
  );
  throw new SparkError("DATABASE_NOT_FOUND", `Database ${name} does not exist.${near}`);
}

/** Returns a handler that puts the name of the table or source before Spark's message, without the plan. */
function unreadable(what: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SparkError)) throw error;
    // Spark ends its sentences with a semicolon if the plan follows.
    const [reason = ""] = error.message.split(";\n", 1);
    throw new SparkError(error.code, `${what}: ${reason}`, { cause: error });
  };
}

function isSessionView({ isTemporary, namespace }: CatalogTable): boolean {
  return isTemporary && (namespace ?? []).length === 0;
}

/** The parts of a table's name. The catalog is a part only if it is not the current one. */
function partsOf({ catalog, namespace, name }: CatalogTable, current: string): string[] {
  const outer = catalog === null || catalog === current ? [] : [catalog];
  return [...outer, ...(namespace ?? []), name];
}

/** A part of a name as spark.table() reads it: in backticks if Spark's parser needs them. */
function quoted(part: string): string {
  return /^[A-Za-z_]\w*$/.test(part) ? part : `\`${part.replaceAll("`", "``")}\``;
}
