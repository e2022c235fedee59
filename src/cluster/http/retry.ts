/** When to try again, and when to give up: the rules of `sparktide_sources/_http/retry.py`. */
import { HttpError } from "./http-error.js";
import { quotaWait, type AnswerHeaders } from "./waits.js";

const FIRST_BACKOFF = 0.5;
const LARGEST_BACKOFF = 30;

/** The options about retries. */
export interface RetryRules {
  /** The number of tries after the first. */
  readonly maxRetries: number;
  /** The longest single wait in seconds. */
  readonly maxRetryWait: number;
}

/**
 * Seconds until the next try, after `attempts` tries.
 *
 * @param isRepeatable whether the request may be sent again although the API may have carried it out
 * @param jitter from 0 to 1
 * @throws {HttpError} there is no next try
 */
export function retryDelay(
  failure: HttpError,
  attempts: number,
  rules: RetryRules,
  { isRepeatable, jitter }: { readonly isRepeatable: boolean; readonly jitter: number },
): number {
  // An API that answers 429 has not carried out the request.
  const mayRepeat = isRepeatable || failure.status === 429 || !failure.wasSent;
  if (!failure.isTransient || !mayRepeat) throw failure;
  const { maxRetries, maxRetryWait } = rules;
  const { status, wait } = failure;
  if (attempts > maxRetries) {
    const tries = attempts > 1 ? ` Gave up after ${attempts} tries.` : "";
    throw new HttpError(`${failure.message}${tries}`, { status, isTransient: true });
  }
  const backoff = jitter * Math.min(FIRST_BACKOFF * 2 ** (attempts - 1), LARGEST_BACKOFF);
  if (wait === undefined) return backoff;
  if (wait > maxRetryWait)
    throw new HttpError(
      `${failure.message} The server asks to wait ${Math.round(wait)} s, more than maxRetryWait (${maxRetryWait} s).`,
      { status, isTransient: true },
    );
  // Always with jitter: many clients get the same time, which may even be in the past.
  return Math.min(wait + backoff, Math.max(maxRetryWait, backoff));
}

/** Whether another try may help after an answer. */
export function isTransient(status: number, headers: AnswerHeaders): boolean {
  if (status === 408 || status === 429 || (status >= 500 && status <= 599)) return true;
  // GitHub reports its primary rate limit as 403 with a used-up quota.
  return status === 403 && ("retry-after" in headers || quotaWait(headers, 0) !== undefined);
}
