// Finds the markers `?` and `:name` in SQL text. Colons have other meanings in Spark's grammar too.

import { sqlTokens, type SqlToken } from "./sql-tokens.js";

/** A place in SQL text for an argument. */
export interface SqlMarker {
  /** Undefined for `?`. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * What the scan read last, as far as the meaning of a colon depends on it:
 * - `open`: an expression must follow, so a colon starts a marker;
 * - `closed`: an expression has ended, so a colon starts a path into it (`v:a.b`) or the type of a field;
 * - `string`: a string, which a marker may continue, since SQL joins neighbouring strings (`'a' :b`);
 * - `keyword`: a word in the place of an operator, such as COMMENT or an alias: a colon starts a marker;
 * - `statement`: a statement starts here.
 */
type State = "open" | "closed" | "string" | "keyword" | "statement";

/** Words that an expression follows, if they are where an expression can start. */
const PREFIXES: ReadonlySet<string> = new Set([
  "ALL",
  "BOTH",
  "CASE",
  "DISTINCT",
  "INTERVAL",
  "LEADING",
  "NOT",
  "SELECT",
  "TRAILING",
  "WHEN",
]);

/** Words that an expression follows, if they are after an expression or at a statement's start. */
const JOINERS: ReadonlySet<string> = new Set([
  "AGGREGATE",
  "AND",
  "BETWEEN",
  "BY",
  "CASE",
  "DEFAULT",
  "DIV",
  "ELSE",
  "ELSEIF",
  "ESCAPE",
  "EXTEND",
  "FROM",
  "HAVING",
  "IF",
  "ILIKE",
  "IMMEDIATE",
  "IN",
  "LIKE",
  "LIMIT",
  "OF",
  "OFFSET",
  "ON",
  "OR",
  "PLACING",
  "QUALIFY",
  "REFRESH",
  "REGEXP",
  "RETURN",
  "RLIKE",
  "SELECT",
  "THEN",
  "UNTIL",
  "USING",
  "VALUES",
  "WHEN",
  "WHERE",
  "WHILE",
]);

/** Words of a script that a statement follows. */
const STATEMENT_OPENERS: ReadonlySet<string> = new Set(["BEGIN", "DO", "LOOP", "REPEAT"]);
/** Words that can follow a label. */
const LABELLED: ReadonlySet<string> = new Set(["BEGIN", "FOR", "LOOP", "REPEAT", "WHILE"]);
/** Words that an expression follows at a statement's start, so `IF :begin` has a marker and not a label. */
const NO_LABELS: ReadonlySet<string> = new Set([
  "CASE",
  "ELSEIF",
  "IF",
  "SELECT",
  "UNTIL",
  "VALUES",
  "WHILE",
]);
/** Words before a list of properties in parentheses: names, each with a value after it or after `=`. */
const PROPERTY_LISTS: ReadonlySet<string> = new Set([
  "DBPROPERTIES",
  "OPTIONS",
  "PROPERTIES",
  "SERDEPROPERTIES",
  "TBLPROPERTIES",
]);
/** Types that have their parts in angle brackets. */
const NESTED_TYPES: ReadonlySet<string> = new Set(["ARRAY", "MAP", "STRUCT"]);

/** The markers, in the text's order. */
export function sqlMarkers(text: string): readonly SqlMarker[] {
  if (!text.includes("?") && !text.includes(":")) return [];
  const tokens = sqlTokens(text);
  return isRawText(tokens) ? [] : new MarkerScan(tokens).run();
}

/** A word token's text in capitals; undefined for other tokens. */
export function wordOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toUpperCase() : undefined;
}

/** Whether the text is a statement that Spark does not parse to its end, such as `SET key = value`. */
function isRawText(tokens: readonly SqlToken[]): boolean {
  switch (wordOf(tokens[0])) {
    case "SET":
      return !["CATALOG", "TIME", "VAR", "VARIABLE"].includes(wordOf(tokens[1]) ?? "");
    case "RESET":
    case "ADD":
    case "LIST":
      return true;
    default:
      return false;
  }
}

class MarkerScan {
  readonly #tokens: readonly SqlToken[];
  readonly #markers: SqlMarker[] = [];
  readonly #isScript: boolean;
  /** How many angle brackets of types are open. */
  #angles = 0;
  #state: State = "statement";

  constructor(tokens: readonly SqlToken[]) {
    this.#tokens = tokens;
    this.#isScript = wordOf(tokens[0]) === "BEGIN";
  }

