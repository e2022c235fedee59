import { ArgumentError } from "../errors.js";
import { suggestion } from "../near-name.js";
import { checkOptions } from "../option-check.js";
import { optionTexts, type OptionValue } from "../plan/option-text.js";
import { shown } from "../value-kind.js";
import type {
  DataSourceDeployment,
  DeployableDataSource,
} from "../connection/deployable-data-source.js";
import type { SparkConnection } from "../connection/spark-connection.js";
import { connectorDeployment, type SentConnector } from "../sources/connector-deployment.js";
import { HIDDEN_OPTIONS } from "../sources/hidden-options.js";
import { PAGE_OPTIONS } from "../sources/option-names.js";
import { rest } from "../sources/rest.js";
import type { PageOptions } from "../sources/rest-options/page-options.js";
import type { RestOptions } from "../sources/rest-options/rest-options.js";
import type { SupervisedStreamOptions } from "../supervisor/supervisor-options.js";
import type { ObjectRow } from "../types/row.js";
import type { SourceOptions } from "../types/source-row.js";
import type { NullableRowOfDdl } from "../types/value-of-ddl.js";
import { checkDefinition, latestByOf, READ_OPTIONS, TABLE_OPTIONS } from "./check-definition.js";
import {
  isSourceTable,
  keyColumns,
  type ConnectorDefinition,
  type ConnectorReadOptions,
  type ConnectorTable,
  type RestTable,
} from "./connector-definition.js";
import { connectorStreams, type ConnectorStreamsOptions } from "./connector-streams.js";

/** The rows of each table of a connector. */
export type ConnectorRows<Tables extends Readonly<Record<string, ConnectorTable>>> = {
  readonly [Table in keyof Tables]: NullableRowOfDdl<
    Tables[Table]["schema"]
  > extends infer Row extends ObjectRow
    ? Row
    : ObjectRow;
};

/** How a table's records are requested. The children of a table repeat these requests. */
const OF_PARENTS = [
  ...(["url", "method", "body", "dataField", "dataFieldMissing"] as const),
  ...(["dataShape", "keyField"] as const),
  ...(Object.keys(PAGE_OPTIONS) as (keyof PageOptions)[]),
] as const;

/**
 * An API with several tables, see {@link defineConnector}. Register it as any other source:
 * `await spark.dataSource.register(github)`.
 */
export class Connector<
  Rows extends Readonly<Record<string, ObjectRow>> = Readonly<Record<string, ObjectRow>>,
  Parameter extends string = string,
