// Finds the EXECUTE IMMEDIATE statements in SQL text, and their parts.

import { wordOf } from "./sql-markers.js";
import { sqlTokens, type SqlToken } from "./sql-tokens.js";

/** `EXECUTE IMMEDIATE query INTO targets USING parameters`. */
export interface ExecuteImmediate {
  readonly start: number;
  readonly end: number;
  /** The expression that gives the text to run. */
  readonly query: string;
  /** `INTO …`, or an empty text. */
  readonly into: string;
  readonly parameters: readonly ImmediateParameter[];
  /** Whether all expressions are constants, so that they have the same value outside their script. */
  readonly isConstant: boolean;
}

/** A parameter after USING. */
interface ImmediateParameter {
  /** The expression with its alias. */
  readonly sql: string;
  /** The name after AS. */
  readonly name: string | undefined;
}

/** Words that constants may contain. Names after AS are allowed too. */
const CONSTANT_WORDS: ReadonlySet<string> = new Set([
  "AS",
  "DATE",
  "FALSE",
  "NULL",
  "TIMESTAMP",
  "TIMESTAMP_LTZ",
  "TIMESTAMP_NTZ",
  "TRUE",
]);

/** The statements with parameters: the text itself is one, or it is a script that contains them. */
export function executeImmediates(text: string): readonly ExecuteImmediate[] {
  if (!/\bexecute\b/i.test(text)) return [];
  const tokens = sqlTokens(text);
  const isScript = wordOf(tokens[0]) === "BEGIN";
  const found: ExecuteImmediate[] = [];
  for (const [index, token] of tokens.entries()) {
    if (wordOf(token) !== "EXECUTE" || wordOf(tokens[index + 1]) !== "IMMEDIATE") continue;
    if (index > 0 && !isScript) continue;
    const semicolon = tokens.findIndex(({ text: symbol }, at) => at > index && symbol === ";");
    const parts = tokens.slice(index, semicolon === -1 ? undefined : semicolon);
    const statement = statementOf(text, parts);
    if (statement !== undefined) found.push(statement);
  }
  return found;
}

function statementOf(text: string, tokens: readonly SqlToken[]): ExecuteImmediate | undefined {
  const using = topLevel(tokens, "USING");
  const [first] = tokens;
  const last = tokens.at(-1);
  if (using === -1 || first === undefined || last === undefined) return undefined;
  const into = topLevel(tokens.slice(0, using), "INTO");
  const query = tokens.slice(2, into === -1 ? using : into);
  const parameters = splitAtCommas(withoutParentheses(tokens.slice(using + 1)));
  if (query.length === 0 || parameters.some(({ length }) => length === 0)) return undefined;
  return {
    start: first.start,
    end: last.end,
    query: sourceOf(text, query),
    into: into === -1 ? "" : ` ${sourceOf(text, tokens.slice(into, using))}`,
    parameters: parameters.map((parts) => ({ sql: sourceOf(text, parts), name: aliasOf(parts) })),
    isConstant: [query, ...parameters].every(isConstant),
  };
}

function sourceOf(text: string, tokens: readonly SqlToken[]): string {
  return text.slice(tokens[0]?.start, tokens.at(-1)?.end);
}

/** The index of a keyword outside of all parentheses, or -1. */
function topLevel(tokens: readonly SqlToken[], keyword: string): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    depth += depthChange(token);
    return depth === 0 && wordOf(token) === keyword;
  });
}

function depthChange({ kind, text }: SqlToken): number {
  if (kind !== "symbol") return 0;
  if (text === "(" || text === "[") return 1;
  return text === ")" || text === "]" ? -1 : 0;
}

/** The tokens without the parentheses around them, if one pair encloses all tokens. */
function withoutParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  let depth = 0;
  const close = tokens.findIndex((token) => (depth += depthChange(token)) === 0);
  return tokens[0]?.text === "(" && close === tokens.length - 1 ? tokens.slice(1, -1) : tokens;
}

function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += depthChange(token);
    if (depth === 0 && token.text === ",") parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function aliasOf(tokens: readonly SqlToken[]): string | undefined {
  const last = tokens.at(-1);
  if (last === undefined || wordOf(tokens.at(-2)) !== "AS") return undefined;
  if (last.kind === "word") return last.text;
  return last.kind === "quotedName" ? last.text.slice(1, -1).replaceAll("``", "`") : undefined;
}

function isConstant(tokens: readonly SqlToken[]): boolean {
  return tokens.every((token, index) => {
    if (wordOf(tokens[index - 1]) === "AS") return true;
    if (token.kind !== "word") return token.kind !== "quotedName";
    const isNumber = /^[0-9]/.test(token.text);
    // `X'00'` is a constant, but x alone is a name.
    const isBinary = wordOf(token) === "X" && tokens[index + 1]?.kind === "string";
    return isNumber || isBinary || CONSTANT_WORDS.has(wordOf(token) ?? "");
  });
}
