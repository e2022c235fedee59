import { ArgumentError } from "../errors.js";
import { checkOptions } from "../option-check.js";
import { suggestion } from "../near-name.js";
import { kindOf, shown } from "../value-kind.js";
import { REST_OPTIONS } from "../sources/option-names.js";
import type { DataType } from "../types/data-type.js";
import { structTypeFromDdl } from "../types/parse-ddl.js";
import { StructType } from "../types/struct-type.js";
import {
  isSourceTable,
  keyColumns,
  type ConnectorDefinition,
  type ConnectorTable,
  type RestTable,
  type TableShape,
} from "./connector-definition.js";

const NAME = /^[A-Za-z]\w*$/;
/** `{name}`, but not `{{name}}`, which is the literal text `{name}`. */
const PLACEHOLDER = /(?<!\{)\{([A-Za-z_][\w.-]*)\}(?!\})/g;
/** The default of the option in `rest`. */
const DEFAULT_OFFSET_FIELD = "timestamp";

const SHAPE: readonly (keyof TableShape)[] = ["schema", "key", "latestBy", "deletes"];
const PACE: readonly string[] = ["requestsPerSecond", "requestsPerMinute", "burst"];
const AUTH = /^(?:auth|user|apiKey|oauth|login|token|broker)/;
const ADDS_COLUMNS: readonly string[] = ["includeInput", "includeMetadata"];
const DEFINITION: readonly (keyof ConnectorDefinition)[] = [
  ...(["name", "baseUrl", "parameters", "auth", "pace", "defaults", "tables"] as const),
];
/** Formats that a connector must not replace. */
const TAKEN: readonly string[] = [
  ...["rest", "weather", "coingecko", "delta", "parquet", "csv", "json", "orc", "text", "xml"],
  ...["avro", "binaryfile", "jdbc", "kafka", "rate", "socket", "console", "memory", "noop"],
];

const restNames = Object.keys(REST_OPTIONS);
/** The options of `rest` that a table can have. */
export const TABLE_OPTIONS: readonly string[] = restNames.filter(
  (name) =>
    !AUTH.test(name) &&
    !PACE.includes(name) &&
    !ADDS_COLUMNS.includes(name) &&
    !["schema", "outputType", "parent"].includes(name),
);
/** The options of `rest` that a read of a connector can have. */
export const READ_OPTIONS: readonly string[] = restNames.filter(
  (name) =>
    !ADDS_COLUMNS.includes(name) && !["url", "schema", "outputType", "parent"].includes(name),
);

/**
 * Checks a definition as far as the client can. The server checks the options of each table together when the connector is
 * registered.
 *
 * @throws {ArgumentError} naming the table and the option that is wrong
 */
export function checkDefinition(definition: ConnectorDefinition): void {
  checkOptions("defineConnector()", definition, DEFINITION);
  const { name, tables, pace, defaults, parameters = [] } = definition;
  requireName("name", "The name of a connector", name);
  if (TAKEN.includes(name.toLowerCase()))
    throw new ArgumentError("name", `A connector cannot be named ${name}: a format has that name.`);
  requireBaseUrl(definition.baseUrl);
  checkParameters(parameters);
  checkOptions(`defineConnector() of ${name}, pace`, pace, PACE);
  const shared = TABLE_OPTIONS.filter((option) => option !== "url");
  checkOptions(`defineConnector() of ${name}, defaults`, defaults, shared);
  // JavaScript callers may pass any type.
  if (typeof (tables as unknown) !== "object" || Object.keys(tables).length === 0)
    throw new ArgumentError(
      "tables",
      `The connector ${name} needs at least one table: tables: { users: { url, schema, key } }.`,
    );
  for (const [table, declared] of Object.entries(tables)) checkTable(definition, table, declared);
  for (const parameter of parameters) {
    const isUsed = Object.values(tables).some(
      (table) => isSourceTable(table) || placeholdersOf(table.url).includes(parameter),
    );
    if (!isUsed)
      throw new ArgumentError(
        "parameters",
        `The parameter ${parameter} of ${name} has no effect: write {${parameter}} into the url of a table, or remove it.`,
      );
  }
}

function requireName(argument: string, what: string, name: unknown): void {
  if (typeof name === "string" && NAME.test(name)) return;
  throw new ArgumentError(
    argument,
    `${what} must be a letter, followed by letters, digits and underscores, got ${shown(name)}.`,
  );
}