> implements DeployableDataSource {
  readonly #definition: ConnectorDefinition;
  /** @internal Undefined if a table has a class of its own, whose options only the class knows. */
  readonly optionNames: readonly string[] | undefined;
  /** @internal */
  readonly hiddenOptions: readonly string[] = HIDDEN_OPTIONS;
  /** @internal */
  readonly availableNowSince: readonly [number, number] | undefined;

  /** @internal Use defineConnector(). */
  constructor(definition: ConnectorDefinition) {
    checkDefinition(definition);
    this.#definition = definition;
    const { parameters = [], tables } = definition;
    const hasClass = Object.values(tables).some(isSourceTable);
    this.optionNames = hasClass ? undefined : ["table", "baseUrl", ...parameters, ...READ_OPTIONS];
    this.availableNowSince = Object.values(tables).every(isSourceTable) ? undefined : [4, 2];
  }

  /** The name for `format()`. */
  get name(): string {
    return this.#definition.name;
  }

  /** @internal */
  get definition(): ConnectorDefinition {
    return this.#definition;
  }

  /** @internal The column that grows with each version of a record of a table. */
  latestBy(table: string): string | undefined {
    return latestByOf(this.#table(table), this.#definition.defaults);
  }

  /**
   * The options of a read as the texts that Spark takes. They also give the rows their type:
   * `spark.read.format("github").options(github.options({ table: "issues", owner: "apache" })).load()`.
   *
   * @throws {ArgumentError} the connector has no such table or option
   */
  options<const Table extends Extract<keyof Rows, string>>(
    options: { readonly table: Table } & ConnectorReadOptions<Parameter>,
  ): SourceOptions<Rows[Table]> {
    // JavaScript callers may leave out the options.
    const { table, ...others } = { ...options } as Readonly<Record<string, OptionValue>>;
    const declared = this.#table(table);
    if (isSourceTable(declared)) return { ...optionTexts(others), table } as never;
    const { parameters = [] } = this.#definition;
    checkOptions(`${this.name}.options()`, others, ["baseUrl", ...parameters, ...READ_OPTIONS]);
    const isOwn = ([name]: readonly [string, unknown]): boolean =>
      name === "baseUrl" || parameters.includes(name);
    const entries = Object.entries(others);
    const settings = Object.fromEntries(entries.filter((entry) => !isOwn(entry)));
    const texts: Record<string, string> = rest.options({ ...settings, url: "/" });
    delete texts["url"];
    return { ...texts, ...optionTexts(Object.fromEntries(entries.filter(isOwn))), table } as never;
  }

  /**
   * Declares a stream for each table, for a `StreamSupervisor`. The session of its `connect` must have registered the
   * connector. Each stream has a checkpoint of its own, and creates its table if it does not exist.
   *
   * - `append` adds each record that the API sends, so a record that changes is there several times.
   * - `upsert` keeps the newest version of each record, by `key`, and removes those that the API deletes.
   * - `scd2` keeps all versions, with the columns `valid_from`, `valid_to` and `is_current`.
   *
   * The table has the same rows if Spark runs a batch again.
   *
   * @throws {ArgumentError} the connector has no such table, an option is wrong, or the mode needs `latestBy`
   */
  streams(
    options: ConnectorStreamsOptions<Extract<keyof Rows, string>, Parameter>,
  ): readonly SupervisedStreamOptions[] {
    for (const table of options.tables ?? []) this.#table(table);
    return connectorStreams(
      this.#definition,
      (table, read) => this.options({ table, ...read } as never),
      options,
    );
  }

  /** @internal */
  async deployment(
    expectedName: string | undefined,
    hidesOptions: boolean,
    connection: SparkConnection,
  ): Promise<DataSourceDeployment> {
    const classes: Record<string, DataSourceDeployment> = {};
    for (const [name, table] of Object.entries(this.#definition.tables)) {
      if (!isSourceTable(table)) continue;
      const { source } = table;
      classes[name] = await source.deployment(source.name, hidesOptions, connection);
    }
    return connectorDeployment(
      sentConnector(this.#definition),
      classes,
      expectedName,
      hidesOptions,
    );
  }

  /** @throws {ArgumentError} the connector has no such table */
  #table(table: unknown): ConnectorTable {
    const { tables } = this.#definition;
    const declared =
      typeof table === "string" && Object.hasOwn(tables, table) ? tables[table] : undefined;
    if (declared !== undefined) return declared;
    const names = Object.keys(tables);
    throw new ArgumentError(
      "table",
      `${this.name} has no table ${shown(table)}.${suggestion(String(table), names)} The tables are: ${names.join(", ")}.`,
    );
  }
}

/** The definition in the form that the server takes. */
function sentConnector(definition: ConnectorDefinition): SentConnector {
  const { name, baseUrl, parameters = [], auth, pace, defaults } = definition;
  const tables: Record<string, Readonly<Record<string, string>>> = {};
  for (const [tableName, table] of Object.entries(definition.tables)) {
    if (isSourceTable(table)) continue;
    const ofRest = Object.entries({ ...defaults, ...table }).filter(
      ([option]) => option === "schema" || TABLE_OPTIONS.includes(option),
    );
    const options = { ...auth, ...pace, ...Object.fromEntries(ofRest), outputType: "columns" };
    const texts: Record<string, string> = rest.options(options as unknown as RestOptions);
    const { parent } = table;
    if (parent !== undefined) texts["parent"] = JSON.stringify(parentOf(definition, parent));
    tables[tableName] = texts;
  }
  return { name, baseUrl, parameters, tables };
}

/** The request of a parent, as the option `parent` of `rest` has it. */
function parentOf(definition: ConnectorDefinition, name: string): object {
  const table = { ...definition.defaults, ...definition.tables[name] } as RestTable;
  const entries = OF_PARENTS.filter((option) => table[option] !== undefined).map(
    (option) => [option, table[option]] as const,
  );
  return { ...Object.fromEntries(entries), key: keyColumns(table)[0] };
}

/**
 * Defines an API with several tables once, for batch and streaming. Nothing is sent before the connector is registered; the
 * server then checks the options of each table together.
 *
 * ```ts
 * const shop = defineConnector({
 *   name: "shop",
 *   baseUrl: "https://api.example.com",
 *   auth: { authType: "Bearer", oauthToken: "env:SPARKTIDE_SECRET_SHOP" },
 *   tables: {
 *     orders: {
 *       url: "/orders?since={updated_at}",
 *       schema: "id bigint, total decimal(12,2), updated_at timestamp",
 *       key: "id",
 *       offsetField: "updated_at",
 *       offsetType: "max_field",
 *     },
 *   },
 * });
 * await spark.dataSource.register(shop);
 * spark.read.format("shop").option("table", "orders").load();
 * ```
 *
 * @throws {ArgumentError} naming the table and the option that is wrong
 */
export function defineConnector<
  const Tables extends Readonly<Record<string, ConnectorTable>>,
  const Parameter extends string = never,
>(definition: ConnectorDefinition<Tables, Parameter>): Connector<ConnectorRows<Tables>, Parameter> {
  return new Connector(definition) as never;
}
