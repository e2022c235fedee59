import { sqlTokens, type SqlToken } from "../plan/sql-tokens.js";

/** The datasets and flows that SQL text defines, as far as their names show it. Only the server knows them exactly. */
export interface SqlElement {
  readonly kind: "streamingTable" | "materializedView" | "temporaryView" | "flow";
  readonly name: string;
  /** The dataset that the element writes. Undefined for a table without a query. */
  readonly target: string | undefined;
  /** The tables that its query reads. */
  readonly sources: readonly string[];
}

const KINDS: Readonly<Record<string, Exclude<SqlElement["kind"], "flow">>> = {
  "STREAMING TABLE": "streamingTable",
  "MATERIALIZED VIEW": "materializedView",
  "TEMPORARY VIEW": "temporaryView",
};

/** Reads the tokens of a statement from the left. */
class Reader {
  readonly #tokens: readonly SqlToken[];
  #at = 0;

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
  }

  /** Skips these words if they come next. */
  skip(words: string): boolean {
    const wanted = words.split(" ");
    const isNext = wanted.every(
      (word, index) => this.#tokens[this.#at + index]?.text.toUpperCase() === word,
    );
    if (isNext) this.#at += wanted.length;
    return isNext;
  }

  /** The name that comes next: `markets.prices`. Undefined if none comes. */
  name(): string | undefined {
    let text = "";
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "word" && token?.kind !== "quotedName") return undefined;
      text += token.text;
      this.#at += 1;
      if (this.#tokens[this.#at]?.text !== ".") return text;
      text += ".";
      this.#at += 1;
    }
  }

  /** Moves after the next of these words. */
  seek(words: string): boolean {
    for (; this.#at < this.#tokens.length; this.#at += 1) if (this.skip(words)) return true;
    return false;
  }

  get rest(): readonly SqlToken[] {
    return this.#tokens.slice(this.#at);
  }
}

/** The words that end the list of tables after FROM. */
const AFTER_FROM: ReadonlySet<string> = new Set([
  ...["SELECT", "WHERE", "GROUP", "HAVING", "QUALIFY", "WINDOW", "VIEW"],
  ...["ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET"],
  ...["UNION", "EXCEPT", "MINUS", "INTERSECT", "|>"],
]);

/** What is known in the parentheses around a token. */
interface Level {
  /** Whether FROM starts a list of tables here: not in `extract(day FROM time)`. */
  isQuery: boolean;
  isInFrom: boolean;
}

/** The table that comes next after FROM, JOIN, TABLE or a comma. Undefined if a subquery or a function comes next. */
function tableAt(tokens: readonly SqlToken[]): string | undefined {
  const reader = new Reader(tokens);
  reader.skip("LATERAL");
  const isStream = reader.skip("STREAM");
  reader.skip("(");
  const name = reader.name();
  // A table can be called stream.
  if (name === undefined) return isStream ? tokens[0]?.text : undefined;
  const isTable = !/^(?:SELECT|WITH|FROM|TABLE|\d+)$/i.test(name);
  // A table function, such as range(10), is not a table.
  return isTable && reader.rest[0]?.text !== "(" ? name : undefined;
}

/** The names of the tables that a query reads. */
function sourcesIn(tokens: readonly SqlToken[]): string[] {
  const names = new Set<string>();
  const ofQuery = new Set<string>();
  const levels: Level[] = [{ isQuery: true, isInFrom: false }];
  for (const [index, { text }] of tokens.entries()) {
    const word = text.toUpperCase();
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    // The name of a common table expression: WITH recent AS (
    if (word === "AS" && next?.text === "(" && before !== undefined)
      ofQuery.add(before.text.toLowerCase());
    if (word === "(")
      levels.push({ isQuery: /^(?:FROM|SELECT|WITH)$/i.test(next?.text ?? ""), isInFrom: false });
    if (word === ")" && levels.length > 1) levels.pop();
    const level = levels.at(-1) as Level;
    if (AFTER_FROM.has(word)) level.isInFrom = false;
    const isFrom = word === "FROM" && level.isQuery && before?.text.toUpperCase() !== "DISTINCT";
    if (isFrom) level.isInFrom = true;
    const hasTable =
      isFrom || word === "JOIN" || word === "TABLE" || (word === "," && level.isInFrom);
    const table = hasTable ? tableAt(tokens.slice(index + 1)) : undefined;
    if (table !== undefined) names.add(table);
  }
  return [...names].filter((name) => !ofQuery.has(name.toLowerCase()));
}

/** The names of the tables that SQL text of a query reads. */
export function sourcesOfQuery(text: string): readonly string[] {
  return sourcesIn(sqlTokens(text));
}

/** The table after INTO. It can be called once. */
function targetOf(reader: Reader): string | undefined {
  const first = reader.name();
  const isTarget =
    first?.toUpperCase() !== "ONCE" ||
    /^(?:BY|FROM|SELECT|WITH|\()$/i.test(reader.rest[0]?.text ?? "(");
  return isTarget ? first : reader.name();
}

function elementOf(tokens: readonly SqlToken[]): SqlElement | undefined {
  const reader = new Reader(tokens);
  if (!reader.skip("CREATE")) return undefined;
  reader.skip("OR REFRESH");
  if (reader.skip("FLOW")) {
    const name = reader.name();
    if (name === undefined || !reader.seek("INTO")) return undefined;
    const target = targetOf(reader);
    return { kind: "flow", name, target, sources: sourcesIn(reader.rest) };
  }
  const kind = Object.keys(KINDS).find((words) => reader.skip(words));
  if (kind === undefined) return undefined;
  reader.skip("IF NOT EXISTS");
  const name = reader.name();
  if (name === undefined) return undefined;
  const hasQuery = reader.seek("AS");
  return {
    kind: KINDS[kind] as Exclude<SqlElement["kind"], "flow">,
    name,
    target: hasQuery ? name : undefined,
    sources: sourcesIn(reader.rest),
  };
}

/** The elements that the statements of SQL text define. */
export function sqlElements(text: string): readonly SqlElement[] {
  const statements: SqlToken[][] = [[]];
  for (const token of sqlTokens(text)) {
    if (token.text === ";") statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.map(elementOf).filter((element) => element !== undefined);
}
