/** Comments and opening parentheses before a statement's first word. */
const LEADING = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*(?:(?!\*\/)[\s\S])*\*\/)+/;

/**
 * Whether SQL text is certainly a query, so that it can wait for an action. It starts with SELECT,
 * VALUES or TABLE, or with WITH or FROM and does not contain INSERT (`WITH … INSERT` and `FROM … INSERT`
 * are commands). If unsure the result is false, and the server runs the text at once.
 */
export function isPlainQuery(text: string): boolean {
  const statement = text.replace(LEADING, "");
  const keyword = /^[a-z]+/i.exec(statement)?.[0].toUpperCase();
  switch (keyword) {
    case "SELECT":
    case "VALUES":
    case "TABLE":
      return true;
    case "WITH":
    case "FROM":
      return !/\binsert\b/i.test(statement);
    default:
      return false;
  }
}
