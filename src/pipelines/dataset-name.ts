import { sqlTokens } from "../plan/sql-tokens.js";

/** The catalog and the database of names without them. */
export interface DefaultNamespace {
  readonly catalog: string | undefined;
  readonly database: string | undefined;
}

/** The parts of a name, without backticks and in lower case, as Spark compares names. */
function nameParts(name: string): readonly string[] {
  const parts = [""];
  for (const { kind, text } of sqlTokens(name)) {
    if (text === ".") parts.push("");
    else {
      const part = kind === "quotedName" ? text.slice(1, -1).replaceAll("``", "`") : text;
      parts.push(`${parts.pop() ?? ""}${part.toLowerCase()}`);
    }
  }
  return parts;
}

/** A name that is equal for all spellings of a dataset: `prices`, `markets.prices`, `` spark_catalog.`markets`.prices ``. */
export function canonicalName(name: string, namespace: DefaultNamespace): string {
  const parts = nameParts(name);
  const catalog = namespace.catalog?.toLowerCase() ?? "spark_catalog";
  const { database } = namespace;
  if (parts.length === 1 && database !== undefined)
    return JSON.stringify([catalog, ...nameParts(database), ...parts]);
  return JSON.stringify(parts.length === 2 ? [catalog, ...parts] : parts);
}
