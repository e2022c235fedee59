/** How long a server asks to wait: the rules of `sparktide_sources/_http/waits.py`. */
import type { IncomingHttpHeaders } from "node:http";

/** Headers of an answer by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, string>>;

const QUOTA_HEADERS = ["x-ratelimit-", "x-rate-limit-", "ratelimit-"];
const MILLISECOND_HEADERS = ["retry-after-ms", "x-ms-retry-after-ms"];
/** A larger number (31 years) is a time since 1970, and a still larger one is in milliseconds or finer. */
const SECONDS_SINCE = 1e9;
const FINER_SINCE = 1e11;

/** One value for each header. */
export function answerHeaders(headers: IncomingHttpHeaders): AnswerHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}

/** Seconds that the server asks to wait, or undefined. `now` is in seconds since 1970. */
export function askedWait(headers: AnswerHeaders, now: number): number | undefined {
  for (const name of MILLISECOND_HEADERS) {
    const milliseconds = plainNumber(headers[name]);
    if (milliseconds !== undefined)
      return fromNow(milliseconds > FINER_SINCE ? milliseconds : milliseconds / 1000, now);
  }
  return moment(headers["retry-after"], now) ?? quotaWait(headers, now);
}

/** Seconds until a used-up quota is reset; undefined if the quota is not used up. */
export function quotaWait(headers: AnswerHeaders, now: number): number | undefined {
  for (const prefix of QUOTA_HEADERS) {
    if (plainNumber(headers[`${prefix}remaining`]) !== 0) continue;
    const wait =
      moment(headers[`${prefix}reset`], now) ?? moment(headers[`${prefix}reset-after`], now);
    if (wait !== undefined) return wait;
  }
  return ietfWait(headers["ratelimit"] ?? "");
}

/** The longest wait of the used-up quotas in a `RateLimit` field of the IETF's drafts. */
function ietfWait(text: string): number | undefined {
  const plain = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "q");
  const waits = (plain.includes(";") ? plain.split(",") : [plain]).flatMap((policy) => {
    const found = new Map(
      [...policy.matchAll(/\b(r|t|remaining|reset)\s*=\s*(\d{1,15})(?![\d.])/g)].map(
        ([, name = "", value]) => [name, Number(value)],
      ),
    );
    const left = found.get("r") ?? found.get("remaining");
    const wait = found.get("t") ?? found.get("reset");
    return left === 0 && wait !== undefined ? [wait] : [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Seconds from now until a time: a number of seconds, a time since 1970, or a date. */
function moment(text: string | undefined, now: number): number | undefined {
  const number = plainNumber(text);
  if (number !== undefined) return fromNow(number, now);
  // Date.parse() would read nearly any text that ends with a number.
  if (text === undefined || !/^(?:[A-Z][a-z]{2,8},? |\d{4}-\d\d-\d\d[Tt ])/.test(text.trim()))
    return undefined;
  const zoned =
    /^\d.*\d$/.test(text.trim()) && !/[+-]\d\d:?\d\d$/.test(text) ? `${text.trim()}Z` : text;
  const millis = Date.parse(zoned);
  return Number.isNaN(millis) ? undefined : Math.max(millis / 1000 - now, 0);
}

function fromNow(number: number, now: number): number {
  let seconds = number;
  while (seconds > FINER_SINCE) seconds /= 1000;
  return Math.max(seconds - (seconds > SECONDS_SINCE ? now : 0), 0);
}

function plainNumber(text = ""): number | undefined {
  return /^\d{1,30}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : undefined;
}