function requireBaseUrl(baseUrl: unknown): void {
  const url = typeof baseUrl === "string" && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isPlain = url?.search === "" && url.hash === "" && !/[{}]/.test(String(baseUrl));
  if (url !== undefined && /^https?:$/.test(url.protocol) && isPlain) return;
  throw new ArgumentError(
    "baseUrl",
    `baseUrl must be the origin of an API, perhaps with a path, such as https://api.example.com/v1, got ${shown(baseUrl)}. It has no placeholder: a read can set the option baseUrl.`,
  );
}

function checkParameters(parameters: readonly unknown[]): void {
  if (!Array.isArray(parameters))
    throw new ArgumentError(
      "parameters",
      `parameters must be an array, got ${kindOf(parameters)}.`,
    );
  const taken = [...restNames, "table", "baseUrl", "streaming"].map((name) => name.toLowerCase());
  const seen = new Set<string>();
  for (const parameter of parameters as readonly unknown[]) {
    requireName("parameters", "A parameter", parameter);
    const name = String(parameter).toLowerCase();
    if (taken.includes(name) || seen.has(name))
      throw new ArgumentError(
        "parameters",
        `The parameter ${String(parameter)} has the name of ${seen.has(name) ? "another parameter" : "an option of rest"}. Give it another name.`,
      );
    seen.add(name);
  }
}

function checkTable(definition: ConnectorDefinition, name: string, table: ConnectorTable): void {
  const where = `table ${name} of ${definition.name}`;
  requireName("tables", `The name of a table of ${definition.name}`, name);
  // JavaScript callers may pass any type.
  if (typeof (table as unknown) !== "object")
    throw new ArgumentError("tables", `The ${where} must be an object, got ${kindOf(table)}.`);
  if (isSourceTable(table)) {
    checkOptions(`the ${where}`, table, [...SHAPE, "source"]);
  } else {
    refuseForeign(where, Object.keys(table));
    checkOptions(`the ${where}`, table, [...SHAPE, "parent", ...TABLE_OPTIONS]);
    checkUrl(definition, where, table);
    checkParent(definition, name, table);
  }
  checkShape(where, table, latestByOf(table, definition.defaults));
}

/** Refuses options that belong elsewhere in the definition. */
function refuseForeign(where: string, names: readonly string[]): void {
  const misplaced = (test: (name: string) => boolean, advice: string): void => {
    const name = names.find((option) => restNames.includes(option) && test(option));
    if (name !== undefined)
      throw new ArgumentError(name, `The ${where} cannot have the option ${name}. ${advice}`);
  };
  misplaced((name) => AUTH.test(name), "Write it into auth of the connector.");
  misplaced((name) => PACE.includes(name), "Write it into pace of the connector.");
  misplaced((name) => ADDS_COLUMNS.includes(name), "It adds columns that schema does not have.");
  misplaced((name) => name === "outputType", "The rows have the columns of schema.");
}

