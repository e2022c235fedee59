/** What a collation does unless told otherwise, so that its name leaves it out. */
const DEFAULTS: ReadonlySet<string> = new Set(["CS", "AS"]);
/** The order in which Spark's names have these. */
const MODIFIERS: readonly string[] = ["CI", "AI", "RTRIM"];

/**
 * A collation's name as Spark answers it, whatever the case and order in which it was written: `unicode_ci` →
 * `UNICODE_CI`, `ZH_HANT_ai_ci` → `zh_Hant_CI_AI`. Whether there is such a collation, the server knows.
 */
export function canonicalCollation(name: string): string {
  const parts = name.toUpperCase().split("_");
  const modifiers = MODIFIERS.filter((modifier) => parts.includes(modifier));
  const locale = parts.filter((part) => !MODIFIERS.includes(part) && !DEFAULTS.has(part));
  const [first = ""] = locale;
  if (!first.startsWith("UTF8") && first !== "UNICODE") {
    locale[0] = first.toLowerCase();
    // A script, between language and country, is written with one capital.
    for (const [index, part] of locale.entries())
      if (index > 0 && part.length === 4)
        locale[index] = part.charAt(0) + part.slice(1).toLowerCase();
  }
  return [...locale, ...modifiers].join("_");
}
