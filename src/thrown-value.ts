/**
 * Text of what was thrown. Anything can be thrown, and reading or printing it can throw in turn: a getter, a
 * proxy, an object without a prototype. These functions never throw, and their text is well-formed Unicode.
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

/** What the first of these gives that gives text and does not throw. */
function firstText(attempts: readonly (() => unknown)[]): string {
  for (const attempt of attempts) {
    try {
      const text = attempt();
      // Python and Spark refuse half of a surrogate pair.
      if (typeof text === "string" && text !== "") return text.toWellFormed();
    } catch {
      // The next one may be readable.
    }
  }
  return "The thrown value cannot be printed.";
}
