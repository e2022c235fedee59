import { ArgumentError } from "../errors.js";

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
/** One part of a name: in backticks, or up to the next dot. */
const NAME_PART = /`((?:[^`]|``)+)`|([^.`]+)/y;

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
  return { sql: `delta.${quoted("nameOrPath", path)}`, path };
}

/**
 * A name of one or more parts (`db.t`, `` db.`odd.name` ``), each part quoted.
 *
 * @throws {ArgumentError} a part is empty, or a backtick is left open
 */
export function quotedName(argument: string, name: string): string {
  const parts: string[] = [];
  for (let position = 0; ; position += 1) {
    NAME_PART.lastIndex = position;
    const match = NAME_PART.exec(name);
    const part = match?.[1]?.replaceAll("``", "`") ?? match?.[2];
    position = NAME_PART.lastIndex;
    const isLast = position === name.length;
    if (part === undefined || part.trim() === "" || (!isLast && name[position] !== ".")) {
      throw new ArgumentError(
        argument,
        `${JSON.stringify(name)} is no name: parts are divided by dots, and a part with a dot or a backtick in it is written in backticks, those inside doubled.`,
      );
    }
    parts.push(quoted(argument, part));
    if (isLast) return parts.join(".");
  }
}

function quoted(argument: string, identifier: string): string {
  // Spark replaces ${…} in SQL text before it parses it, even inside backticks.
  if (identifier.includes("${")) {
    throw new ArgumentError(
      argument,
      `${JSON.stringify(identifier)} holds "\${", which Spark would take for a variable in SQL.`,
    );
  }
  return `\`${identifier.replaceAll("`", "``")}\``;
}
