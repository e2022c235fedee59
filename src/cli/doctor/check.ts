/** How a check went; `skip`: what it needs is not there. */
export type CheckStatus = "ok" | "warn" | "fail" | "skip";

/** What a check found. */
export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in a sentence or two. */
  readonly detail: string;
  /** What to do about it; null where nothing is to be done. */
  readonly fix: string | null;
}

/** A check's result, made from its parts. */
export function result(
  name: string,
  status: CheckStatus,
  detail: string,
  fix: string | null = null,
): CheckResult {
  return { name, status, detail, fix };
}

/** What an error says, its first sentence apart from the others, which tell what to do. */
export function splitAdvice(error: unknown): { readonly problem: string; readonly advice: string } {
  const message = error instanceof Error ? error.message : String(error);
  const at = /[.:!?] (?=[A-Z])/.exec(message);
  if (at === null) return { problem: message, advice: "" };
  return {
    problem: message.slice(0, at.index + 1),
    advice: message.slice(at.index + 2),
  };
}
