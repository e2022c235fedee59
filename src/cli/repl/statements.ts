// Finds the ends of statements in text that a person types line by line.

import { sqlTokens } from "../../plan/sql-tokens.js";

/** The complete statements of a text, without their semicolons, and the text after the last of them. */
export interface Statements {
  readonly complete: readonly string[];
  readonly rest: string;
}

/** Words after END that close a block of the same name: `END IF`. */
const CLOSED_BY_NAME = new Set(["IF", "WHILE", "LOOP", "REPEAT", "FOR"]);

/**
 * Splits text at semicolons outside quotes, comments and `BEGIN … END` scripts. A statement with an open quote or
 * comment is not complete.
 */
export function splitStatements(text: string): Statements {
  const complete: string[] = [];
  const tokens = sqlTokens(text);
  let start = 0;
  let depth = 0;
  let isFirst = true;
  for (const [index, token] of tokens.entries()) {
    const word = token.kind === "word" ? token.text.toUpperCase() : "";
    const previous = tokens[index - 1]?.text.toUpperCase() ?? "";
    const next = tokens[index + 1]?.text.toUpperCase() ?? "";
    // Only a script has blocks. Elsewhere BEGIN and END may be names.
    if (depth > 0 || (isFirst && word === "BEGIN")) depth += depthChange(previous, word, next);
    isFirst = false;
    if (token.kind !== "symbol") continue;
    if (token.text === "'" || token.text === '"' || token.text === "`") break;
    if (token.text !== ";" || depth > 0) continue;
    const statement = text.slice(start, token.start).trim();
    if (statement !== "") complete.push(statement);
    start = token.end;
    isFirst = true;
  }
  return { complete, rest: text.slice(start) };
}

function depthChange(previous: string, word: string, next: string): number {
  if (word === "CASE") return previous === "END" ? -1 : 1;
  if (word === "BEGIN") return 1;
  return word !== "END" || next === "CASE" || CLOSED_BY_NAME.has(next) ? 0 : -1;
}
