// Completes names in SQL text: keywords, functions, databases, tables and the columns of the tables in the statement.

import type { SparkSession } from "../../index.js";
import { sqlTokens } from "../../plan/sql-tokens.js";

const KEYWORDS =
  "ALTER AND ANALYZE ANTI AS ASC BETWEEN BY CACHE CASE CAST COLUMN COLUMNS CREATE CROSS DATABASE DATABASES DELETE DESC DESCRIBE DISTINCT DROP ELSE END EXCEPT EXISTS EXPLAIN EXTENDED FALSE FROM FULL FUNCTION FUNCTIONS GROUP HAVING HISTORY IN INNER INSERT INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT MATCHED MERGE NOT NULL OFFSET ON OPTIMIZE OR ORDER OUTER OVER OVERWRITE PARTITION PARTITIONED PIVOT QUALIFY REPLACE RIGHT SELECT SEMI SET SHOW TABLE TABLES TBLPROPERTIES TEMPORARY THEN TO TRUE TRUNCATE UNION UNPIVOT UPDATE USE USING VACUUM VALUES VIEW VIEWS WHEN WHERE WINDOW WITH".split(
    " ",
  );
/** Words after which a statement has the name of a table. */
const BEFORE_TABLE = new Set(["FROM", "JOIN", "INTO", "TABLE", "UPDATE", "VIEW", "DESCRIBE"]);
/** The name at the end of a line, with its qualifiers: `db.tab`. */
const LAST_NAME = /(?:[\p{L}\p{N}_]+\.)*[\p{L}\p{N}_]*$/u;

/** What readline expects: the possible words, and the text that they replace. */
export type Completions = [words: string[], replaced: string];

/**
 * Completes names for a session. It asks the server for names at their first use, and keeps them until
 * {@link forget}.
 */
export class Completer {
  readonly #spark: SparkSession;
  readonly #commands: readonly string[];
  readonly #known = new Map<string, Promise<readonly string[]>>();

  /** @param commands the commands of the prompt that are not SQL */
  constructor(spark: SparkSession, commands: readonly string[]) {
    this.#spark = spark;
    this.#commands = commands;
  }

  /** Forgets the names. Call it after a statement that may have changed them. */
  forget(): void {
    this.#known.clear();
  }

  /**
   * The completions of a line.
   *
   * @param before the earlier lines of the same statement
   */
  async complete(line: string, before: string): Promise<Completions> {
    if (/^\\\w*$/.test(line)) return [matching(this.#commands, line), line];
    const name = LAST_NAME.exec(line)?.[0] ?? "";
    const dot = name.lastIndexOf(".");
    if (dot !== -1) {
      const owner = name.slice(0, dot);
      const names = [
        ...(await this.#columns(owner, before + line)),
        ...(await this.#tables(owner)),
      ];
      return [matching(unique(names), name.slice(dot + 1)), name.slice(dot + 1)];
    }
    const statement = `${before}\n${line.slice(0, line.length - name.length)}`;
    const describes = /^\\d\s/.test(line);
    const last = sqlTokens(statement).at(-1)?.text.toUpperCase() ?? "";
    if (describes || BEFORE_TABLE.has(last)) {
      return [matching([...(await this.#tables("")), ...(await this.#databases())], name), name];
    }
    const columns = await Promise.all(
      tablesIn(before + line).map(({ table }) => this.#columnsOf(table)),
    );
    const words = [...columns.flat(), ...KEYWORDS, ...(await this.#functions())];
    return [matching(unique(words), name), name];
  }

  /** The columns of a table or alias of the statement. */
  async #columns(owner: string, statement: string): Promise<readonly string[]> {
    const named = tablesIn(statement).find(({ table, alias }) => [table, alias].includes(owner));
    return named === undefined ? [] : this.#columnsOf(named.table);
  }

  #columnsOf(table: string): Promise<readonly string[]> {
    return this.#ask(`columns of ${table}`, async () => this.#spark.table(table).columns());
  }

  #tables(database: string): Promise<readonly string[]> {
    return this.#ask(`tables of ${database}`, async () =>
      (await this.#spark.catalog.listTables(database === "" ? undefined : database)).map(
        ({ name }) => name,
      ),
    );
  }

  #databases(): Promise<readonly string[]> {
    return this.#ask("databases", async () =>
      (await this.#spark.catalog.listDatabases()).map(({ name }) => name),
    );
  }

  #functions(): Promise<readonly string[]> {
    return this.#ask("functions", async () =>
      (await this.#spark.catalog.listFunctions())
        .map(({ name }) => name)
        .filter((name) => /^\w+$/.test(name)),
    );
  }

  /** The names, or none if the server refuses the question: a completion never fails. */
  #ask(key: string, ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = ask().catch(() => []);
    this.#known.set(key, asked);
    return asked;
  }
}

/** The tables that a statement names, and their aliases. */
function tablesIn(statement: string): { readonly table: string; readonly alias: string }[] {
  const tokens = sqlTokens(statement);
  const found: { table: string; alias: string }[] = [];
  for (let index = 0; index < tokens.length; index++) {
    if (!BEFORE_TABLE.has(tokens[index]?.text.toUpperCase() ?? "")) continue;
    let table = "";
    let next = index + 1;
    for (; isName(tokens[next]); next += 2) {
      table += tokens[next]?.text ?? "";
      if (tokens[next + 1]?.text !== ".") break;
      table += ".";
    }
    if (table === "" || table.endsWith(".")) continue;
    const after = tokens[next + 1]?.text.toUpperCase() === "AS" ? next + 2 : next + 1;
    found.push({ table, alias: isName(tokens[after]) ? (tokens[after]?.text ?? "") : "" });
  }
  return found;
}

function isName(token: { readonly kind: string; readonly text: string } | undefined): boolean {
  if (token === undefined) return false;
  return (
    token.kind === "quotedName" ||
    (token.kind === "word" && !KEYWORDS.includes(token.text.toUpperCase()))
  );
}

/** The words that begin with `start`, in its case if it is all capitals or all small letters. */
function matching(words: readonly string[], start: string): string[] {
  const lower = start.toLowerCase();
  const found = words.filter((word) => word.toLowerCase().startsWith(lower));
  if (start === "" || start !== lower) return found;
  return found.map((word) => (KEYWORDS.includes(word) ? word.toLowerCase() : word));
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
