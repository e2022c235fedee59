import type { DeployableDataSource } from "../connection/deployable-data-source.js";
import type { RestAuthOptions } from "../sources/rest-options/auth-options.js";
import type { RestOptions } from "../sources/rest-options/rest-options.js";

/** What every table of a connector has. */
export interface TableShape {
  /** The columns as DDL, such as `id bigint, title string`. A record that does not fit fails the read, see `schemaDrift`. */
  readonly schema: string;
  /** The column, or the columns, that identify a record. A dot names a field of a struct. */
  readonly key: string | readonly string[];
  /**
   * The column that grows with each version of a record. Modes `upsert` and `scd2` keep the record where it is largest. Default:
   * `offsetField`, if it is a column.
   */
  readonly latestBy?: string | undefined;
  /** A condition in SQL on the columns. A record for which it is true deletes the record with its key: `"state = 'deleted'"`. */
  readonly deletes?: string | undefined;
}

/** Options that a table does not have: the connector or its schema says them, or they add columns. */
type NotInTables =
  | "schema"
  | "outputType"
  | "includeInput"
  | "includeMetadata"
  | "authType"
  | "parent"
  | "requestsPerSecond"
  | "requestsPerMinute"
  | "burst";

/** A table that `rest` reads: its shape, and the options of `rest`. */
export interface RestTable extends TableShape, Omit<RestOptions, NotInTables | "url"> {
  /** The endpoint: a path such as `/repos/{owner}/issues`, to which `baseUrl` is added, or a whole URL. */
  readonly url: string;
  /**
   * Another table of the connector. `rest` then makes a request for each record of that table, and placeholders such as
   * `{parent.id}` are fields of its record.
   */
  readonly parent?: string | undefined;
}

/** A table that a data source class of your own reads. */
export interface SourceTable extends TableShape {
  /** The class. It gets the options of the read. Its name does not matter. */
  readonly source: DeployableDataSource;
}

/** A table of a connector. */
export type ConnectorTable = RestTable | SourceTable;

/** The highest rate of the requests of each read. */
export interface ConnectorPace {
  /** See `requestsPerSecond` of `rest`. */
  readonly requestsPerSecond?: number | undefined;
  /** See `requestsPerMinute` of `rest`. */
  readonly requestsPerMinute?: number | undefined;
  /** See `burst` of `rest`. */
  readonly burst?: number | undefined;
}

/** The options of `rest` that all tables share, except the ones that each table has itself. */
export type TableDefaults = Omit<RestOptions, NotInTables | "url">;

/** An API with several tables. */
export interface ConnectorDefinition<
  Tables extends Readonly<Record<string, ConnectorTable>> = Readonly<
    Record<string, ConnectorTable>
  >,
  Parameter extends string = string,
> {
  /** The name for `format()`: letters, digits and underscores. */
  readonly name: string;
  /** The origin and path prefix of the API, such as `https://api.example.com/v1`. A read can set another one. */
  readonly baseUrl: string;
  /** The names of options of a read, such as `owner`. Their values replace `{owner}` in the URLs of the tables. */
  readonly parameters?: readonly Parameter[] | undefined;
  /** The credentials, as options of `rest`. Write secrets as references: `env:NAME`. A read can set others. */
  readonly auth?: RestAuthOptions | undefined;
  /** The highest rate of requests. */
  readonly pace?: ConnectorPace | undefined;
  /** Options for all tables that `rest` reads. A table can set another value. */
  readonly defaults?: TableDefaults | undefined;
  /** The tables by name: letters, digits and underscores. */
  readonly tables: Tables;
}

/** The options of a read besides the table: parameters, credentials, and options of `rest` that replace those of the table. */
export type ConnectorReadOptions<Parameter extends string = string> = Omit<
  RestOptions,
  "url" | "schema" | "outputType" | "includeInput" | "includeMetadata" | "authType"
> &
  Partial<RestAuthOptions> & {
    /** Another origin of the API, such as a gateway's or that of a server in a test. */
    readonly baseUrl?: string | undefined;
  } & { readonly [Name in Parameter]?: string | number | undefined };

/** Whether a class of its own reads the table. */
export function isSourceTable(table: ConnectorTable): table is SourceTable {
  return "source" in table;
}

/** The key columns of a table. */
export function keyColumns({ key }: TableShape): readonly string[] {
  return typeof key === "string" ? [key] : key;
}
