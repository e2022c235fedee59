/** Default modifiers of a collation, which its canonical name omits. */
const DEFAULTS: ReadonlySet<string> = new Set(["CS", "AS"]);
/** The order of modifiers in Spark's names. */
const MODIFIERS: readonly string[] = ["CI", "AI", "RTRIM"];

/**
 * A collation's name in Spark's canonical case and order: `unicode_ci` → `UNICODE_CI`,
 * `ZH_HANT_ai_ci` → `zh_Hant_CI_AI`. Only the server knows whether the collation exists.
 */
export function canonicalCollation(name: string): string {
  const parts = name.toUpperCase().split("_");
  const modifiers = MODIFIERS.filter((modifier) => parts.includes(modifier));
  const locale = parts.filter((part) => !MODIFIERS.includes(part) && !DEFAULTS.has(part));
  const [first = ""] = locale;
  if (!first.startsWith("UTF8") && first !== "UNICODE") {
    locale[0] = first.toLowerCase();
    // The script, between language and country, starts with a capital letter.
    for (const [index, part] of locale.entries())
      if (index > 0 && part.length === 4)
        locale[index] = part.charAt(0) + part.slice(1).toLowerCase();
  }
  return [...locale, ...modifiers].join("_");
}
