import { quotedName, quotedPart } from "../types/sql-name.js";

/** A Delta table as SQL writes it, and where a reader finds it. */
export interface TableIdentifier {
  /** As SQL writes it, quoted: `` `db`.`t` `` or `` delta.`/path` ``. */
  readonly sql: string;
  /** Set where the table is named by its path. */
  readonly path?: string;
}

/** `` delta.`/path` ``, as Delta's users write a path in SQL. */
const PATH_IDENTIFIER = /^delta\.`((?:[^`]|``)+)`$/i;
/** A URI's scheme, as in `s3a://bucket/table`. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Reads what the user calls a table: a text with a slash or a scheme is a path, anything else a name of
 * one or more parts. A name that holds either is written in backticks.
 *
 * @throws {ArgumentError} it is neither
 */
export function tableIdentifier(nameOrPath: string): TableIdentifier {
  const spelt = PATH_IDENTIFIER.exec(nameOrPath)?.[1]?.replaceAll("``", "`");
  const isPath = !nameOrPath.startsWith("`") && /\//.test(nameOrPath);
  const path = spelt ?? (isPath || SCHEME.test(nameOrPath) ? nameOrPath : undefined);
  if (path === undefined) return { sql: quotedName("nameOrPath", nameOrPath) };
  return { sql: `delta.${quotedPart("nameOrPath", path)}`, path };
}
