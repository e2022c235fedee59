import { SparkException } from "../../errors.js";
import type { SparkConnection } from "../../connection/spark-connection.js";

/** Whose values Spark hides in plans, in its web interface and in event logs. */
const REDACTION_KEY = "spark.sql.redaction.options.regex";

/** The default of `spark.redaction.regex`: Spark hides a configuration value that holds such a word. */
const HIDING = /secret|password|token|access[.]?key/gi;

/** The same pattern without those words, so that the session can read it again. */
function readable(name: string): string {
  return name.replaceAll(HIDING, (word) => `[${word.slice(0, 1)}]${word.slice(1)}`);
}

/**
 * Has the session hide the values of these options wherever it shows a plan, beside what it hides
 * already; the same twice is the same once.
 *
 * @returns false where the server does not let the session set it, or hides what is set: a pattern
 *   that cannot be read cannot be kept
 */
export async function hideInPlans(
  { client }: SparkConnection,
  optionNames: readonly string[],
): Promise<boolean> {
  const answer = await client.config({ case: "getOption", value: { keys: [REDACTION_KEY] } });
  const current = answer.pairs[0]?.value;
  // It has a default: one that is not told is hidden.
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