  run(): readonly SqlMarker[] {
    for (let index = 0; index < this.#tokens.length;) index = this.#read(index);
    return this.#markers;
  }

  /** Reads the token at the index and returns the index of the next token to read. */
  #read(index: number): number {
    const token = this.#tokens[index];
    if (token === undefined) return index + 1;
    switch (token.kind) {
      case "word":
        this.#readWord(index, token.text.toUpperCase());
        break;
      case "string":
        this.#readString(index);
        break;
      case "quotedName":
        if (this.#isStatementStart(this.#tokens[index - 1])) this.#labelIndex = index;
        this.#state = "closed";
        break;
      case "number":
      case "dollarString":
        this.#state = "closed";
        break;
      case "symbol":
        if (token.text === ":") return this.#readColon(index, token);
        this.#readSymbol(index, token);
    }
    return index + 1;
  }

  #readWord(index: number, word: string): void {
    const before = this.#tokens[index - 1];
    if (this.#isStatementStart(before)) this.#labelIndex = index;
    if (before?.text === ".") this.#state = "closed";
    else if (this.#isPropertyList) this.#state = "keyword";
    else if (this.#state === "open" && !this.#isClause(index, word))
      this.#state = PREFIXES.has(word) ? "open" : "closed";
    else if (this.#isScript && STATEMENT_OPENERS.has(word)) this.#state = "statement";
    else if (JOINERS.has(word)) {
      this.#state = "open";
      // What looked like the start of a type was a comparison with a column that has a type's name.
      this.#angles = 0;
    } else this.#state = word === "END" ? "closed" : "keyword";
  }

  /** Whether a statement can start here. In a script, THEN and ELSE come before expressions and statements. */
  #isStatementStart(before: SqlToken | undefined): boolean {
    if (this.#state === "statement") return true;
    const word = wordOf(before);
    return this.#isScript && this.#state === "open" && (word === "THEN" || word === "ELSE");
  }

  /** Whether the word starts a clause or a statement, in a place where an expression can start too. */
  #isClause(index: number, word: string): boolean {
    const before = this.#tokens[index - 1];
    if (before?.text === "(" && word === "VALUES") return !this.#isCall;
    if (before?.text === "(" && word === "WHERE")
      return wordOf(this.#tokens[index - 2]) === "FILTER";
    return this.#labelIndex === index && NO_LABELS.has(word);
  }

  /** Index of the token that started the last statement. */
  #labelIndex = -1;
  /** Whether the last opening parenthesis belongs to a call, `f(`. */
  #isCall = false;
  #isPropertyList = false;

  /** A marker can continue a plain string, but not `DATE '…'` or `X'…'`. */
  #readString(index: number): void {
    const isTyped = this.#state === "closed" && this.#tokens[index - 1]?.kind === "word";
    this.#state = isTyped ? "closed" : "string";
  }

  #readSymbol(index: number, { text, start, end }: SqlToken): void {
    switch (text) {
      case "?":
        this.#markers.push({ name: undefined, start, end });
        this.#state = "closed";
        break;
      case ")":
      case "]":
        this.#state = "closed";
        this.#isPropertyList = false;
        break;
      case ";":
        this.#state = "statement";
        break;
      case "|>":
        this.#state = "keyword";
        break;
      case "*":
        this.#state = this.#state === "open" ? "closed" : "open";
        break;
      case ">":
        this.#state = this.#angles > 0 ? "closed" : "open";
        this.#angles = Math.max(0, this.#angles - 1);
        break;
      case "<":
        if (this.#opensType(index)) this.#angles += 1;
        this.#state = "open";
        break;
      case "(":
        this.#isCall = this.#state === "closed";
        this.#isPropertyList = PROPERTY_LISTS.has(wordOf(this.#tokens[index - 1]) ?? "");
        this.#state = "open";
        break;
      default:
        this.#state = "open";
    }
  }

  #opensType(index: number): boolean {
    const inside = this.#tokens[index + 1]?.kind;
    return (
      NESTED_TYPES.has(wordOf(this.#tokens[index - 1]) ?? "") &&
      (inside === "word" || inside === "quotedName")
    );
  }

  #readColon(index: number, colon: SqlToken): number {
    const next = this.#tokens[index + 1];
    if (this.#isLabel(index)) {
      this.#state = "statement";
      return index + 1;
    }
    const name = next === undefined ? undefined : nameOf(next);
    if (this.#state === "closed" || next === undefined || name === undefined) {
      // The first name of a path is never a keyword.
      this.#state = name === undefined ? "open" : "closed";
      return name === undefined ? index + 1 : index + 2;
    }
    this.#markers.push({ name, start: colon.start, end: next.end });
    this.#state = "closed";
    return index + 2;
  }

  #isLabel(index: number): boolean {
    if (!this.#isScript || this.#labelIndex !== index - 1) return false;
    const label = wordOf(this.#tokens[index - 1]) ?? "";
    return !NO_LABELS.has(label) && LABELLED.has(wordOf(this.#tokens[index + 1]) ?? "");
  }
}

/** The name after a marker's colon; undefined if the token is not a name. */
function nameOf({ kind, text }: SqlToken): string | undefined {
  switch (kind) {
    case "word":
      return /^[0-9]+$/.test(text) ? undefined : text;
    case "quotedName":
      return text.slice(1, -1).replaceAll("``", "`");
    case "string":
      return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : undefined;
    default:
      return undefined;
  }
}