function checkUrl(definition: ConnectorDefinition, where: string, table: RestTable): void {
  const { url, parent } = table;
  // JavaScript callers may pass any type.
  if (typeof (url as unknown) !== "string" || !(url.startsWith("/") || /^https?:\/\//.test(url)))
    throw new ArgumentError(
      "url",
      `The url of the ${where} must begin with a slash or with https://, got ${shown(url)}.`,
    );
  const offsetField = table.offsetField ?? definition.defaults?.offsetField;
  const fields = Array.isArray(table.inputData)
    ? (table.inputData as readonly object[]).flatMap((row) => Object.keys(row))
    : [];
  const known = [
    ...(definition.parameters ?? []),
    ...(offsetField ?? DEFAULT_OFFSET_FIELD).split(","),
    ...fields,
    // Bounds of windows, and the position beside an offsetField that is no placeholder.
    ...["start", "end", "position"],
  ];
  for (const name of placeholdersOf(url)) {
    if (known.includes(name) || typeof table.inputData === "string") continue;
    if (name.startsWith("parent.")) {
      if (parent !== undefined) continue;
      throw new ArgumentError(
        "url",
        `The url of the ${where} has the placeholder {${name}}, but the table has no parent. Set parent to the name of a table.`,
      );
    }
    throw new ArgumentError(
      "url",
      `The url of the ${where} has the placeholder {${name}}, which is neither a parameter nor offsetField.${suggestion(name, known)} Add ${name} to parameters, or write %7B and %7D for braces.`,
    );
  }
}

/** The names of the placeholders of a URL. */
function placeholdersOf(url: string): readonly string[] {
  return [...url.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

function checkParent(definition: ConnectorDefinition, name: string, table: RestTable): void {
  const { tables, parameters = [] } = definition;
  const where = `table ${name} of ${definition.name}`;
  if (table.parent === undefined) return;
  const parent = Object.hasOwn(tables, table.parent) ? tables[table.parent] : undefined;
  const refuse = (problem: string): never => {
    throw new ArgumentError(
      "parent",
      `The parent of the ${where}, ${shown(table.parent)}, ${problem}`,
    );
  };
  if (parent === undefined) {
    const names = Object.keys(tables);
    return refuse(
      `is not a table.${suggestion(table.parent, names)} The tables are: ${names.join(", ")}.`,
    );
  }
  if (table.parent === name) return refuse("is the table itself.");
  if (isSourceTable(parent)) return refuse("has a class of its own. It must be a table of rest.");
  if (parent.parent !== undefined)
    return refuse(`has a parent itself, ${shown(parent.parent)}. Only one level is possible.`);
  const position = placeholdersOf(parent.url).find((field) => !parameters.includes(field));
  if (position !== undefined)
    return refuse(
      `has the placeholder {${position}} in its url, so its records depend on a position. Define a table without it for the parent.`,
    );
  if (keyColumns(parent).length > 1) return refuse("has a key of several columns. It needs one.");
}

/** The column that grows with each version of a record; undefined if no column does. */
export function latestByOf(
  table: ConnectorTable,
  defaults: ConnectorDefinition["defaults"],
): string | undefined {
  if (table.latestBy !== undefined || isSourceTable(table)) return table.latestBy;
  const field = table.offsetField ?? defaults?.offsetField ?? DEFAULT_OFFSET_FIELD;
  const hasColumn = typeof table.schema === "string" && /^[\w.]+$/.test(field);
  return hasColumn && typeAt(structTypeOrNone(table.schema), field) !== undefined
    ? field
    : undefined;
}

function structTypeOrNone(schema: string): StructType | undefined {
  try {
    return structTypeFromDdl(schema);
  } catch {
    // checkShape() reports it.
    return undefined;
  }
}

function checkShape(where: string, table: ConnectorTable, latestBy: string | undefined): void {
  const required = (["schema", "key"] as const).find(
    (name) => (table as Partial<TableShape>)[name] === undefined,
  );
  if (required !== undefined)
    throw new ArgumentError(
      required,
      `The ${where} needs ${required}, such as ${required === "schema" ? '"id bigint, name string"' : '"id"'}.`,
    );
  const schema = schemaOf(where, table.schema);
  const keys = keyColumns(table);
  if (keys.length === 0) throw new ArgumentError("key", `The key of the ${where} has no column.`);
  for (const column of keys) requireColumn("key", where, schema, column);
  if (latestBy !== undefined) requireColumn("latestBy", where, schema, latestBy);
  // JavaScript callers may pass any type.
  const deletes: unknown = table.deletes;
  if (deletes !== undefined && (typeof deletes !== "string" || deletes.trim() === ""))
    throw new ArgumentError("deletes", `deletes of the ${where} must be a condition in SQL.`);
}

function schemaOf(where: string, text: string): StructType {
  try {
    return structTypeFromDdl(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ArgumentError("schema", `The schema of the ${where} cannot be read: ${problem}`, {
      cause: error,
    });
  }
}

function requireColumn(option: string, where: string, schema: StructType, path: unknown): void {
  if (typeof path === "string" && typeAt(schema, path) !== undefined) return;
  const names = schema.fields.map(({ name }) => name);
  throw new ArgumentError(
    option,
    `${option} of the ${where} names ${shown(path)}, which is not a column.${suggestion(String(path), names)} The columns are: ${names.join(", ")}.`,
  );
}

/** The type of a column, or of a field in it; undefined if there is no such field. */
export function typeAt(schema: StructType | undefined, path: string): DataType | undefined {
  let type: DataType | undefined = schema;
  for (const part of path.split(".")) {
    if (!(type instanceof StructType)) return undefined;
    type = type.fields.find(({ name }) => name.toLowerCase() === part.toLowerCase())?.dataType;
  }
  return type;
}
