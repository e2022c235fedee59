/**
 * The text of a thrown value. A program can throw any value, and reading or printing it can throw again: a
 * getter, a proxy, an object without a prototype. These functions never throw, and return well-formed Unicode.
 */

/** The error's stack with its message; the text of anything else. */
export function thrownText(thrown: unknown): string {
  return firstText([() => stackOf(thrown), () => messageOf(thrown), () => String(thrown)]);
}

/** The error's message; the text of anything else. */
export function thrownMessage(thrown: unknown): string {
  return firstText([() => messageOf(thrown), () => String(thrown)]);
}

function stackOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.stack : undefined;
}

function messageOf(thrown: unknown): unknown {
  const isObject = typeof thrown === "object" && thrown !== null;
  return isObject && "message" in thrown ? thrown.message : undefined;
}

/** The result of the first attempt that returns text without throwing. */
function firstText(attempts: readonly (() => unknown)[]): string {
  for (const attempt of attempts) {
    try {
      const text = attempt();
      // Python and Spark refuse text with an unpaired surrogate.
      if (typeof text === "string" && text !== "") return text.toWellFormed();
    } catch {
      // The next attempt may succeed.
    }
  }
  return "The thrown value cannot be printed.";
}
