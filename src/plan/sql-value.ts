// Writes one value as SQL text, for code that builds statements.

import { expressionOf } from "./literal.js";
import { expressionSql } from "./sql-literal.js";

/**
 * A value, converted by the rules of `lit()`, or a Column of literals, as SQL text. The text means the same under
 * every setting.
 *
 * @throws {ArgumentError} the value cannot be a literal
 */
export function valueSql(argument: string, value: unknown): string {
  return expressionSql(argument, expressionOf(value), "hex");
}
