/** The outcome of a check. `skip`: the check could not run. */
export type CheckStatus = "ok" | "warn" | "fail" | "skip";

/** The result of a check. */
export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  /** The finding, in one or two sentences. */
  readonly detail: string;
  /** How to fix the problem. Null if there is nothing to fix. */
  readonly fix: string | null;
}

/** Creates a check's result. */
export function result(
  name: string,
  status: CheckStatus,
  detail: string,
  fix: string | null = null,
): CheckResult {
  return { name, status, detail, fix };
}

/** Splits an error's message into its first sentence, the problem, and the rest, the advice. */
export function splitAdvice(error: unknown): { readonly problem: string; readonly advice: string } {
  const message = error instanceof Error ? error.message : String(error);
  const at = /[.:!?] (?=[A-Z])/.exec(message);
  if (at === null) return { problem: message, advice: "" };
  return {
    problem: message.slice(0, at.index + 1),
    advice: message.slice(at.index + 2),
  };
}
