import { quotedName, quotedPart } from "../types/sql-name.js";

/** A Delta table's identifier in SQL, and its path. */
export interface TableIdentifier {
  /** The quoted identifier in SQL: `` `db`.`t` `` or `` delta.`/path` ``. */
  readonly sql: string;
  /** Set if the table is identified by its path. */
  readonly path?: string;
}

/** `` delta.`/path` ``, Delta's form of a path in SQL. */
const PATH_IDENTIFIER = /^delta\.`((?:[^`]|``)+)`$/i;
/** The scheme of a URI such as `s3a://bucket/table`. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Parses a table's name or path. A text with a slash or a URI scheme is a path, all other text is a name of
 * one or more parts. Write a name that contains a slash or colon in backticks.
 *
 * @throws {ArgumentError} the text is neither a name nor a path
 */
export function tableIdentifier(nameOrPath: string): TableIdentifier {
  const spelt = PATH_IDENTIFIER.exec(nameOrPath)?.[1]?.replaceAll("``", "`");
  const isPath = !nameOrPath.startsWith("`") && /\//.test(nameOrPath);
  const path = spelt ?? (isPath || SCHEME.test(nameOrPath) ? nameOrPath : undefined);
  if (path === undefined) return { sql: quotedName("nameOrPath", nameOrPath) };
  return { sql: `delta.${quotedPart("nameOrPath", path)}`, path };
}
