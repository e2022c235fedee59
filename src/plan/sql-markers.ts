// The markers of SQL text: `?` and `:name`, told from the other colons Spark's grammar has.

import { sqlTokens, type SqlToken } from "./sql-tokens.js";

/** A place in SQL text that stands for an argument. */
export interface SqlMarker {
  /** Undefined for `?`. */
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * What came last, as far as a colon's meaning depends on it:
 * - `open`: an expression must follow, so a colon starts a marker;
 * - `closed`: an expression has ended, so a colon starts a path into it (`v:a.b`) or the type of a field;
 * - `string`: an expression that a marker may continue, as texts side by side are one (`'a' :b`);
 * - `keyword`: a word where an operator could be, as COMMENT, or an alias: a colon starts a marker;
 * - `statement`: a statement starts here.
 */
type State = "open" | "closed" | "string" | "keyword" | "statement";

/** Words that an expression follows, where they stand at an expression's own place. */
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

/** Words that an expression follows, where they stand behind an expression or at a statement's start. */
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
/** What a label can stand before. */
const LABELLED: ReadonlySet<string> = new Set(["BEGIN", "FOR", "LOOP", "REPEAT", "WHILE"]);
/** Words that start a statement with an expression behind them, so that `IF :begin` has no label. */
const NO_LABELS: ReadonlySet<string> = new Set([
  "CASE",
  "ELSEIF",
  "IF",
  "SELECT",
  "UNTIL",
  "VALUES",
  "WHILE",
]);
/** Words before a list in parentheses of names, each with a value behind it or behind `=`. */
const PROPERTY_LISTS: ReadonlySet<string> = new Set([
  "DBPROPERTIES",
  "OPTIONS",
  "PROPERTIES",
  "SERDEPROPERTIES",
  "TBLPROPERTIES",
]);
/** Types whose parts stand in angle brackets. */
const NESTED_TYPES: ReadonlySet<string> = new Set(["ARRAY", "MAP", "STRUCT"]);

/** The markers, in the text's order. */
export function sqlMarkers(text: string): readonly SqlMarker[] {
  if (!text.includes("?") && !text.includes(":")) return [];
  const tokens = sqlTokens(text);
  return isRawText(tokens) ? [] : new MarkerScan(tokens).run();
}

/** The word that a token is, in capitals. */
export function wordOf(token: SqlToken | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toUpperCase() : undefined;
}

/** Whether the text is a statement whose rest Spark takes as it is, as `SET key = value`. */
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
  /** How many types in angle brackets are open here. */
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

  /** Reads the token at the index and gives the index to go on at. */
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
      // The type that seemed to start was a comparison with a column named as a type.
      this.#angles = 0;
    } else this.#state = word === "END" ? "closed" : "keyword";
  }

  /** THEN and ELSE of a script come before expressions, and before statements too. */
  #isStatementStart(before: SqlToken | undefined): boolean {
    if (this.#state === "statement") return true;
    const word = wordOf(before);
    return this.#isScript && this.#state === "open" && (word === "THEN" || word === "ELSE");
  }

  /** Whether the word starts a clause or a statement, where an expression could start too. */
  #isClause(index: number, word: string): boolean {
    const before = this.#tokens[index - 1];
    if (before?.text === "(" && word === "VALUES") return !this.#isCall;
    if (before?.text === "(" && word === "WHERE")
      return wordOf(this.#tokens[index - 2]) === "FILTER";
    return this.#labelIndex === index && NO_LABELS.has(word);
  }

  /** Where the last statement started. */
  #labelIndex = -1;
  /** Whether the last opening parenthesis is of a call, `f(`. */
  #isCall = false;
  #isPropertyList = false;

  /** Only texts side by side can go on with a marker: not `DATE '…'` and `X'…'`. */
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
      // A path's first name is no keyword, whatever it is called.
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

/** The name behind a marker's colon; a number alone is none. */
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
