// SQL text cut into tokens by the rules of Spark's own lexer.

/** What a token is; comments and blanks are left out. */
type SqlTokenKind = "word" | "quotedName" | "string" | "number" | "dollarString" | "symbol";

/** A token: its kind, and the piece of the text it stands for. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
  /** Index of its first UTF-16 unit. */
  readonly start: number;
  /** Index behind its last one. */
  readonly end: number;
}

const BLANKS =
  /[ \t\n\f\r\v\u00A0\u1680\u2000-\u200A\u2028\u202F\u205F\u3000]+|--(?:\\\n|[^\r\n])*\r?\n?/y;
/** A path such as `s3://bucket/key?x=1` is one name. */
const PATH = /\p{L}+:\/\/[\p{L}0-9_/\-.?=&#%]+/uy;
const WORD = /[\p{L}0-9_]+/uy;
const NUMBER =
  /(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?:[bB]?[dD]|[fF])?(?![A-Za-z0-9_])|[0-9]+[eE][+-][0-9]+(?:[bB]?[dD]|[fF])?/y;
/** Raw strings end at the next quote; in others a backslash takes the character after it along. */
const RAW_STRING = /[rR](?:'[^']*'|"[^"]*")/y;
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y;
const QUOTED_NAME = /`(?:[^`]|``)*`/y;
const DOLLAR_TAG = /\$[A-Za-z]*\$/y;
/** The symbols of more than one character whose parts would mean something else. */
const SYMBOL = /\/\*\+|\*\/|::|\|\||\|>|->|=>|[\s\S]/uy;

const RULES: readonly (readonly [SqlTokenKind, RegExp])[] = [
  ["string", RAW_STRING],
  ["word", PATH],
  ["number", NUMBER],
  ["word", WORD],
  ["string", STRING],
  ["quotedName", QUOTED_NAME],
];

/** The tokens of SQL text. A quote that never closes is a symbol by itself, as it is to Spark. */
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

/** Such comments nest; `/*+` opens a hint instead. Without an end the comment takes the rest. */
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

/** `$tag$ … $tag$`, as the definition of a metric view has it. */
function dollarStringEnd(text: string, start: number): number | undefined {
  const tagEnd = endOf(DOLLAR_TAG, text, start);
  if (tagEnd === undefined) return undefined;
  const tag = text.slice(start, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return close === -1 ? text.length : close + tag.length;
}
