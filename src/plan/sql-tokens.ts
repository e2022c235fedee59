// Splits SQL text into tokens by the rules of Spark's lexer.

/** The kind of a token. Comments and blanks are not tokens. */
type SqlTokenKind = "word" | "quotedName" | "string" | "number" | "dollarString" | "symbol";

/** A token: its kind and its piece of the text. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
  /** Index of its first UTF-16 code unit. */
  readonly start: number;
  /** Index after its last UTF-16 code unit. */
  readonly end: number;
}

const BLANKS =
  /[ \t\n\f\r\v\u00A0\u1680\u2000-\u200A\u2028\u202F\u205F\u3000]+|--(?:\\\n|[^\r\n])*\r?\n?/y;
/** A path such as `s3://bucket/key?x=1` is one name. */
const PATH = /\p{L}+:\/\/[\p{L}0-9_/\-.?=&#%]+/uy;
const WORD = /[\p{L}0-9_]+/uy;
const NUMBER =
  /(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:[bB]?[dD]|[fF])?(?![A-Za-z0-9_])|[0-9]+[eE][+-][0-9]+(?:[bB]?[dD]|[fF])?/y;
/** A raw string ends at the next quote; in other strings a backslash escapes the next character. */
const RAW_STRING = /[rR](?:'[^']*'|"[^"]*")/y;
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y;
const QUOTED_NAME = /`(?:[^`]|``)*`/y;
const DOLLAR_TAG = /\$[A-Za-z]*\$/y;
/** Any single character, and the longer symbols that would mean something else in parts. */
const SYMBOL = /\/\*\+|\*\/|::|\|\||\|>|->|=>|[\s\S]/uy;

const RULES: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ["string", RAW_STRING],
  ["word", PATH],
  ["number", NUMBER],
  ["word", WORD],
  ["string", STRING],
  ["quotedName", QUOTED_NAME],
];

/** The tokens of SQL text. A quote without its closing quote is a symbol, as in Spark. */
export function sqlTokens(text: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let start = 0;
  while (start < text.length) {
    const blanksEnd = endOf(BLANKS, text, start) ?? bracketedCommentEnd(text, start);
    if (blanksEnd !== undefined) {
      start = blanksEnd;
      continue;
    }
    const [kind, end] = tokenAt(text, start);
    tokens.push({ kind, text: text.slice(start, end), start, end });
    start = end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): readonly [SqlTokenKind, number] {
  for (const [kind, rule] of RULES) {
    const end = endOf(rule, text, start);
    if (end !== undefined) return [kind, end];
  }
  const dollarEnd = dollarStringEnd(text, start);
  if (dollarEnd !== undefined) return ["dollarString", dollarEnd];
  return ["symbol", endOf(SYMBOL, text, start) ?? start + 1];
}

function endOf(rule: RegExp, text: string, start: number): number | undefined {
  rule.lastIndex = start;
  return rule.test(text) ? rule.lastIndex : undefined;
}

/** The end of a bracketed comment. Such comments nest, and may have no end; `/*+` opens a hint instead. */
function bracketedCommentEnd(text: string, start: number): number | undefined {
  if (!opensComment(text, start)) return undefined;
  let depth = 1;
  let index = start + 2;
  while (depth > 0 && index < text.length) {
    if (text.startsWith("*/", index)) {
      depth -= 1;
      index += 2;
    } else if (opensComment(text, index)) {
      depth += 1;
      index += 2;
    } else {
      index += 1;
    }
  }
  return index;
}

function opensComment(text: string, index: number): boolean {
  return text.startsWith("/*", index) && text[index + 2] !== "+";
}

/** The end of `$tag$ … $tag$`, which the definition of a metric view uses. */
function dollarStringEnd(text: string, start: number): number | undefined {
  const tagEnd = endOf(DOLLAR_TAG, text, start);
  if (tagEnd === undefined) return undefined;
  const tag = text.slice(start, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return close === -1 ? text.length : close + tag.length;
}
