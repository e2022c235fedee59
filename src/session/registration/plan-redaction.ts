import { SparkException } from "../../errors.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** The pattern of option names. Spark hides their values in plans, its web interface and event logs. */
const REDACTION_KEY = "spark.sql.redaction.options.regex";

/** The default of `spark.redaction.regex`: Spark hides a configuration value that contains such a word. */
const HIDING = /secret|password|token|access[.]?key/gi;

/** An equal pattern that does not contain those words, so that Spark does not hide the pattern itself. */
function readable(name: string): string {
  return name.replaceAll(HIDING, (word) => `[${word.slice(0, 1)}]${word.slice(1)}`);
}

/**
 * Makes Spark also hide the values of these options wherever it shows a plan. Repeated calls have no effect.
 *
 * @returns false if the server does not let the session set the pattern, or hides the current one: a pattern
 *   that cannot be read cannot be extended
 */
export async function hideInPlans(
  { client }: SparkConnection,
  optionNames: readonly string[],
): Promise<boolean> {
  const answer = await client.config({ case: "getOption", value: { keys: [REDACTION_KEY] } });
  const current = answer.pairs[0]?.value;
  // This key has a default, so a missing value means that Spark redacted it.
  if (current === undefined) return false;
  const ours = `(?i:^(?:${optionNames.map(readable).join("|")})$)`;
  if (current.includes(ours)) return true;
  const value = current === "" ? ours : `(?:${current})|${ours}`;
  try {
    await client.config({ case: "set", value: { pairs: [{ key: REDACTION_KEY, value }] } });
    return true;
  } catch (error) {
    if (error instanceof SparkException) return false;
    throw error;
  }
}
