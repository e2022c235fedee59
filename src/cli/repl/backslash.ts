// The commands of the prompt that are not SQL: `\d`, `\df`, `\dn`, `\format`, `\?` and `\q`.

import type { SparkSession } from "../../index.js";
import { suggestion } from "../../near-name.js";
import { quotedName } from "../../types/sql-name.js";
import { UsageError } from "../exit-code.js";
import { FORMATS, type Format } from "../format/row-writer.js";

/** What a command asks the prompt to do. */
export type Action =
  | { readonly kind: "quit" }
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "statement"; readonly text: string }
  | { readonly kind: "format"; readonly format: Format };

const HELP: readonly (readonly [command: string, meaning: string])[] = [
  ["\\d", "list the tables and views of the current database"],
  ["\\d NAME", "describe a table, or list the tables of a database"],
  ["\\dn", "list the databases"],
  ["\\df [PATTERN]", "list the functions, such as \\df *date*"],
  ["\\format NAME", `print results as ${FORMATS.join(", ")}`],
  ["\\?", "show this help"],
  ["\\q", "quit; so does Ctrl-D"],
];

/** The words of the commands, for completion. */
export const BACKSLASH_COMMANDS: readonly string[] = HELP.map(
  ([command]) => command.split(" ")[0] ?? "",
);

/** The text of `\?`. */
const BACKSLASH_HELP: string = [
  "End a statement with ; and Enter. A statement can have several lines. Tab completes names.",
  "Ctrl-C cancels the running statement, or clears the text that you typed.",
  ...HELP.map(([command, meaning]) => `  ${command.padEnd(16)}${meaning}`),
].join("\n");

/**
 * Reads a command.
 *
 * @throws {UsageError} the command is unknown or its argument is wrong
 */
export async function backslashAction(line: string, spark: SparkSession): Promise<Action> {
  const [, command = "", argument = ""] = /^(\\\S*)\s*(.*?)[\s;]*$/.exec(line) ?? [];
  switch (command) {
    case "\\q":
      return { kind: "quit" };
    case "\\?":
      return { kind: "print", text: BACKSLASH_HELP };
    case "\\dn":
      return { kind: "statement", text: "SHOW DATABASES" };
    case "\\df":
      return { kind: "statement", text: `SHOW FUNCTIONS${likeClause(argument)}` };
    case "\\d":
      return { kind: "statement", text: await described(argument, spark) };
    case "\\format": {
      const format = FORMATS.find((name) => name === argument);
      if (format !== undefined) return { kind: "format", format };
      throw new UsageError(
        `\\format needs one of ${FORMATS.join(", ")}, got ${JSON.stringify(argument)}.`,
      );
    }
    default:
      throw new UsageError(
        `Unknown command ${command}.${suggestion(command, BACKSLASH_COMMANDS)} \\? lists the commands.`,
      );
  }
}

async function described(name: string, spark: SparkSession): Promise<string> {
  if (name === "") return "SHOW TABLES";
  const quoted = quotedName("name", name);
  if (await spark.catalog.tableExists(name)) return `DESCRIBE TABLE ${quoted}`;
  if (await spark.catalog.databaseExists(name)) return `SHOW TABLES IN ${quoted}`;
  return `DESCRIBE TABLE ${quoted}`;
}

function likeClause(pattern: string): string {
  return pattern === "" ? "" : ` LIKE '${pattern.replace(/['\\]/g, "")}'`;
}
