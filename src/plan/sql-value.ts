// One value as SQL text, for whoever builds statements.

import { expressionOf } from "./literal.js";
import { expressionSql } from "./sql-literal.js";

/**
 * A value, by `lit()`'s rules, or a Column of literals as SQL text that means the same under every setting.
 *
 * @throws {ArgumentError} it cannot be a literal
 */
export function valueSql(argument: string, value: unknown): string {
  return expressionSql(argument, expressionOf(value), "hex");
}
